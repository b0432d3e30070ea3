using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads the members of a JSON object that has the usual form: names without escapes, and integers. It accepts only messages that the generated
/// reader accepts too. At anything unusual it stops before the end of the object, and the generated reader decides.
/// </summary>
internal ref struct FastJsonObjectReader(ReadOnlySpan<byte> json)
{
    /// <summary>One less than the platform's maximum depth of 64, because the object itself is the first level.</summary>
    private const int MaxDepth = 63;

    // Nine digits never overflow an Int32, so the loop needs no check.
    private const int MaxDigits = 9;

    /// <summary>The end of a long string that is searched for further members. If they are longer, the decoder finds them, and the generated reader reads the message.</summary>
    private const int MaxAfterLong = 256;

    private static readonly SearchValues<byte> StringDelimiters = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000e\u000f"u8 +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private bool _open;

    /// <summary>The name of the current member.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The position of the current member: the quote before its name.</summary>
    public int Start { get; private set; }

    /// <summary>The current position.</summary>
    public int Position { get; private set; }

    /// <summary>Whether the object is complete and nothing follows it.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Skips <c>type</c> if it is the first member and has the usual form, without white space and escapes. Otherwise returns false and has no effect.</summary>
    public bool TrySkipFirstType(out ReadOnlySpan<byte> type)
    {
        var start = "{\"type\":\""u8;
        type = default;
        if (!_json.StartsWith(start))
            return false;
        var rest = _json[start.Length..];
        var length = rest.IndexOfAny(StringDelimiters);
        if (length < 0 || rest[length] != '"')
            return false;
        type = rest[..length];
        Position = start.Length + length + 1;
        return _open = true;
    }

    /// <summary>Advances to the value of the next member. Returns false at the end of the object, and at anything unusual.</summary>
    public bool MoveNext()
    {
        var at = SkipSpace(Position);
        if (at >= _json.Length)
            return false;
        if (_open && _json[at] == '}')
        {
            Position = at + 1;
            IsComplete = SkipSpace(Position) == _json.Length;
            return false;
        }
        if (_json[at] != (_open ? ',' : '{'))
            return false;
        _open = true;
        Start = SkipSpace(at + 1);
        if (!TryReadName(Start, out var length))
            return false;
        Name = _json.Slice(Start + 1, length);
        at = SkipSpace(Start + length + 2);
        if (at >= _json.Length || _json[at] != ':')
            return false;
        Position = SkipSpace(at + 1);
        return Position < _json.Length;
    }

    /// <summary>Reads a string or <c>null</c>. Escapes are not decoded.</summary>
    public bool TryReadString(out JsonStringSlice text)
    {
        text = default;
        if (_json[Position] != '"')
            return TryReadNull();
        var escaped = false;

        // Two, because the delimiter is a backslash here, and the character after it, even a quote, belongs to the string.
        for (var at = Position + 1; at < _json.Length; at += 2)
        {
            var run = _json[at..].IndexOfAny(StringDelimiters);
            at += run;
            if (run < 0 || _json[at] < 0x20)
                return false;
            if (_json[at] == '"')
            {
                text = new(Position, at + 1 - Position, escaped);
                Position = at + 1;
                return true;
            }
            escaped = true;
        }
        return false;
    }

    /// <summary>
    /// Takes the rest of the object as a string if the current member seems to be the last one. The text is not examined, which saves a pass over long audio. The
    /// caller must reject quotes, backslashes and control characters in it, as <see cref="WireAudio"/> does.
    /// </summary>
    public bool TryTakeLastString(out JsonStringSlice text)
    {
        text = default;
        if (_json[Position] != '"' || Position + 2 >= _json.Length || !_json.EndsWith("\"}"u8))
            return false;

        var content = _json[(Position + 1)..^2];
        if (content[Math.Max(0, content.Length - MaxAfterLong)..].Contains((byte)'"'))
            return false;
        text = new(Position, _json.Length - 1 - Position, Escaped: false);
        Position = _json.Length - 1;
        return true;
    }

    /// <summary>Reads <c>null</c>.</summary>
    public bool TryReadNull()
    {
        if (!_json[Position..].StartsWith("null"u8))
            return false;
        Position += 4;
        return true;
    }

    /// <summary>Reads an integer of at most nine digits. <see cref="MoveNext"/> checks what follows it, such as a fraction.</summary>
    public bool TryReadInt32(out int number)
    {
        number = 0;
        var at = Position;
        var negative = _json[at] == '-';
        var first = negative ? ++at : at;
        while (at < _json.Length && at - first < MaxDigits && _json[at] is >= (byte)'0' and <= (byte)'9')
            number = (number * 10) + (_json[at++] - '0');

        // JSON does not permit leading zeros. The generated reader reports the error.
        if (at == first || (at - first > 1 && _json[first] == '0'))
            return false;
        number = negative ? -number : number;
        Position = at;
        return true;
    }

    /// <summary>Skips a value of any kind. Throws only exceptions that <see cref="WireMessage.IsContentError"/> recognizes.</summary>
    public bool TrySkip()
    {
        var start = Position;
        if (_json[start] == '"' && TryReadString(out var text) && !text.Escaped)
            return true;
        Position = start;
        var reader = new Utf8JsonReader(_json[start..], isFinalBlock: false, new JsonReaderState(new() { MaxDepth = MaxDepth }));
        if (!reader.Read() || !reader.TrySkip())
            return false;
        Position += (int)reader.BytesConsumed;
        return true;
    }

    /// <summary>Finds the length of a string without escapes.</summary>
    private readonly bool TryReadName(int start, out int length)
    {
        length = 0;
        if (start >= _json.Length || _json[start] != '"')
            return false;
        var rest = _json[(start + 1)..];
        length = rest.IndexOfAny(StringDelimiters);
        return length >= 0 && rest[length] == '"';
    }

    /// <summary>Returns the position of the next character that is not white space, or the length of the message.</summary>
    private readonly int SkipSpace(int at)
    {
        while (at < _json.Length && _json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
        return at;
    }
}
