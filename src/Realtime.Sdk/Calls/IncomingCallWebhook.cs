using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// Someone calls by telephone (SIP): answer with <see cref="RealtimeCalls.AcceptAsync"/> or <see cref="RealtimeCalls.RejectAsync(string, CancellationToken)"/>
/// while it rings. Wire: the webhooks <c>realtime.call.incoming</c> and <c>live.call.incoming</c>. Read it only after its signature was verified.
/// </summary>
public sealed partial record IncomingCallWebhook : WireObject
{
    /// <summary>The webhook event's id (<c>evt_…</c>), not the call's.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Always <c>event</c>; null when left out.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }

    /// <summary>The wire discriminator: <c>realtime.call.incoming</c>, or <c>live.call.incoming</c> for the Live API. One call may raise both.</summary>
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>When the webhook was made.</summary>
    [JsonPropertyName("created_at"), WireFormat(typeof(UnixTime))]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The call.</summary>
    [JsonPropertyName("data")]
    public IncomingCallData Data { get; init => field = value ?? new(); } = new();

    /// <summary>Prints whatever says nothing about the caller.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Id = {Id}, Type = {Type}, CreatedAt = {CreatedAt:u}, Data = {Data}");
        return true;
    }
}

/// <summary>A call that rings. Wire: <c>data</c> of the webhook.</summary>
public sealed partial record IncomingCallData : WireObject
{
    /// <summary>The call's id, opaque, for every request about the call.</summary>
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
/// <param name="Value">The string as it stands on the wire.</param>
public readonly partial record struct SipMediaSecurity(string Value) : IWireString<SipMediaSecurity>
{
    /// <summary>Not encrypted.</summary>
    public static SipMediaSecurity Rtp { get; } = new("rtp");

    /// <summary>Encrypted.</summary>
    public static SipMediaSecurity Srtp { get; } = new("srtp");
}
