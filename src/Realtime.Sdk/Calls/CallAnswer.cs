using System.Text;

namespace Realtime.Sdk;

/// <summary>What the server answers to an SDP offer.</summary>
public sealed record CallAnswer
{
    internal CallAnswer(string? callId, string sdp)
    {
        CallId = callId;
        Sdp = sdp;
    }

    /// <summary>
    /// The call's id (<c>rtc_…</c>), the last segment of the <c>Location</c> header: keep it to hang up, or to join the call with a
    /// connection. Null when the server named none.
    /// </summary>
    public string? CallId { get; }

    /// <summary>The SDP answer exactly as it came; hand it on unchanged.</summary>
    public string Sdp { get; }

    /// <summary>The id, and of the SDP its length: it holds the passwords of the media path.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"CallId = {PeerText.Sanitize(CallId)}, Sdp = ({Sdp.Length} characters)");
        return true;
    }
}
