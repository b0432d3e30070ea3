using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A WebRTC offer to be answered; see <see cref="RealtimeEmulator.OnOffer"/>.</summary>
public sealed record EmulatedOffer
{
    internal EmulatedOffer(string sdp, EmulatedCallMedia media) => (Sdp, Media) = (sdp, media);

    /// <summary>The SDP offer exactly as it was received. It is valid for WebRTC: invalid offers are refused before.</summary>
    public string Sdp { get; }

    /// <summary>The call's ID, <c>rtc_…</c>, as in the <c>Location</c> header.</summary>
    public string CallId => Media.Call.Id;

    /// <summary>The effective session at the beginning of the call.</summary>
    public RealtimeSession Session => Media.Call.Session!;

    /// <summary>The audio and events of the call, to be connected to a WebRTC peer.</summary>
    public EmulatedCallMedia Media { get; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"CallId = {PeerText.Sanitize(CallId)}, Sdp = ({Sdp.Length} characters)");
        return true;
    }
}
