using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// An incoming telephone call of the Live API, which has its own endpoints: <see cref="RealtimeClient.Calls"/> does not accept its session ID. The service now
/// sends <c>live.transport.incoming</c> instead. Wire: the webhook <c>live.call.incoming</c>.
/// </summary>
/// <remarks>Only a webhook of this type with a session ID can be read as this record; otherwise a <see cref="RealtimeProtocolException"/> is thrown.</remarks>
[WireType("live.call.incoming")]
public sealed partial record LiveCallIncomingWebhook : RealtimeWebhook
{
    /// <summary>The session of the Live API.</summary>
    [JsonPropertyName("data")]
    public LiveWebhookData Data { get; init => field = value ?? new(); } = new();

    internal static new LiveCallIncomingWebhook Read(ref WireReader reader) =>
        RealtimeWebhook.Read(ref reader) as LiveCallIncomingWebhook ?? throw new JsonException("The JSON is not a webhook of this type.");

    internal static LiveCallIncomingWebhook? ReadVariant(ref WireReader reader)
    {
        var read = ReadObject(ref reader);
        read?.Data.ThrowIfNoSession();
        return read;
    }
}

/// <summary>
/// An incoming telephone call of the Live API, which has its own endpoints: <see cref="RealtimeClient.Calls"/> does not accept its session ID. Wire: the
/// webhook <c>live.transport.incoming</c>.
/// </summary>
/// <remarks>Only a webhook of this type with a session ID can be read as this record; otherwise a <see cref="RealtimeProtocolException"/> is thrown.</remarks>
[WireType("live.transport.incoming")]
public sealed partial record LiveTransportIncomingWebhook : RealtimeWebhook
{
    /// <summary>The session of the Live API.</summary>
    [JsonPropertyName("data")]
    public LiveWebhookData Data { get; init => field = value ?? new(); } = new();

    internal static new LiveTransportIncomingWebhook Read(ref WireReader reader) =>
        RealtimeWebhook.Read(ref reader) as LiveTransportIncomingWebhook ?? throw new JsonException("The JSON is not a webhook of this type.");

    internal static LiveTransportIncomingWebhook? ReadVariant(ref WireReader reader)
    {
        var read = ReadObject(ref reader);
        read?.Data.ThrowIfNoSession();
        return read;
    }
}

/// <summary>A WebRTC session of the Live API was connected. Wire: the webhook <c>live.transport.connected</c>.</summary>
/// <remarks>Only a webhook of this type with a session ID can be read as this record; otherwise a <see cref="RealtimeProtocolException"/> is thrown.</remarks>
[WireType("live.transport.connected")]
public sealed partial record LiveTransportConnectedWebhook : RealtimeWebhook
{
    /// <summary>The session of the Live API.</summary>
    [JsonPropertyName("data")]
    public LiveWebhookData Data { get; init => field = value ?? new(); } = new();

    internal static new LiveTransportConnectedWebhook Read(ref WireReader reader) =>
        RealtimeWebhook.Read(ref reader) as LiveTransportConnectedWebhook ?? throw new JsonException("The JSON is not a webhook of this type.");

    internal static LiveTransportConnectedWebhook? ReadVariant(ref WireReader reader)
    {
        var read = ReadObject(ref reader);
        read?.Data.ThrowIfNoSession();
        return read;
    }
}

/// <summary>A session of the Live API. Wire: <c>data</c> of the webhooks that start with <c>live.</c>, which contain no call ID.</summary>
public sealed partial record LiveWebhookData : WireObject
{
    /// <summary>The ID of the session (<c>live_…</c>), for requests to the Live API. Opaque. Endpoints of the Realtime API do not accept it.</summary>
    [JsonPropertyName("session_id")]
    public string SessionId { get; init => field = value ?? ""; } = "";

    /// <summary>The transport of the session, <c>sip</c> or <c>webrtc</c>; null in <c>live.call.incoming</c>, which does not contain it.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <inheritdoc cref="IncomingCallData.SipHeaders"/>
    /// <value>Null if the session did not start with a telephone call.</value>
    [JsonPropertyName("sip_headers")]
    public IReadOnlyList<SipHeader>? SipHeaders { get; init => field = value?.OrEmpty(); }

    /// <inheritdoc cref="IncomingCallData.SipMediaSecurity"/>
    [JsonPropertyName("sip_media_security")]
    public SipMediaSecurity? SipMediaSecurity { get; init; }

    /// <inheritdoc cref="IncomingCallData.SipHeaderValues"/>
    public IEnumerable<string> SipHeaderValues(string name) => SipHeader.FindValues(SipHeaders ?? [], name);

    internal void ThrowIfNoSession()
    {
        if (string.IsNullOrWhiteSpace(SessionId))
            throw new JsonException("The session has no ID.");
    }

    /// <summary>Prints the ID and the number of headers, whose values may be telephone numbers.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"SessionId = {SessionId}, Type = {Type}, SipHeaders = ({SipHeaders?.Count ?? 0}), SipMediaSecurity = {SipMediaSecurity}");
        return true;
    }
}
