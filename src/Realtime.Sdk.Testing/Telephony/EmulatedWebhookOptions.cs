using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>Where and how the webhook of an incoming call is delivered; see <see cref="RealtimeEmulator.RingAsync"/>.</summary>
public sealed record EmulatedWebhookOptions
{
    /// <summary>The application's webhook endpoint.</summary>
    public required Uri Url { get; init; }

    /// <summary>The secret that the deliveries are signed with.</summary>
    public required RealtimeWebhookSecret Secret { get; init; }

    /// <summary>
    /// How often each delivery is sent again, with the same <c>webhook-id</c> and body, whatever was answered. The default is 0. At most 100.
    /// </summary>
    public int Repetitions { get; init; }

    /// <summary>Whether the signature does not fit the body. The default is <see langword="false"/>.</summary>
    public bool HasInvalidSignature { get; init; }

    /// <summary>
    /// How far the signed time stamp lies in the past, by the emulator's clock; negative for the future. The default is zero. An application should refuse
    /// deliveries that are more than five minutes off.
    /// </summary>
    public TimeSpan Age { get; init; }

    /// <summary>
    /// Whether <c>live.call.incoming</c> is delivered beside <c>realtime.call.incoming</c>, as the service may do for one caller: with a session ID of the
    /// Live API in place of the call ID, and the same SIP headers. The default is <see langword="false"/>.
    /// </summary>
    public bool IncludesLiveWebhook { get; init; }

    /// <summary>Whether <see cref="Url"/> may lead to another machine. The default is <see langword="false"/>.</summary>
    public bool AllowRemoteUrl { get; init; }

    /// <summary>
    /// Sends the requests, for example the handler of a test server; it is not disposed. The default is null: over the network, without proxy or
    /// redirects.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    internal EmulatedWebhookOptions Copy() => this with { };

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Url);
        ArgumentNullException.ThrowIfNull(Secret);
        if (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https"))
            throw new ArgumentException($"{nameof(Url)} is not an absolute URL of http or https.");
        if (!AllowRemoteUrl && !Url.IsLoopback)
            throw new ArgumentException($"{nameof(Url)} leads to another machine: set {nameof(AllowRemoteUrl)} if that is meant.");
        ArgumentOutOfRangeException.ThrowIfNegative(Repetitions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Repetitions, 100);
    }

    /// <summary>Prints the host of the URL only: the rest may hold a token.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"Url = {PeerText.Sanitize(Url.IsAbsoluteUri ? Url.Authority : "")}, Repetitions = {Repetitions}, Age = {Age}");
        return true;
    }
}

/// <summary>How one delivery of a webhook went.</summary>
public sealed record EmulatedDelivery
{
    /// <summary>The <c>webhook-id</c>, the same in repetitions.</summary>
    public required string WebhookId { get; init; }

    /// <summary>The type of the webhook, for example <c>realtime.call.incoming</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The HTTP status of the answer; null when there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Why there was no answer; null when there was one.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The service takes any status of 200 to 299 for delivered, and delivers again after any other, redirects included.</summary>
    public bool IsAcknowledged => StatusCode is >= 200 and < 300;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append($"WebhookId = {PeerText.Sanitize(WebhookId)}, Type = {PeerText.Sanitize(Type)}, StatusCode = {StatusCode}, Exception = {Exception?.GetType().Name}");
        return true;
    }
}
