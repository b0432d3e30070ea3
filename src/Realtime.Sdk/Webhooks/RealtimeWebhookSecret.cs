using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// The signing secret of a webhook endpoint. It signs deliveries to the endpoint according to the Standard Webhooks specification. Its value is never
/// printed. Thread-safe.
/// </summary>
/// <remarks>
/// A delivery has three headers: <c>webhook-id</c>, <c>webhook-timestamp</c> (Unix seconds) and <c>webhook-signature</c>, the HMAC-SHA256 of
/// <c>{id}.{timestamp}.{body}</c> as <c>v1,{base64}</c>.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RealtimeWebhookSecret
{
    /// <summary>The name of the header with the ID of the delivery, which is the same for retries: <c>webhook-id</c>.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The name of the header with the time of the attempt in Unix seconds: <c>webhook-timestamp</c>.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The name of the header with the signatures, separated by spaces: <c>webhook-signature</c>.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string Prefix = "whsec_", Version = "v1,";
    private const int MinKeyBytes = 16, MaxKeyBytes = 256, MaxIdLength = 256;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key;

    /// <summary>Creates a secret.</summary>
    /// <param name="secret">
    /// The secret exactly as the service shows it: <c>whsec_</c> followed by the key in base64. The UTF-8 bytes of a secret without that prefix are used as the
    /// key. The key must be 16 to 256 bytes long.
    /// </param>
    /// <exception cref="ArgumentException">The secret is blank, too short, too long or not valid base64. The message does not contain the secret.</exception>
    public RealtimeWebhookSecret(string secret)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(secret);
        _key = ParseKey(secret);
        if (_key.Length is < MinKeyBytes or > MaxKeyBytes)
            throw new ArgumentException($"The key of the webhook secret has {_key.Length} bytes, but must have {MinKeyBytes} to {MaxKeyBytes}.", nameof(secret));
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
        if (id.Length > MaxIdLength || id.Contains('.', StringComparison.Ordinal) || id.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException($"The ID of a delivery must have at most {MaxIdLength} visible ASCII characters and no period.", nameof(id));
        return Version + Convert.ToBase64String(Hash(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp.ToUnixTimeSeconds()}."), body));
    }

    /// <summary>Returns the length of the key, never its value.</summary>
    public override string ToString() => $"webhook secret ({_key.Length} bytes)";

    private byte[] Hash(string head, ReadOnlySpan<byte> body)
    {
        // Hashed in two steps, because copying a large body behind the prefix would be expensive.
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(Encoding.ASCII.GetBytes(head));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static byte[] ParseKey(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(secret);

        // The platform's decoder ignores white space, but a secret that contains a line break was not copied correctly.
        var text = secret.AsSpan(Prefix.Length);
        var isBase64 = Base64.IsValid(text, out var length) && !text.ContainsAnyExceptInRange('!', '~');
        var key = new byte[isBase64 ? length : 0];
        return isBase64 && Convert.TryFromBase64Chars(text, key, out _)
            ? key
            : throw new ArgumentException($"The text after {Prefix} in the webhook secret is not valid base64.", nameof(secret));
    }
}
