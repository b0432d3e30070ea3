using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>Options for the delivery of a call's webhook; see <see cref="EmulatedCallerOptions.Webhook"/>.</summary>
public sealed record EmulatedWebhookOptions
{
    /// <summary>The application's webhook endpoint.</summary>
    public required Uri Url { get; init; }

    /// <summary>The secret that signs the deliveries.</summary>
    public required RealtimeWebhookSecret Secret { get; init; }

    /// <summary>
    /// The number of times that each delivery is repeated, with the same <c>webhook-id</c> and body, regardless of the reply: 0 to 100. The default is 0.
    /// </summary>
    public int Repetitions { get; init; }

    /// <summary>Whether the webhook is signed so that the signature does not match the body. The default is <see langword="false"/>.</summary>
    public bool HasInvalidSignature { get; init; }

    /// <summary>
    /// The age of the signed timestamp, by the emulator's clock; a negative value is in the future. The default is zero. An application should refuse
    /// deliveries whose timestamp differs from its own clock by more than five minutes.
    /// </summary>
    public TimeSpan TimestampAge { get; init; }

    /// <summary>
    /// Whether <c>live.call.incoming</c> is delivered after <c>realtime.call.incoming</c>, as the service may do for one caller: with a session ID of the
    /// Live API instead of the call ID, and the same SIP headers. The default is <see langword="false"/>.
    /// </summary>
    public bool IncludesLiveWebhook { get; init; }

    /// <summary>Whether <see cref="Url"/> may be an address other than a loopback address. The default is <see langword="false"/>.</summary>
    public bool AllowRemoteUrl { get; init; }

    /// <summary>
    /// The handler that sends the requests, for example that of a test server; it is not disposed. The default is null: the requests go over the network,
    /// without a proxy, and redirects are not followed.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    internal EmulatedWebhookOptions Copy() => this with { };

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Url);
        ArgumentNullException.ThrowIfNull(Secret);
        if (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https"))
            throw new ArgumentException($"{nameof(Url)} is not an absolute HTTP or HTTPS URL.");
        if (!AllowRemoteUrl && !Url.IsLoopback)
            throw new ArgumentException($"{nameof(Url)} is not a loopback address: set {nameof(AllowRemoteUrl)} to allow it.");
        ArgumentOutOfRangeException.ThrowIfNegative(Repetitions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Repetitions, 100);
    }

    /// <summary>Prints only the host of the URL, because the rest may contain a token.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"Url = {PeerText.Sanitize(Url.IsAbsoluteUri ? Url.Authority : "")}, Repetitions = {Repetitions}, TimestampAge = {TimestampAge}");
        return true;
    }
}

/// <summary>The result of one delivery of a webhook.</summary>
public sealed record EmulatedWebhookDelivery
{
    /// <summary>The <c>webhook-id</c>, which repetitions share.</summary>
    public required string WebhookId { get; init; }

    /// <summary>The type of the webhook, for example <c>realtime.call.incoming</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The HTTP status of the reply; null if there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The exception that explains why there was no reply; null if there was one.</summary>
    public Exception? Exception { get; init; }

    /// <summary>Whether the status is 200 to 299. After any other status, including redirects, the service repeats the delivery.</summary>
    public bool IsAcknowledged => StatusCode is >= 200 and < 300;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"WebhookId = {PeerText.Sanitize(WebhookId)}, Type = {PeerText.Sanitize(Type)}, StatusCode = {StatusCode}, Exception = {Exception?.GetType().Name}");
        return true;
    }
}
