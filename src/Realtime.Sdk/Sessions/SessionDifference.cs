namespace Realtime.Sdk;

/// <summary>One member in which a session differs from what was asked.</summary>
/// <param name="Path">Where on the wire, for example <c>audio.output.voice</c>.</param>
/// <param name="Requested">What was asked, as JSON; <c>…</c> where it is secret.</param>
/// <param name="Effective">What the server made of it, as JSON; null when the session does not show the member, <c>…</c> where it is secret.</param>
public sealed record SessionDifference(string Path, string Requested, string? Effective)
{
    /// <summary>One line: path, requested, effective. Keys are masked, control characters are shown as spaces, and the length is bounded.</summary>
    public override string ToString() => PeerText.Sanitize($"{Path}: asked for {Requested}, is {Effective ?? "not shown"}");
}
