using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Asks the model for an answer that conforms to a schema, apart from the conversation. If the answer does not conform, the model gets one attempt to repair it.
/// </summary>
internal sealed class Extraction(ConversationEngine engine, ExtractionSchema schema, string instructions)
{
    /// <summary>The maximum length of an answer that the model gets back for its repair.</summary>
    private const int MaxQuoted = 8_000;

    public async Task<T> RunAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        T? value = default;
        await RunAsync(answer => AnswerReader.TryRead(answer, type, out value), cancellationToken).ConfigureAwait(false);
        return value!;
    }

    public Task<JsonElement> RunAsync(CancellationToken cancellationToken) => RunAsync(static _ => null, cancellationToken);

    private async Task<JsonElement> RunAsync(Func<JsonElement, ConstraintViolation?> check, CancellationToken cancellationToken)
    {
        var attempt = await AttemptAsync(instructions, check, cancellationToken).ConfigureAwait(false);
        if (attempt.Violations.Count > 0)
            attempt = await AttemptAsync(GetRepair(attempt), check, cancellationToken).ConfigureAwait(false);
        return attempt.Violations.Count == 0 ? attempt.Answer : throw new RealtimeExtractionException(attempt.Violations, attempt.Json);
    }

    private async Task<Attempt> AttemptAsync(string request, Func<JsonElement, ConstraintViolation?> check, CancellationToken cancellationToken)
    {
        var response = await engine.ExtractAsync(CreateOptions(request), cancellationToken).ConfigureAwait(false);
        if (response.GetFunctionCalls() is not [{ Arguments: var json }, ..])
            return new(default, null, [ExtractionSchema.Violation("$", "must be given by calling the function")]);
        if (response.Status == ResponseStatus.Incomplete)
            return new(default, json, [ExtractionSchema.Violation("$", "must be complete: it was cut off by the token limit or a content filter")]);
        var (answer, violations) = schema.Read(json);
        return new(answer, json, violations.Count == 0 && check(answer) is { } violation ? [violation] : violations);
    }

    private ReplyOptions CreateOptions(string request) => new()
    {
        Instructions = $"{request}\nGive the answer only by calling the function {schema.Name}, once.",
        Response = new()
        {
            Conversation = ResponseConversation.None,
            OutputModalities = [OutputModality.Text],
            Tools = [schema.ToTool()],
            ToolChoice = new FunctionToolChoice { Name = schema.Name },
        },
    };

    private string GetRepair(Attempt attempt) =>
        $"{instructions}\nThe previous answer was not accepted: {string.Join("; ", attempt.Violations)}.{(attempt.Json is { } json ? $"\nIt was: {PeerText.Sanitize(json, maxLength: MaxQuoted)}" : "")}";

    /// <param name="Answer">The answer, if there are no violations.</param>
    /// <param name="Json">The JSON of the model; null if there is none.</param>
    /// <param name="Violations">The violations.</param>
    private sealed record Attempt(JsonElement Answer, string? Json, IReadOnlyList<ConstraintViolation> Violations);
}
