using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>A JSON string that still stands in its message; the default value is <c>null</c>, or a member that is not there.</summary>
internal readonly ref struct JsonText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _quoted;
    private readonly bool _escaped;

    private JsonText(ReadOnlySpan<byte> quoted, bool escaped)
    {
        _quoted = quoted;
        _escaped = escaped;
    }

    /// <summary>Takes the reader's string or <c>null</c>; false for any other token.</summary>
    public static bool TryTake(ReadOnlySpan<byte> message, scoped ref Utf8JsonReader reader, out JsonText text)
    {
        text = reader.TokenType == JsonTokenType.String
            ? new(message[(int)reader.TokenStartIndex..(int)reader.BytesConsumed], reader.ValueIsEscaped)
            : default;
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
    }

    /// <summary>The bytes between the quotes; false when they are not the string itself, for they hold escapes.</summary>
    public bool TryGetPlain(out ReadOnlySpan<byte> utf8)
    {
        utf8 = _quoted.IsEmpty ? default : _quoted[1..^1];
        return !_escaped;
    }

    /// <summary>The string; null when it is not there. Throws what <see cref="WireMessage.IsContent"/> knows.</summary>
    public string? GetString()
    {
        if (_quoted.IsEmpty)
            return null;
        if (!_escaped)
            return Strict.GetString(_quoted[1..^1]);
        var reader = new Utf8JsonReader(_quoted);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>The string, from among those seen lately if it is one of them; empty when it is not there.</summary>
    public string GetString(RecentStrings recent)
    {
        if (_escaped || _quoted.IsEmpty)
            return GetString() ?? "";
        return recent.Find(_quoted[1..^1]) ?? recent.Add(GetString()!);
    }
}
