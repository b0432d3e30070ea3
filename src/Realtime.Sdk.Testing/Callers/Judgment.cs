namespace Realtime.Sdk.Testing;

/// <summary>The judgment of a model about a conversation: see <see cref="RealtimeCaller.JudgeAsync"/>.</summary>
/// <param name="IsMet">Whether the criterion is met.</param>
/// <param name="Reason">The reason that the model gives.</param>
public sealed record Judgment(bool IsMet, string Reason)
{
    /// <summary>The name of the function by which the model judges, for rules of the emulator: <c>emulator.Model.When("…").Calls(Judgment.Function, …)</c>.</summary>
    public const string Function = "judge";

    internal static JsonSchemaResponseFormat Format { get; } = new()
    {
        JsonSchema = new()
        {
            Name = Function,
            Description = "Judges the conversation.",
            Schema = JsonSchema.Parse("""
                {"type":"object","properties":{"reason":{"type":"string"},"is_met":{"type":"boolean"}},"required":["reason","is_met"],"additionalProperties":false}
                """),
        },
    };

    internal static Judgment From(System.Text.Json.JsonElement answer) => new(answer.GetProperty("is_met"u8).GetBoolean(), answer.GetProperty("reason"u8).GetString()!);

    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append($"IsMet = {IsMet}, Reason = {PeerText.Sanitize(Reason)}");
        return true;
    }
}
