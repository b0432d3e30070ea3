using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// A telephone call rings at the Live API, which has endpoints of its own: <see cref="RealtimeClient.Calls"/> does not take its session ID.
/// The service sends <c>live.transport.incoming</c> in its place now. Wire: the webhook <c>live.call.incoming</c>.
/// </summary>
/// <remarks>
/// Only a webhook of that type with a session ID reads as this record; reading anything else throws <see cref="RealtimeProtocolException"/>.
/// </remarks>
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
/// A telephone call rings at the Live API, which has endpoints of its own: <see cref="RealtimeClient.Calls"/> does not take its session ID.
/// Wire: the webhook <c>live.transport.incoming</c>.
/// </summary>
/// <remarks>
/// Only a webhook of that type with a session ID reads as this record; reading anything else throws <see cref="RealtimeProtocolException"/>.
/// </remarks>
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

/// <summary>
/// A WebRTC session of the Live API has begun. Wire: the webhook <c>live.transport.connected</c>.
/// </summary>
/// <remarks>
/// Only a webhook of that type with a session ID reads as this record; reading anything else throws <see cref="RealtimeProtocolException"/>.
/// </remarks>
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

/// <summary>A session of the Live API. Wire: <c>data</c> of the webhooks that begin with <c>live.</c>; they carry no call ID.</summary>
public sealed partial record LiveWebhookData : WireObject
{
    /// <summary>The session's ID (<c>live_…</c>), opaque, for requests to the Live API. Endpoints of the Realtime API do not take it.</summary>
    [JsonPropertyName("session_id")]
    public string SessionId { get; init => field = value ?? ""; } = "";

    /// <summary>How the session is connected, <c>sip</c> or <c>webrtc</c>; null in <c>live.call.incoming</c>, which does not say.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <inheritdoc cref="IncomingCallData.SipHeaders"/>
    /// <value>Null when the session did not begin with a telephone call.</value>
    [JsonPropertyName("sip_headers")]
    public IReadOnlyList<SipHeader>? SipHeaders { get; init => field = value?.OrEmpty(); }

    /// <inheritdoc cref="IncomingCallData.SipMediaSecurity"/>
    [JsonPropertyName("sip_media_security")]
    public SipMediaSecurity? SipMediaSecurity { get; init; }

    internal void ThrowIfNoSession()
    {
        if (string.IsNullOrWhiteSpace(SessionId))
            throw new JsonException("The session has no ID.");
    }

    /// <summary>Prints the ID and the number of headers: the headers hold telephone numbers.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"SessionId = {SessionId}, Type = {Type}, SipHeaders = ({SipHeaders?.Count ?? 0}), SipMediaSecurity = {SipMediaSecurity}");
        return true;
    }
}
