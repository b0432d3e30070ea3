using System.Runtime.CompilerServices;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Reads one value and leaves the reader at its last token; null when it is <c>null</c>, and when values are only checked.</summary>
internal delegate T? WireReading<T>(ref WireReader reader);

/// <summary>
/// Reads JSON into records: what the generated readers are made of. Tolerant of what servers send, clear about what cannot be read, and
/// bounded in what it allocates, whatever the JSON looks like.
/// </summary>
internal ref struct WireReader
{
    /// <summary>
    /// A list or map is read into objects as long as all that was read costs no more than this many bytes for each byte of JSON, and a
    /// little more for short messages. Beyond it, its JSON is kept instead, one byte for each byte.
    /// </summary>
    private const int MaxCostPerByte = 3, FreeBytes = 768;

    /// <summary>No name of the wire takes more bytes, even when all of it is written as escapes.</summary>
    private const int MaxEscapedName = 256;

    // Empty when the JSON is another's to read: his reader does not show it.
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly long _allocatedBefore;
    private readonly bool _isText;
    private Utf8JsonReader _json;
    private byte[]? _name;
    private int _nameStart;

    /// <summary>Reads JSON, and keeps what is allocated in proportion to its length.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="isText">Whether it is known that <see cref="WireMessage.FaultInText"/> finds nothing in it.</param>
    public WireReader(ReadOnlySpan<byte> utf8, bool isText = false) : this(utf8, GC.GetAllocatedBytesForCurrentThread(), isText) { }

    private WireReader(Utf8JsonReader json)
    {
        _json = json;
        // What the application's own serializer costs is its own affair.
        _allocatedBefore = long.MaxValue;
    }

    private WireReader(ReadOnlySpan<byte> utf8, long allocatedBefore, bool isText)
    {
        _isText = isText;
        _utf8 = utf8;
        _json = new(utf8);
        _allocatedBefore = allocatedBefore;
    }

    /// <summary>Whether values are only checked: readers then go over them, throw what they would throw, and return nothing.</summary>
    public bool IsDry { get; set; }

    public readonly JsonTokenType TokenType => _json.TokenType;

    /// <summary>How far the JSON was read.</summary>
    public readonly int Position => (int)_json.BytesConsumed;

    /// <summary>Where the value at the reader begins.</summary>
    public readonly int ValueStart => (int)_json.TokenStartIndex;

    public readonly bool IsNull => _json.TokenType == JsonTokenType.Null;

    /// <summary>A reader of its own that stands at the same value.</summary>
    public readonly Utf8JsonReader Copy => _json;

    /// <summary>Goes on where a reader of <see cref="JsonSerializer"/> stands; <see cref="Copy"/> is then where it goes on itself.</summary>
    public static WireReader From(Utf8JsonReader json) => new(json);

    /// <summary>Reads JSON that was kept because it would have cost too much: now somebody asks for it.</summary>
    public static WireReader OfKept(byte[] utf8) => new(utf8, long.MaxValue, isText: true);

    /// <summary>Reads a whole text of JSON, which holds one value and nothing behind it.</summary>
    public T? Whole<T>() where T : WireObject, IWireObject<T>
    {
        _json.Read();
        var value = T.Read(ref this);
        _json.Read();
        return value;
    }

    public bool Read() => _json.Read();

    public void Skip() => _json.Skip();

    /// <summary>Goes to the end of the value, and copies it as it is written; nothing when values are only checked.</summary>
    public byte[] TakeRaw()
    {
        if (_utf8.IsEmpty)
            return ForeignJson.Take(ref _json);
        var start = ValueStart;
        _json.Skip();
        return IsDry ? [] : CopyFrom(start);
    }

    /// <summary>Copies what was read since a position.</summary>
    public readonly byte[] CopyFrom(int start)
    {
        CheckText(start);
        return _utf8[start..Position].ToArray();
    }

    /// <summary>Whether what was read so far, and so many bytes more, are in proportion to the JSON that was read.</summary>
    public readonly bool CanAfford(long bytes) =>
        GC.GetAllocatedBytesForCurrentThread() - _allocatedBefore + bytes <= (_json.BytesConsumed * MaxCostPerByte) + FreeBytes;

    /// <summary>A member that is a record, a list or a map stands there again: the last one counts, as long as it is not done to waste memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void CheckRepetition(object? before)
    {
        if (before is not null)
            CheckCost();
    }

    /// <summary>Whether the value is <c>null</c>; throws for everything that is not an object either.</summary>
    public readonly bool IsNullOrObject() => _json.TokenType switch
    {
        JsonTokenType.StartObject => false,
        JsonTokenType.Null => true,
        _ => throw Unexpected("An object"),
    };

    /// <summary>Whether the value is <c>null</c>; throws for everything that is not an array either.</summary>
    public readonly bool IsNullOrArray() => _json.TokenType switch
    {
        JsonTokenType.StartArray => false,
        JsonTokenType.Null => true,
        _ => throw Unexpected("An array"),
    };

    /// <summary>Goes to the next element of the array; false at the array's end.</summary>
    public bool NextElement()
    {
        _json.Read();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Goes to the next name of the object; false at the object's end.</summary>
    public bool NextName()
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Goes to the value of the next member of the object; false at the object's end.</summary>
    public bool NextMember(out ReadOnlySpan<byte> name)
    {
        if (!NextName())
        {
            name = default;
            return false;
        }
        _nameStart = ValueStart;
        name = _json.ValueIsEscaped || _json.HasValueSequence ? Unescaped() : _json.ValueSpan;
        _json.Read();
        return true;
    }

    /// <summary>Goes over the value of a member this version does not know, and remembers where the member stands.</summary>
    /// <param name="members">Where such members of the object are remembered.</param>
    /// <param name="name">The member's name.</param>
    public void Keep(ref UnknownMembers members, scoped ReadOnlySpan<byte> name)
    {
        if (_utf8.IsEmpty)
        {
            members.Copy(name, ref _json);
            return;
        }
        _json.Skip();
        if (IsDry)
            return;
        CheckText(_nameStart);
        if (members.CostOfNext is > 0 and var cost && !CanAfford(cost))
            throw TooOften();
        members.Add(_utf8, _nameStart, Position);
    }

    /// <summary>The unknown members of an object that was read; null when there are none.</summary>
    public readonly byte[]? Take(in UnknownMembers members) => members.ToUtf8(_utf8);

    public bool ValueTextEquals(ReadOnlySpan<byte> text) => _json.ValueTextEquals(text);

    /// <summary>The string or the name at the reader; nothing when values are only checked.</summary>
    public string? Text() => IsDry ? null : _json.GetString();

    public string? String() => _json.TokenType switch
    {
        JsonTokenType.String => Text(),
        JsonTokenType.Null => null,
        _ => throw Unexpected("A string"),
    };

    /// <summary><c>null</c> reads as false.</summary>
    public bool Boolean() => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        _ => throw Unexpected("A boolean"),
    };

    /// <summary><c>null</c> reads as zero and <c>3.0</c> as three: servers send both where the schema says integer.</summary>
    public int Int32() =>
        Int64() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw new JsonException("A smaller number was expected.");

    /// <inheritdoc cref="Int32"/>
    public long Int64()
    {
        if (IsNull)
            return 0;
        if (_json.TokenType != JsonTokenType.Number)
            throw Unexpected("A number");
        if (_json.TryGetInt64(out var whole))
            return whole;
        return _json.TryGetDouble(out var value) && double.IsInteger(value) && Math.Abs(value) < 1L << 53
            ? (long)value
            : throw new JsonException("A whole number was expected.");
    }

    /// <summary><c>null</c> reads as zero; a number that no double can hold is refused.</summary>
    public double Double() => IsNull ? 0 : TryGetDouble(out var value) && double.IsFinite(value) ? value : throw new JsonException("A finite number was expected.");

    /// <summary>Reads a number; false when there is something else.</summary>
    public bool TryGetDouble(out double value)
    {
        value = 0;
        return _json.TokenType == JsonTokenType.Number && _json.TryGetDouble(out value);
    }

    /// <summary>Decodes the string at the reader; false when it is no base64.</summary>
    public bool TryGetBytesFromBase64(out byte[] bytes) => _json.TryGetBytesFromBase64(out bytes!);

    /// <summary>What is wrong, in words that quote nothing of the message.</summary>
    public readonly JsonException Unexpected(string expected) => new($"{expected} was expected, not {_json.TokenType}.");

    /// <summary>What is kept as bytes becomes strings later, where nobody expects it to fail.</summary>
    private readonly void CheckText(int start)
    {
        if (!_isText && WireMessage.FaultInText(_utf8[start..Position]) is { } fault)
            throw new JsonException(fault);
    }

    private readonly void CheckCost()
    {
        if (!CanAfford(0))
            throw TooOften();
    }

    private static JsonException TooOften() => new("A member stands there too often.");

    private ReadOnlySpan<byte> Unescaped()
    {
        if (_utf8.IsEmpty)
            return Encoding.UTF8.GetBytes(_json.GetString()!);
        // What is longer is no name of ours, and the escapes in it equal none.
        if (_json.ValueSpan.Length > MaxEscapedName)
            return _json.ValueSpan;
        _name ??= new byte[MaxEscapedName];
        return _name.AsSpan(0, _json.CopyString(_name));
    }
}
