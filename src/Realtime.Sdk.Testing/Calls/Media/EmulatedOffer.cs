using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A WebRTC offer for the test to answer; see <see cref="RealtimeEmulator.OnOffer"/>.</summary>
public sealed record EmulatedOffer
{
    internal EmulatedOffer(string sdp, EmulatedCallMedia media) => (Sdp, Media) = (sdp, media);

    /// <summary>The SDP offer, unchanged. It is valid for WebRTC, because invalid offers are refused before the callback is called.</summary>
    public string Sdp { get; }

    /// <summary>The call's ID, <c>rtc_…</c>, as in the <c>Location</c> header.</summary>
    public string CallId => Media.Call.Id;

    /// <summary>The effective session at the start of the call.</summary>
    public RealtimeSession Session => Media.Call.Session!;

    /// <summary>The audio and the events of the call, for connecting a WebRTC peer.</summary>
    public EmulatedCallMedia Media { get; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"CallId = {PeerText.Sanitize(CallId)}, Sdp = ({Sdp.Length} characters)");
        return true;
    }
}
