namespace Realtime.Sdk;

/// <summary>Whether a violated rule keeps a request from being sent.</summary>
public enum ConstraintSeverity
{
    /// <summary>
    /// Reported by <c>Validate()</c> and logged at Debug, for a named session at Warning when the host starts; the request is sent. A model that ends is
    /// logged once at Warning, and not reported by <c>Validate()</c>.
    /// </summary>
    Warning,

    /// <summary>The request is refused before anything is sent.</summary>
    Error,
}

/// <summary>One rule of the Realtime API that a request breaks.</summary>
/// <param name="Path">Where on the wire, for example <c>audio.output.speed</c> or <c>tools[1].server_url</c>; <c>$</c> is the whole request.</param>
/// <param name="Value">The offending value as text, shortened, with keys masked; null when it is missing or must not be shown.</param>
/// <param name="Rule">
/// The rule as text that follows the path: an error <c>must</c>, for example <c>must be at most 1.5</c>, or <c>is required</c>; a warning
/// <c>should</c>, or
/// <c>is not a known member</c>. What to do, or why, follows a colon.
/// </param>
/// <param name="Severity">Whether the request is refused.</param>
public sealed record ConstraintViolation(string Path, string? Value, string Rule, ConstraintSeverity Severity)
{
    /// <summary>Why the violation was reported. The default is a broken rule.</summary>
    internal ViolationKind Kind { get; init; }

    /// <summary>One line: path, value, rule, for example <c>audio.output.speed is 2, must be at most 1.5</c>. Keys are masked, control characters are shown as spaces, and the length is bounded.</summary>
    public override string ToString() => PeerText.Sanitize(Value is null ? $"{Path} {Rule}" : $"{Path} is {Value}, {Rule}");
}
