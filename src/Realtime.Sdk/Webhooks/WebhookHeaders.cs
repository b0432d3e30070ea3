using System.Buffers;
using System.Globalization;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads the headers of a delivery strictly. Anyone can send them, so their lengths are limited, and reading them neither allocates nor throws.
/// </summary>
internal static class WebhookHeaders
{
    public const int MaxIdLength = 256;

    /// <summary>The length of a signature in bytes (HMAC-SHA256).</summary>
    public const int SignatureBytes = 32;

    /// <summary>The maximum number of entries of the signature header that are read. A sender that rotates its secret sends two.</summary>
    public const int MaxSignatures = 10;

    /// <summary>The maximum length of the signature header. Ten signatures of Ed25519 (<c>v1a</c>), the longest in the specification, have 929 characters.</summary>
    public const int MaxSignatureHeaderLength = 1_024;

    /// <summary>The maximum length of the text that <see cref="WriteSignedHead"/> writes.</summary>
    public const int MaxSignedHeadLength = MaxIdLength + MaxTimestampLength + 2;

    private const string Version = "v1,";

    /// <summary>The length of a signature in base64, with its padding.</summary>
    private const int EncodedLength = 44;

    /// <summary>The maximum length of a <see cref="DateTimeOffset"/> in Unix seconds.</summary>
    private const int MaxTimestampLength = 12;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>The characters of base64 whose last two bits are zero, with which 32 bytes end in front of the padding.</summary>
    private static readonly SearchValues<char> LastCharacters = SearchValues.Create("AEIMQUYcgkosw048");

    /// <summary>The visible ASCII characters except the period.</summary>
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c != '.')]);

    /// <summary>
    /// Whether an ID has at most 256 visible ASCII characters and no period. With a period, the same signature would be valid for other values of ID, timestamp and
    /// body.
    /// </summary>
    public static bool IsValidId(ReadOnlySpan<char> id) => id.Length is > 0 and <= MaxIdLength && !id.ContainsAnyExcept(IdCharacters);

    /// <summary>Reads Unix seconds: decimal digits without a sign, white space or a leading zero. The platform's parsers accept more, and throw if there are too many.</summary>
    public static bool TryReadTimestamp(ReadOnlySpan<char> text, out long seconds)
    {
        seconds = 0;
        return text.Length is > 0 and <= MaxTimestampLength && text[0] != '0' && !text.ContainsAnyExcept(Digits)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds);
    }

    /// <summary>Reads the signatures of version 1. All other entries, malformed ones included, are ignored, so that they do not affect a valid signature.</summary>
    /// <param name="header">The header: entries separated by spaces. If it is too long, nothing is read.</param>
    /// <param name="signatures">Receives the signatures, one after the other. It must have a place for <see cref="MaxSignatures"/>.</param>
    /// <returns>The number of signatures.</returns>
    public static int ReadSignatures(ReadOnlySpan<char> header, Span<byte> signatures)
    {
        if (header.Length > MaxSignatureHeaderLength)
            return 0;
        var count = 0;
        for (var i = 0; i < MaxSignatures && !header.IsEmpty; i++)
        {
            var end = header.IndexOf(' ');
            if (TryReadSignature(end < 0 ? header : header[..end], signatures[(count * SignatureBytes)..]))
                count++;
            header = end < 0 ? default : header[(end + 1)..];
        }
        return count;
    }

    public static string FormatSignature(ReadOnlySpan<byte> signature) => Version + Convert.ToBase64String(signature);

    /// <summary>Writes the part of the signed text that is in front of the body: <c>{id}.{timestamp}.</c>. Returns its length.</summary>
    public static int WriteSignedHead(ReadOnlySpan<char> id, ReadOnlySpan<char> timestamp, Span<byte> head)
    {
        var length = Encoding.ASCII.GetBytes(id, head);
        head[length++] = (byte)'.';
        length += Encoding.ASCII.GetBytes(timestamp, head[length..]);
        head[length++] = (byte)'.';
        return length;
    }

    /// <summary>
    /// Decodes one entry. The length of the entry excludes white space, which the decoder ignores: with it, there would be fewer bytes. The check of the last character
    /// excludes unused bits, which the decoder also ignores: there would be four texts of each signature.
    /// </summary>
    private static bool TryReadSignature(ReadOnlySpan<char> entry, Span<byte> signature) =>
        entry.Length == Version.Length + EncodedLength && entry.StartsWith(Version, StringComparison.Ordinal) && LastCharacters.Contains(entry[^2])
            && Convert.TryFromBase64Chars(entry[Version.Length..], signature, out var length) && length == SignatureBytes;
}
