using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk;

/// <summary>The result of <see cref="RealtimeWebhooks.Verify(ReadOnlySpan{byte}, string?, string?, string?)"/>. Immutable.</summary>
public sealed class WebhookResult
{
    internal WebhookResult(WebhookStatus status) => Status = status;

    /// <summary>Whether the delivery is genuine, and if not, the first reason that was found.</summary>
    public WebhookStatus Status { get; }

    /// <summary>
    /// Whether the signature is valid, so that the delivery is from the service and is recent. If not, answer with 400 and without the reason. A delivery that was
    /// verified can arrive again: see <see cref="DeliveryId"/>.
    /// </summary>
    [MemberNotNullWhen(true, nameof(DeliveryId))]
    public bool IsVerified => Status is WebhookStatus.Verified or WebhookStatus.Unreadable;

    /// <summary>
    /// The webhook: <see cref="IncomingCallWebhook"/> for a telephone call to the Realtime API, <see cref="LiveCallIncomingWebhook"/> or
    /// <see cref="LiveTransportIncomingWebhook"/> for one to the Live API, or any other. Null unless <see cref="Status"/> is <see cref="WebhookStatus.Verified"/>.
    /// </summary>
    public RealtimeWebhook? Webhook { get; internal init; }

    /// <summary>
    /// The ID of the delivery, which is the same when the service repeats it; use it to handle each delivery once. Null if the delivery was not verified. Wire: the
    /// header <c>webhook-id</c>.
    /// </summary>
    public string? DeliveryId { get; internal init; }

    /// <summary>Returns the status, the ID of the delivery and the type of the webhook, never the headers or the content.</summary>
    public override string ToString() => IsVerified
        ? $"{Status}, DeliveryId = {PeerText.Sanitize(DeliveryId)}, Type = {PeerText.Sanitize(Webhook?.Type)}"
        : Status.ToString();
}

/// <summary>The outcome of verifying a delivery. The reasons of a refusal are for the log of the application; a sender must not see them.</summary>
public enum WebhookStatus
{
    /// <summary>Refused: the ID, the timestamp or the signature is absent or empty.</summary>
    MissingHeader,

    /// <summary>Refused: the ID is longer than 256 characters, or contains a period or a character that is not visible ASCII.</summary>
    InvalidId,

    /// <summary>Refused: the timestamp does not consist of 1 to 12 decimal digits, or begins with a zero.</summary>
    InvalidTimestamp,

    /// <summary>Refused: the timestamp is further in the past than <see cref="RealtimeWebhookOptions.Tolerance"/>.</summary>
    TooOld,

    /// <summary>Refused: the timestamp is further in the future than <see cref="RealtimeWebhookOptions.Tolerance"/>.</summary>
    TooNew,

    /// <summary>
    /// Refused: the signature header is longer than 1,024 characters, or none of its first ten entries is <c>v1,</c> followed by 32 bytes in base64.
    /// </summary>
    InvalidSignature,

    /// <summary>Refused: no signature matches the delivery and one of the secrets. The body was altered, or the secret is that of another endpoint.</summary>
    WrongSignature,

    /// <summary>
    /// Verified, but the body is not a webhook that can be read: not a JSON object with a <c>type</c>, or a known type without the ID of its call or session.
    /// The service would repeat the same body, so acknowledge it, and log the <see cref="WebhookResult.DeliveryId"/>.
    /// </summary>
    Unreadable,

    /// <summary>Verified, and the body was read.</summary>
    Verified,
}
