using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A telephone call to the application; see <see cref="RealtimeEmulator.PlaceCallAsync"/>.</summary>
public sealed record EmulatedCallerOptions
{
    /// <summary>The number of the caller, in the SIP header <c>From</c>. The default is <c>+14155550123</c>.</summary>
    public string From { get; init; } = "+14155550123";

    /// <summary>The called number, in the SIP header <c>To</c>. The default is <c>+14155550100</c>.</summary>
    public string To { get; init; } = "+14155550100";

    /// <summary>
    /// Additional headers of the SIP invitation, sent after <c>From</c>, <c>To</c> and <c>Call-ID</c>. A header with one of these names replaces the
    /// emulator's header. The default is empty.
    /// </summary>
    public IReadOnlyList<SipHeader> SipHeaders { get; init; } = [];

    /// <summary>Whether the telephone side of the media is encrypted. The default is null: the webhook does not contain <c>sip_media_security</c>.</summary>
    public SipMediaSecurity? MediaSecurity { get; init; }

    /// <summary>The delivery of the call's webhook. The default is null: no webhook is delivered.</summary>
    public EmulatedWebhookOptions? Webhook { get; init; }

    /// <summary>Copies the options, the list of headers and the webhook.</summary>
    internal EmulatedCallerOptions Copy() => this with { SipHeaders = [.. SipHeaders], Webhook = Webhook?.Copy() };

    /// <summary>The headers of the invitation.</summary>
    internal IReadOnlyList<SipHeader> CreateInvitation(string callId)
    {
        SipHeader[] defaults =
        [
            new() { Name = "From", Value = $"<sip:{From}@sip.example.com>;tag={callId[^8..]}" },
            new() { Name = "To", Value = $"<sip:{To}@sip.api.openai.com;transport=tls>" },
            new() { Name = "Call-ID", Value = $"{callId}@sip.example.com" },
        ];
        return [.. defaults.Where(header => !SipHeaders.Any(given => string.Equals(given.Name, header.Name, StringComparison.OrdinalIgnoreCase))), .. SipHeaders];
    }

    /// <summary>Prints the number of headers and not the telephone numbers, which are personal data.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"SipHeaders = ({SipHeaders.Count}), MediaSecurity = {PeerText.Sanitize(MediaSecurity?.Value)}, Webhook = {Webhook}");
        return true;
    }
}
