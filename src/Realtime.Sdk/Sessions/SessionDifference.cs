namespace Realtime.Sdk;

/// <summary>A difference between the requested and the effective session in one member.</summary>
/// <param name="Path">The path of the member on the wire, for example <c>audio.output.voice</c>.</param>
/// <param name="Requested">The requested value as JSON; <c>…</c> if it is secret.</param>
/// <param name="Effective">The effective value as JSON; null if the session does not include the member, and <c>…</c> if it is secret.</param>
public sealed record SessionDifference(string Path, string Requested, string? Effective)
{
    /// <summary>
    /// Returns a single line with the path, the requested value and the effective value. Keys are masked, control characters are replaced by spaces, and the
    /// length is limited.
    /// </summary>
    public override string ToString() => PeerText.Sanitize($"{Path}: requested {Requested}, effective {Effective ?? "not reported"}");
}
