using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// An incoming telephone call (SIP). Answer it with <see cref="RealtimeCalls.AcceptAsync"/> or
/// <see cref="RealtimeCalls.RejectAsync(string, CancellationToken)"/>. Wire: the webhook <c>realtime.call.incoming</c>.
/// </summary>
/// <remarks>
/// Only a webhook of this type with a call ID can be read as this record; otherwise a <see cref="RealtimeProtocolException"/> is thrown. To read webhooks of
/// any type, read a <see cref="RealtimeWebhook"/>.
/// Schema: <c>WebhookRealtimeCallIncoming</c>.
/// </remarks>
[WireType("realtime.call.incoming")]
public sealed partial record IncomingCallWebhook : RealtimeWebhook
{
    /// <summary>The call.</summary>
    [JsonPropertyName("data")]
    public IncomingCallData Data { get; init => field = value ?? new(); } = new();

    internal static new IncomingCallWebhook Read(ref WireReader reader) =>
        RealtimeWebhook.Read(ref reader) as IncomingCallWebhook ?? throw new JsonException("The JSON is not an incoming call.");

    internal static IncomingCallWebhook? ReadVariant(ref WireReader reader)
    {
        var read = ReadObject(ref reader);
        return read is not null && string.IsNullOrWhiteSpace(read.Data.CallId) ? throw new JsonException("The call has no ID.") : read;
    }
}

/// <summary>An incoming call. Wire: <c>data</c> of the webhook.</summary>
public sealed partial record IncomingCallData : WireObject
{
    /// <summary>The ID of the call (<c>rtc_…</c>), for all requests about the call. Opaque.</summary>
    [JsonPropertyName("call_id")]
    public string CallId { get; init => field = value ?? ""; } = "";

    /// <summary>The headers of the SIP INVITE in order, including duplicates, without headers that contain credentials.</summary>
    [JsonPropertyName("sip_headers")]
    public IReadOnlyList<SipHeader> SipHeaders { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Whether the media of the telephone call is encrypted; null if that is unknown.</summary>
    [JsonPropertyName("sip_media_security")]
    public SipMediaSecurity? SipMediaSecurity { get; init; }

    /// <summary>The address that the caller claims to have; null if the header <c>From</c> is missing or does not contain one.</summary>
    [JsonIgnore]
    public SipAddress? From => SipAddress.Parse(SipHeaderValues("From").FirstOrDefault());

    /// <summary>The address that was called; null if the header <c>To</c> is missing or does not contain one.</summary>
    [JsonIgnore]
    public SipAddress? To => SipAddress.Parse(SipHeaderValues("To").FirstOrDefault());

    /// <summary>
    /// The ID that the caller's telephone system has given to the call; null if there is no header <c>Call-ID</c>. Webhooks of the Realtime API and of the Live API about the
    /// same call share it.
    /// </summary>
    [JsonIgnore]
    public string? SipCallId => SipHeaderValues("Call-ID").FirstOrDefault();

    /// <summary>
    /// Returns the values of the SIP headers with the given name in order, ignoring case.
    /// </summary>
    public IEnumerable<string> SipHeaderValues(string name) => SipHeader.FindValues(SipHeaders, name);

    /// <summary>Prints the ID and the number of headers, whose values may be telephone numbers.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"CallId = {CallId}, SipHeaders = ({SipHeaders.Count}), SipMediaSecurity = {SipMediaSecurity}");
        return true;
    }
}

/// <summary>A header of a SIP INVITE.</summary>
public sealed partial record SipHeader : WireObject
{
    /// <summary>The name, as written by the caller.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The value, which the caller controls. Do not trust it.</summary>
    [JsonPropertyName("value")]
    public string Value { get; init => field = value ?? ""; } = "";

    /// <summary>Returns the values of the headers with the given name in order, ignoring case.</summary>
    internal static IEnumerable<string> FindValues(IEnumerable<SipHeader> headers, string name) =>
        from header in headers
        where string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)
        select header.Value;

    /// <summary>Prints only the name, because the value may be a telephone number.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Name = {Name}");
        return true;
    }
}

/// <summary>The protection of the media of a telephone call. Wire: <c>sip_media_security</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct SipMediaSecurity(string Value) : IWireString<SipMediaSecurity>
{
    /// <summary>Not encrypted.</summary>
    public static SipMediaSecurity Rtp { get; } = new("rtp");

    /// <summary>Encrypted.</summary>
    public static SipMediaSecurity Srtp { get; } = new("srtp");
}
