namespace Realtime.Sdk;

/// <summary>Whether a violation prevents the request from being sent.</summary>
public enum ConstraintSeverity
{
    /// <summary>
    /// The request is sent. The violation is returned by <c>Validate()</c> and logged at Debug, or at Warning for a named session when the host starts. Only
    /// the warning that a model will be shut down is different: it is logged once, at Warning, and not returned by <c>Validate()</c>.
    /// </summary>
    Warning,

    /// <summary>The request is rejected before anything is sent.</summary>
    Error,
}

/// <summary>A violation of one rule of the Realtime API.</summary>
/// <param name="Path">The wire path, for example <c>audio.output.speed</c> or <c>tools[1].server_url</c>; <c>$</c> is the whole request.</param>
/// <param name="Value">The invalid value as text, shortened, with keys masked; null if it is missing or must not be shown.</param>
/// <param name="Rule">
/// The rule, worded to follow the path. An error begins with <c>must</c>, for example <c>must be at most 1.5</c>, or with <c>is required</c>. A warning
/// begins with <c>should</c> or with <c>is not a known member</c>. A reason or a suggestion may follow after a colon.
/// </param>
/// <param name="Severity">Whether the request is rejected.</param>
public sealed record ConstraintViolation(string Path, string? Value, string Rule, ConstraintSeverity Severity)
{
    /// <summary>The kind of violation. The default is <see cref="ViolationKind.Rule"/>.</summary>
    internal ViolationKind Kind { get; init; }

    /// <summary>
    /// Returns path, value and rule on one line, for example <c>audio.output.speed is 2, must be at most 1.5</c>. Keys are masked, control characters become
    /// spaces, and the length is limited.
    /// </summary>
    public override string ToString() => PeerText.Sanitize(Value is null ? $"{Path} {Rule}" : $"{Path} is {Value}, {Rule}");
}
