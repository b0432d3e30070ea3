using System.Text;

namespace Realtime.Sdk;

/// <summary>The server's answer to an SDP offer.</summary>
public sealed record CallAnswer
{
    internal CallAnswer(string? callId, string sdp)
    {
        CallId = callId;
        Sdp = sdp;
    }

    /// <summary>
    /// The ID of the call (<c>rtc_…</c>), which is the last segment of the <c>Location</c> header. Keep it to hang up, or to attach a connection to the call.
    /// Null if the server provided none.
    /// </summary>
    public string? CallId { get; }

    /// <summary>The SDP answer exactly as received. Pass it on unchanged.</summary>
    public string Sdp { get; }

    /// <summary>Prints the ID and the length of the SDP, which contains the passwords of the media path.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"CallId = {PeerText.Sanitize(CallId)}, Sdp = ({Sdp.Length} characters)");
        return true;
    }
}
