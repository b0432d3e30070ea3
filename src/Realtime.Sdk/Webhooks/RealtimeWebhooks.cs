using System.Security.Cryptography;

namespace Realtime.Sdk;

/// <summary>
/// Verifies that deliveries to a webhook endpoint are from the service, and reads them, according to the Standard Webhooks specification. Thread-safe. To get it from
/// dependency injection, call <c>services.AddRealtimeWebhooks(…)</c>.
/// </summary>
/// <remarks>
/// The signature is that of the bytes as they were sent, so pass the body before anything parses it. The work for a delivery that is refused, and its memory, do not
/// exceed those for a genuine one of the same length: limit only the size of the body. Nothing is allocated before the signature has been verified, except the result.
/// </remarks>
public sealed class RealtimeWebhooks
{
    private readonly Func<RealtimeWebhookOptions> _getOptions;
    private volatile Settings _settings;

    /// <summary>Creates a verifier without dependency injection.</summary>
    /// <param name="options">The options, which are copied.</param>
    /// <exception cref="ArgumentException">The options are invalid. The message lists every violation and contains no secrets.</exception>
    public RealtimeWebhooks(RealtimeWebhookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var copy = options.Copy();
        if (WebhookOptionsRules.FindFaults(copy) is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        _getOptions = () => copy;
        _settings = new(copy);
    }

    private RealtimeWebhooks(Func<RealtimeWebhookOptions> getOptions)
    {
        _getOptions = getOptions;
        _settings = new(getOptions());
    }

    /// <summary>Creates a verifier whose options may change.</summary>
    /// <param name="getOptions">Returns valid options: another object after they have changed.</param>
    internal static RealtimeWebhooks Create(Func<RealtimeWebhookOptions> getOptions) => new(getOptions);

    /// <summary>Verifies a delivery and reads its body. Never throws for what was sent.</summary>
    /// <param name="body">The body exactly as it was received.</param>
    /// <param name="id">The header <c>webhook-id</c>; null if it is absent.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>; null if it is absent.</param>
    /// <param name="signature">The header <c>webhook-signature</c>; null if it is absent.</param>
    /// <returns>The webhook, or why the delivery is refused.</returns>
    public WebhookResult Verify(ReadOnlySpan<byte> body, string? id, string? timestamp, string? signature)
    {
        var status = FindStatus(body, id, timestamp, signature);
        return status is WebhookStatus.Verified ? Read(body, id!) : new(status);
    }

    /// <inheritdoc cref="Verify(ReadOnlySpan{byte}, string?, string?, string?)"/>
    /// <param name="body">The body exactly as it was received.</param>
    /// <param name="getHeader">
    /// Returns the value of the header with the given name, which is lowercase; null or an empty string if it is absent. In ASP.NET Core:
    /// <c>name =&gt; request.Headers[name]</c>.
    /// </param>
    public WebhookResult Verify(ReadOnlySpan<byte> body, Func<string, string?> getHeader)
    {
        ArgumentNullException.ThrowIfNull(getHeader);
        return Verify(body, getHeader(RealtimeWebhookSecret.IdHeader), getHeader(RealtimeWebhookSecret.TimestampHeader), getHeader(RealtimeWebhookSecret.SignatureHeader));
    }

    /// <summary>Verifies a delivery. Does not return <see cref="WebhookStatus.Unreadable"/>, because it does not read the body.</summary>
    internal WebhookStatus FindStatus(ReadOnlySpan<byte> body, string? id, string? timestamp, string? signature)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signature))
            return WebhookStatus.MissingHeader;
        if (!WebhookHeaders.IsValidId(id))
            return WebhookStatus.InvalidId;
        if (!WebhookHeaders.TryReadTimestamp(timestamp, out var seconds))
            return WebhookStatus.InvalidTimestamp;
        var settings = GetSettings();
        var age = settings.Now - seconds;
        if (Math.Abs(age) > settings.Tolerance)
            return age > 0 ? WebhookStatus.TooOld : WebhookStatus.TooNew;
        Span<byte> signatures = stackalloc byte[WebhookHeaders.MaxSignatures * WebhookHeaders.SignatureBytes];
        signatures = signatures[..(WebhookHeaders.ReadSignatures(signature, signatures) * WebhookHeaders.SignatureBytes)];
        if (signatures.IsEmpty)
            return WebhookStatus.InvalidSignature;
        Span<byte> head = stackalloc byte[WebhookHeaders.MaxSignedHeadLength];
        head = head[..WebhookHeaders.WriteSignedHead(id, timestamp, head)];
        return IsSigned(settings.Secrets, head, body, signatures) ? WebhookStatus.Verified : WebhookStatus.WrongSignature;
    }

    /// <summary>
    /// Compares every signature with that of every secret. It continues after a match, so that the time does not depend on which one matched, and a refusal does
    /// not take longer than an acceptance.
    /// </summary>
    private static bool IsSigned(RealtimeWebhookSecret[] secrets, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signatures)
    {
        Span<byte> expected = stackalloc byte[WebhookHeaders.SignatureBytes];
        var isSigned = false;
        foreach (var secret in secrets)
        {
            secret.ComputeHash(head, body, expected);
            for (var at = 0; at < signatures.Length; at += WebhookHeaders.SignatureBytes)
                isSigned |= CryptographicOperations.FixedTimeEquals(expected, signatures.Slice(at, WebhookHeaders.SignatureBytes));
        }
        return isSigned;
    }

    private static WebhookResult Read(ReadOnlySpan<byte> body, string id)
    {
        try
        {
            // A value without a type is read as an unknown webhook, to be kept; but it is not an event that can be handled.
            if (RealtimeJson.Deserialize<RealtimeWebhook>(body) is { Type.Length: > 0 } webhook)
                return new(WebhookStatus.Verified) { Webhook = webhook, DeliveryId = id };
        }
        catch (RealtimeProtocolException)
        {
            // Reported as a status: the body is from the service, and the application decides what to log.
        }
        return new(WebhookStatus.Unreadable) { DeliveryId = id };
    }

    private Settings GetSettings()
    {
        var (settings, options) = (_settings, _getOptions());
        return ReferenceEquals(settings.Options, options) ? settings : _settings = new(options);
    }

    /// <summary>Valid options in the form in which each delivery needs them.</summary>
    private sealed class Settings(RealtimeWebhookOptions options)
    {
        private readonly TimeProvider _time = options.TimeProvider ?? TimeProvider.System;

        public RealtimeWebhookOptions Options => options;

        public RealtimeWebhookSecret[] Secrets { get; } = [.. options.Secrets.Select(secret => new RealtimeWebhookSecret(secret))];

        public double Tolerance { get; } = options.Tolerance.TotalSeconds;

        public long Now => _time.GetUtcNow().ToUnixTimeSeconds();
    }
}
