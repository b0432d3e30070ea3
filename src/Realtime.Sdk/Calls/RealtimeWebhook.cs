using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// A webhook event of the service. Read it with <see cref="RealtimeJson"/>, and only after its signature was verified. One telephone call may
/// raise webhooks of the Realtime API and of the Live API: their IDs differ, the SIP header <c>Call-ID</c> is the same.
/// </summary>
/// <remarks>
/// A type that this version does not know reads as <see cref="UnknownWebhook"/>. A webhook of a known type without the ID of its call or
/// session cannot be acted on: reading it throws <see cref="RealtimeProtocolException"/>.
/// </remarks>
public abstract partial record RealtimeWebhook : WireObject
{
    private protected RealtimeWebhook() { }

    /// <summary>The ID of the webhook event (<c>evt_…</c>), not of the call; empty when the service sent none.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The kind of object, <c>event</c>; null when it is absent.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }

    /// <summary>The wire discriminator, for example <c>realtime.call.incoming</c>.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>When the webhook event was created. Wire: Unix seconds.</summary>
    [JsonPropertyName("created_at"), WireFormat(typeof(UnixTime))]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Prints whatever says nothing about the caller; the data does the same.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Id = {Id}, Type = {Type}, CreatedAt = {CreatedAt:u}");
        return true;
    }

    private sealed partial class Reader
    {
        protected override RealtimeWebhook? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader) => type switch
        {
            "realtime.call.incoming" => IncomingCallWebhook.ReadVariant(ref reader),
            "live.call.incoming" => LiveCallIncomingWebhook.ReadVariant(ref reader),
            "live.transport.incoming" => LiveTransportIncomingWebhook.ReadVariant(ref reader),
            "live.transport.connected" => LiveTransportConnectedWebhook.ReadVariant(ref reader),
            _ => null,
        };
    }
}

/// <summary>A webhook of a type that this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator; empty when the JSON names none.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownWebhook(string Type, JsonElement Json) : RealtimeWebhook, IUnknownVariant;
