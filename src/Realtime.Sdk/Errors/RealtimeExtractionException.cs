namespace Realtime.Sdk;

/// <summary>
/// The model has not given an answer that conforms to the schema, not even after one attempt to repair it. The answers of models vary, so the same call may succeed later.
/// </summary>
/// <remarks>The message names the violations of the last answer, with at most 40 characters of each invalid value.</remarks>
public sealed class RealtimeExtractionException : RealtimeException
{
    internal RealtimeExtractionException(IReadOnlyList<ConstraintViolation> violations, string? json)
        : base($"The answer does not conform to the schema: {string.Join("; ", violations)}.", null) => (Violations, Json) = (violations, json);

    /// <summary>All violations of the last answer, up to 100, each with its JSON path, for example <c>$.items[0].count</c>.</summary>
    public IReadOnlyList<ConstraintViolation> Violations { get; }

    /// <summary>The last answer as the model has written it, unchanged; it may not be JSON. Null if the model has given none.</summary>
    public string? Json { get; }

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
