using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// The signing secret of a webhook endpoint. It signs deliveries to the endpoint according to the Standard Webhooks specification. Its value is never
/// printed. Thread-safe. To verify deliveries, use <see cref="RealtimeWebhooks"/>.
/// </summary>
/// <remarks>
/// A delivery has three headers: <c>webhook-id</c>, <c>webhook-timestamp</c> (Unix seconds) and <c>webhook-signature</c>, the HMAC-SHA256 of
/// <c>{id}.{timestamp}.{body}</c> as <c>v1,{base64}</c>.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
#pragma warning disable CA1001 // a secret lives as long as the application; the finalizer of the hash releases it
public sealed class RealtimeWebhookSecret
#pragma warning restore CA1001
{
    /// <summary>The name of the header with the ID of the delivery, which is the same for retries: <c>webhook-id</c>.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The name of the header with the time of the attempt in Unix seconds: <c>webhook-timestamp</c>.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The name of the header with the signatures, separated by spaces: <c>webhook-signature</c>.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string Prefix = "whsec_";
    private const int MinKeyBytes = 16, MaxKeyBytes = 256;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key;

    // The hash with its key, while no caller uses it. To create one costs as much as to hash a kilobyte.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private IncrementalHash? _hash;

    /// <summary>Creates a secret.</summary>
    /// <param name="secret">
    /// The secret exactly as the service shows it: <c>whsec_</c> followed by the key in base64. The UTF-8 bytes of a secret without that prefix are used as the
    /// key. The key must be 16 to 256 bytes long.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The secret is blank, too short, too long, not valid base64, or begins or ends with white space. The message does not contain the secret.
    /// </exception>
    public RealtimeWebhookSecret(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (FindFault(secret) is { } fault)
            throw new ArgumentException($"The webhook secret {fault}.", nameof(secret));
        _key = ReadKey(secret)!;
    }

    /// <summary>Signs a delivery.</summary>
    /// <param name="id">The ID of the delivery (<see cref="IdHeader"/>): up to 256 visible ASCII characters, without a period.</param>
    /// <param name="timestamp">The time of the attempt, which is sent in whole seconds.</param>
    /// <param name="body">The body exactly as it is sent.</param>
    /// <returns>The signature, for <see cref="SignatureHeader"/>: <c>v1,</c> and 44 characters of base64.</returns>
    /// <exception cref="ArgumentException"><paramref name="id"/> is blank, too long, or contains other characters.</exception>
    public string Sign(string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        if (!WebhookHeaders.IsValidId(id))
            throw new ArgumentException($"The ID of a delivery must have at most {WebhookHeaders.MaxIdLength} visible ASCII characters and no period.", nameof(id));
        Span<byte> head = stackalloc byte[WebhookHeaders.MaxSignedHeadLength], signature = stackalloc byte[WebhookHeaders.SignatureBytes];
        head = head[..WebhookHeaders.WriteSignedHead(id, timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), head)];
        ComputeHash(head, body, signature);
        return WebhookHeaders.FormatSignature(signature);
    }

    /// <summary>Returns the length of the key, never its value.</summary>
    public override string ToString() => $"webhook secret ({_key.Length} bytes)";

    /// <summary>Returns why <paramref name="secret"/> is not a valid secret, without quoting it; null if it is valid.</summary>
    internal static string? FindFault(string? secret)
    {
        if (string.IsNullOrWhiteSpace(secret))
            return "is blank";
        // A secret that was copied with a line break would be another key, and every delivery would be refused.
        if (char.IsWhiteSpace(secret[0]) || char.IsWhiteSpace(secret[^1]))
            return "begins or ends with white space";
        return ReadKey(secret)?.Length switch
        {
            null => $"is not valid base64 after {Prefix}",
            >= MinKeyBytes and <= MaxKeyBytes => null,
            var length => $"has a key of {length} bytes, but must have {MinKeyBytes} to {MaxKeyBytes}",
        };
    }

    /// <summary>Computes the HMAC-SHA256 of two parts, without copying them.</summary>
    internal void ComputeHash(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        var hash = Interlocked.Exchange(ref _hash, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(head);
        hash.AppendData(body);
        hash.GetHashAndReset(destination);
        if (Interlocked.CompareExchange(ref _hash, hash, null) is not null)
            hash.Dispose();
    }

    /// <summary>Returns the key; null if the secret has the prefix but is not valid base64.</summary>
    private static byte[]? ReadKey(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(secret);

        // The platform's decoder ignores white space, but a secret that contains a line break was not copied correctly.
        var text = secret.AsSpan(Prefix.Length);
        var isBase64 = Base64.IsValid(text, out var length) && !text.ContainsAnyExceptInRange('!', '~');
        var key = new byte[isBase64 ? length : 0];
        return isBase64 && Convert.TryFromBase64Chars(text, key, out _) ? key : null;
    }
}
