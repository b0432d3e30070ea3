using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A WebRTC offer that waits for its answer; see <see cref="RealtimeEmulator.OnOffer"/>.</summary>
public sealed record EmulatedOffer
{
    internal EmulatedOffer(string sdp, EmulatedCallMedia media) => (Sdp, Media) = (sdp, media);

    /// <summary>The SDP offer exactly as it came. It has what WebRTC needs: others are refused before.</summary>
    public string Sdp { get; }

    /// <summary>The call's ID, <c>rtc_…</c>, which the <c>Location</c> header names.</summary>
    public string CallId => Media.Call.Id;

    /// <summary>The effective session that the call begins with.</summary>
    public RealtimeSession Session => Media.Call.Session!;

    /// <summary>The call's audio and events, to connect a WebRTC peer with.</summary>
    public EmulatedCallMedia Media { get; }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"CallId = {PeerText.Sanitize(CallId)}, Sdp = ({Sdp.Length} characters)");
        return true;
    }
}
