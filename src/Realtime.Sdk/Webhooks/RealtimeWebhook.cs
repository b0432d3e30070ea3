using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// A webhook event of the service. <see cref="RealtimeWebhooks"/> verifies and reads deliveries; <see cref="RealtimeJson"/> reads a webhook that was already verified.
/// One telephone call may cause webhooks of the Realtime API and of the Live API, which have different IDs but the same SIP header <c>Call-ID</c>.
/// </summary>
/// <remarks>
/// An unrecognized type is read as <see cref="UnknownWebhook"/>. A webhook of a known type without the ID of its call or session cannot be handled; reading it throws
/// <see cref="RealtimeProtocolException"/>.
/// </remarks>
public abstract partial record RealtimeWebhook : WireObject
{
    private protected RealtimeWebhook() { }

    /// <summary>The ID of the webhook event (<c>evt_…</c>), not of the call; empty if the service provided none.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The type of object, <c>event</c>; null if it is absent.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }

    /// <summary>The value of <c>type</c> on the wire, for example <c>realtime.call.incoming</c>.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>The time at which the webhook event was created. Wire: Unix seconds.</summary>
    [JsonPropertyName("created_at"), WireFormat(typeof(UnixTime))]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Prints the members that do not identify the caller, and so do the data records.</summary>
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

/// <summary>A webhook of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire; empty if there is none.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownWebhook(string Type, JsonElement Json) : RealtimeWebhook, IUnknownVariant;
