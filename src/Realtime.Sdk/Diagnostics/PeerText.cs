using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Text that may come from a server, in a form that is safe to print. <see cref="Sanitize"/> creates it. All text of a server goes through it before it
/// appears in an exception message, a log entry, a trace tag or a <see cref="object.ToString"/> result.
/// </summary>
/// <remarks>
/// Keys are masked. Control characters and line separators become spaces, so that the text cannot forge log lines or control a terminal. Bidirectional
/// control characters, other invisible format characters and lone surrogates become U+FFFD. The length is limited. Text that needs no change is
/// returned as the same string, without allocating.
/// </remarks>
internal readonly struct PeerText
{
    /// <summary>The default maximum length in characters.</summary>
    public const int DefaultMaxLength = 1_000;

    private const char Replacement = '\uFFFD';
    private const char Ellipsis = '…';

    private readonly string? _text;

    private PeerText(string? text) => _text = text;

    public static implicit operator string(PeerText text) => text.ToString();

    /// <summary>Makes text safe to print.</summary>
    /// <param name="text">Any text. Null becomes an empty string.</param>
    /// <param name="secret">The credential in use, which is masked; null if it is not known.</param>
    /// <param name="maxLength">The maximum length in characters. Longer text is cut and ends with an ellipsis.</param>
    public static PeerText Sanitize(string? text, string? secret = null, int maxLength = DefaultMaxLength) =>
        new(Clean(text ?? "", secret, maxLength, keepLines: false));

    /// <summary>Masks keys and changes nothing else. For text with several lines, such as a stack trace.</summary>
    public static string MaskKeys(string text, string? secret = null) => Clean(text, secret, int.MaxValue, keepLines: true);

    /// <summary>Whether the text is printed unchanged, regardless of its length.</summary>
    public static bool IsClean(string text, string? secret = null) => IndexOfUnsafe(text, secret, text.Length, keepLines: false) < 0;

    /// <summary>
    /// Whether the character is an invisible format character that can reorder or hide text. The joiners U+200C and U+200D and the soft hyphen are not
    /// included, because ordinary text needs them.
    /// </summary>
    public static bool IsInvisible(char c) =>
        c is '\u061C' or '\u180E' or '\u200B' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or '\uFEFF'
            or (>= '\uFFF9' and <= '\uFFFB');

    public override string ToString() => _text ?? "";

    private static string Clean(string text, string? secret, int maxLength, bool keepLines)
    {
        var at = IndexOfUnsafe(text, secret, maxLength, keepLines);
        if (at < 0 && text.Length <= maxLength)
            return text;
        if (at < 0)
            return $"{text.AsSpan(0, TrimToCharacter(text, maxLength))}{Ellipsis}";

        var shown = new StringBuilder(text, 0, at, Math.Min(text.Length, maxLength) + 1);
        Span<char> unit = stackalloc char[2];
        while (at < text.Length)
        {
            var length = KeyPattern.Match(text, at, secret, out var mask);
            scoped ReadOnlySpan<char> next;
            if (length > 0)
                next = mask;
            else
                next = unit[..WritePrintable(text, at, keepLines, unit, out length)];
            // A mask or a surrogate pair is appended completely or not at all.
            if (shown.Length + next.Length > maxLength)
                return shown.Append(Ellipsis).ToString();
            shown.Append(next);
            at += length;
        }
        return shown.ToString();
    }

    /// <summary>Returns the position of the first character that must be changed, or −1 if there is none up to <paramref name="maxLength"/>.</summary>
    private static int IndexOfUnsafe(string text, string? secret, int maxLength, bool keepLines)
    {
        for (var at = 0; at < text.Length && at <= maxLength;)
        {
            if (KeyPattern.Match(text, at, secret, out _) > 0 || (!keepLines && GetReplacement(text, at, out var length) != '\0'))
                return at;
            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        }
        return -1;
    }

    /// <summary>
    /// Writes the printable form of the character at a position. Returns its length in UTF-16 code units; <paramref name="length"/> is that of the original.
    /// </summary>
    private static int WritePrintable(string text, int at, bool keepLines, Span<char> shown, out int length)
    {
        length = 1;
        if (!keepLines && GetReplacement(text, at, out length) is not '\0' and var replacement)
        {
            shown[0] = replacement;
            return 1;
        }
        length = at + 1 < text.Length && char.IsSurrogatePair(text, at) ? 2 : 1;
        text.AsSpan(at, length).CopyTo(shown);
        return length;
    }

    /// <summary>Returns the replacement for the character at a position, or NUL if it is printed unchanged.</summary>
    private static char GetReplacement(string text, int at, out int length)
    {
        length = 1;
        var c = text[at];
        if (c is >= ' ' and < '\u007F')
            return '\0';
        if (char.IsControl(c) || c is '\u2028' or '\u2029')
            return ' ';
        if (!char.IsSurrogate(c))
            return IsInvisible(c) ? Replacement : '\0';
        if (at + 1 == text.Length || !char.IsSurrogatePair(c, text[at + 1]))
            return Replacement;
        length = 2;
        // The tag characters U+E0000 to U+E007F are an invisible copy of ASCII.
        return char.ConvertToUtf32(c, text[at + 1]) is >= 0xE0000 and <= 0xE007F ? Replacement : '\0';
    }

    private static int TrimToCharacter(string text, int length) =>
        length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
}
