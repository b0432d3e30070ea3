using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// A telephone call (SIP) rings: answer it with <see cref="RealtimeCalls.AcceptAsync"/> or
/// <see cref="RealtimeCalls.RejectAsync(string, CancellationToken)"/>. Wire: the webhook <c>realtime.call.incoming</c>.
/// </summary>
/// <remarks>
/// Only a webhook of that type with a call ID reads as this record; reading anything else throws <see cref="RealtimeProtocolException"/>.
/// To read a webhook of any type, read a <see cref="RealtimeWebhook"/>.
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

/// <summary>A call that rings. Wire: <c>data</c> of the webhook.</summary>
public sealed partial record IncomingCallData : WireObject
{
    /// <summary>The call's ID (<c>rtc_…</c>), opaque, for every request about the call.</summary>
    [JsonPropertyName("call_id")]
    public string CallId { get; init => field = value ?? ""; } = "";

    /// <summary>The headers of the SIP invitation in their order, duplicates kept, without those that authorize.</summary>
    [JsonPropertyName("sip_headers")]
    public IReadOnlyList<SipHeader> SipHeaders { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Whether the telephone side of the media is encrypted; null when that is not known.</summary>
    [JsonPropertyName("sip_media_security")]
    public SipMediaSecurity? SipMediaSecurity { get; init; }

    /// <summary>The values of the SIP headers of one name, whatever its case, in their order; <c>From</c> and <c>To</c> say who calls whom.</summary>
    public IEnumerable<string> SipHeaderValues(string name) =>
        from header in SipHeaders
        where string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)
        select header.Value;

    /// <summary>Prints the id and how many headers there are: the headers hold telephone numbers.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"CallId = {CallId}, SipHeaders = ({SipHeaders.Count}), SipMediaSecurity = {SipMediaSecurity}");
        return true;
    }
}

/// <summary>One header of a SIP invitation.</summary>
public sealed partial record SipHeader : WireObject
{
    /// <summary>The name as the caller's side wrote it.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The value, under the caller's control.</summary>
    [JsonPropertyName("value")]
    public string Value { get; init => field = value ?? ""; } = "";

    /// <summary>Prints the name only: the value may be a telephone number.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Name = {Name}");
        return true;
    }
}

/// <summary>How the telephone side of the media is protected. Wire: <c>sip_media_security</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct SipMediaSecurity(string Value) : IWireString<SipMediaSecurity>
{
    /// <summary>Not encrypted.</summary>
    public static SipMediaSecurity Rtp { get; } = new("rtp");

    /// <summary>Encrypted.</summary>
    public static SipMediaSecurity Srtp { get; } = new("srtp");
}
