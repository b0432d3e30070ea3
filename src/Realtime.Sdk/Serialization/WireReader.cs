using System.Runtime.CompilerServices;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads one value and leaves the reader at its last token. Returns null for JSON <c>null</c>, and while <see cref="WireReader.IsDryRun"/> is set.
/// </summary>
internal delegate T? WireReading<T>(ref WireReader reader);

/// <summary>
/// Reads JSON into records; the generated readers use it. It accepts the deviations that servers are known to send, throws
/// <see cref="JsonException"/> for anything else, and limits the memory that reading allocates.
/// </summary>
internal ref struct WireReader
{
    /// <summary>
    /// The memory limit. Beyond <see cref="MaxCostPerByte"/> bytes for each byte of JSON, lists and maps are kept as JSON instead of being read into
    /// objects. The first <see cref="FreeBytes"/> are not counted, so that small messages are always read into objects.
    /// </summary>
    private const int MaxCostPerByte = 3, FreeBytes = 768;

    /// <summary>The maximum length of an escaped name that can equal a known name: up to six bytes per character.</summary>
    private const int MaxEscapedName = 256;

    /// <summary>Slightly less than <see cref="decimal.MaxValue"/>, which a double cannot represent exactly.</summary>
    private const double MaxDecimal = 7e28;

    // Empty if the JSON belongs to the reader of a JsonSerializer, which does not expose its text.
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly ReadOnlySpan<byte> _rootType;
    private readonly long _allocatedBefore;
    private readonly bool _isText;
    private Utf8JsonReader _json;
    private byte[]? _name;
    private int _nameStart;
    private UnreadableMembers? _unreadable;

    /// <summary>Creates a reader that limits the memory that reading allocates.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="isText">Whether the JSON is known to be valid UTF-8 without lone surrogates.</param>
    /// <param name="rootType">The type of the whole value if it was already determined; otherwise empty.</param>
    public WireReader(ReadOnlySpan<byte> utf8, bool isText = false, ReadOnlySpan<byte> rootType = default)
        : this(utf8, GC.GetAllocatedBytesForCurrentThread(), isText, rootType) { }

    private WireReader(Utf8JsonReader json)
    {
        _json = json;
        // The memory limit is for messages of a server. Here, JsonSerializer has already allocated what it needs.
        _allocatedBefore = long.MaxValue;
    }

    private WireReader(ReadOnlySpan<byte> utf8, long allocatedBefore, bool isText, ReadOnlySpan<byte> rootType = default)
    {
        _isText = isText;
        _rootType = rootType;
        _utf8 = utf8;
        _json = new(utf8);
        _allocatedBefore = allocatedBefore;
    }

    /// <summary>Whether values are only validated: readers throw for invalid values as usual, but create no objects and return null.</summary>
    public bool IsDryRun { get; set; }

    /// <summary>Whether unknown members are discarded instead of preserved.</summary>
    public bool DiscardsUnknownMembers { get; init; }

    public readonly JsonTokenType TokenType => _json.TokenType;

    /// <summary>The first type of the current value, if that is the whole JSON and the type was already determined; otherwise empty.</summary>
    public readonly ReadOnlySpan<byte> RootType => _json.CurrentDepth == 0 ? _rootType : default;

    /// <summary>The number of bytes that have been read.</summary>
    public readonly int Position => (int)_json.BytesConsumed;

    /// <summary>The start of the current value.</summary>
    public readonly int ValueStart => (int)_json.TokenStartIndex;

    public readonly bool IsNull => _json.TokenType == JsonTokenType.Null;

    /// <summary>A copy of the underlying reader, for looking ahead.</summary>
    public readonly Utf8JsonReader Copy => _json;

    /// <summary>Continues at the position of a <see cref="JsonSerializer"/>'s reader. Assign <see cref="Copy"/> to that reader afterwards.</summary>
    public static WireReader From(Utf8JsonReader json) => new(json);

    /// <summary>Creates a reader for a second pass over the JSON. Its memory limit includes what the first pass allocated.</summary>
    /// <param name="unreadable">The members whose values cannot be read.</param>
    /// <param name="isDryRun">The value of <see cref="IsDryRun"/>.</param>
    public readonly WireReader Restart(UnreadableMembers unreadable, bool isDryRun) =>
        new(_utf8, _allocatedBefore, _isText, _rootType) { _unreadable = unreadable, IsDryRun = isDryRun };

    /// <summary>Creates a reader without a memory limit, for kept JSON that is now read on request.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="unreadable">Its members that cannot be read; null if there are none.</param>
    public static WireReader FromRaw(byte[] utf8, UnreadableMembers? unreadable) => new(utf8, long.MaxValue, isText: true) { _unreadable = unreadable };

    /// <summary>Reads JSON that consists of exactly one value.</summary>
    public T? ReadWhole<T>() where T : WireObject, IWireObject<T>
    {
        _json.Read();
        var value = T.Read(ref this);
        _json.Read();
        return value;
    }

    public bool Read() => _json.Read();

    public void Skip() => _json.Skip();

    /// <summary>Skips the value and returns a copy of its JSON; an empty array while <see cref="IsDryRun"/> is set.</summary>
    public byte[] ReadRaw()
    {
        if (_utf8.IsEmpty)
            return JsonSerializerReader.ReadRaw(ref _json);
        var start = ValueStart;
        _json.Skip();

        // A dry run only validates, and must not allocate a copy.
        return IsDryRun ? [] : CopyFrom(start);
    }

    /// <summary>Returns a copy of the JSON from a position to the current one.</summary>
    public readonly byte[] CopyFrom(int start)
    {
        CheckText(start);
        return _utf8[start..Position].ToArray();
    }

    /// <summary>Returns the unreadable members from a position on, relative to it; null if there are none.</summary>
    public readonly UnreadableMembers? GetUnreadableFrom(int start) => _unreadable?.From(start);

    /// <summary>Whether allocating this many more bytes stays within the memory limit.</summary>
    public readonly bool IsWithinMemoryLimit(long bytes) =>
        GC.GetAllocatedBytesForCurrentThread() - _allocatedBefore + bytes <= (_json.BytesConsumed * MaxCostPerByte) + FreeBytes;

    /// <summary>
    /// Throws if a record, list or map member is repeated and the memory limit is exceeded. Only a message that is designed to waste memory does both.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void CheckRepetition(object? before)
    {
        if (before is not null)
            CheckCost();
    }

    /// <summary>Returns whether the value is <c>null</c>. Throws if it is neither an object nor null.</summary>
    public readonly bool IsNullOrObject() => _json.TokenType switch
    {
        JsonTokenType.StartObject => false,
        JsonTokenType.Null => true,
        _ => throw CreateUnexpected("An object"),
    };

    /// <summary>Returns whether the value is <c>null</c>. Throws if it is neither an array nor null.</summary>
    public readonly bool IsNullOrArray() => _json.TokenType switch
    {
        JsonTokenType.StartArray => false,
        JsonTokenType.Null => true,
        _ => throw CreateUnexpected("An array"),
    };

    /// <summary>Moves to the next element of the array. Returns false at the end of the array.</summary>
    public bool MoveToNextElement()
    {
        _json.Read();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Moves to the next name of the object. Returns false at the end of the object.</summary>
    public bool MoveToNextName()
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Moves to the value of the next member of the object. Returns false at the end of the object.</summary>
    public bool MoveToNextMember(out ReadOnlySpan<byte> name)
    {
        if (!MoveToNextName())
        {
            name = default;
            return false;
        }
        _nameStart = ValueStart;
        name = _json.ValueIsEscaped || _json.HasValueSequence ? Unescape() : _json.ValueSpan;
        _json.Read();
        return true;
    }

    /// <summary>
    /// Whether the value of the current member is known to be unreadable, so that it is kept as an unknown member if the record does not require it.
    /// </summary>
    public readonly bool IsUnreadable => _unreadable is not null && _unreadable.Contains(_nameStart);

    /// <summary>Sets the bit of a member if the current value is <c>null</c>, and clears it otherwise. If a member is repeated, the last value wins.</summary>
    public readonly void Track(ref ulong absent, ulong member) => absent = IsNull ? absent | member : absent & ~member;

    /// <summary>Skips the value of an unknown member and adds the position of the member to <paramref name="members"/>.</summary>
    /// <param name="members">The unknown members of the object.</param>
    /// <param name="name">The name of the member.</param>
    public void Keep(ref UnknownMembers members, scoped ReadOnlySpan<byte> name)
    {
        if (_utf8.IsEmpty)
        {
            members.Copy(name, ref _json);
            return;
        }
        _json.Skip();
        if (IsDryRun || DiscardsUnknownMembers)
            return;
        CheckText(_nameStart);
        if (members.CostOfNext is > 0 and var cost && !IsWithinMemoryLimit(cost))
            throw CreateRepeated();
        members.Add(_utf8, _nameStart, Position);
    }

    /// <summary>Returns the unknown members of an object as one JSON object, or null if there are none.</summary>
    public readonly byte[]? Take(in UnknownMembers members) => members.ToUtf8(_utf8);

    public bool ValueTextEquals(ReadOnlySpan<byte> text) => _json.ValueTextEquals(text);

    /// <summary>Returns the current string or name; null while <see cref="IsDryRun"/> is set.</summary>
    public string? GetText() => IsDryRun ? null : _json.GetString();

    public string? GetString() => _json.TokenType switch
    {
        JsonTokenType.String => GetText(),
        JsonTokenType.Null => null,
        _ => throw CreateUnexpected("A string"),
    };

    /// <summary>Reads a Boolean. <c>null</c> returns false.</summary>
    public bool GetBoolean() => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        _ => throw CreateUnexpected("A boolean"),
    };

    /// <summary>Reads an integer. <c>null</c> returns zero and <c>3.0</c> returns 3, because servers send both where the schema requires an integer.</summary>
    public int GetInt32() =>
        GetInt64() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw CreateUnexpectedNumber("A 32-bit number");

    /// <inheritdoc cref="GetInt32"/>
    public long GetInt64()
    {
        if (IsNull)
            return 0;
        if (_json.TokenType != JsonTokenType.Number)
            throw CreateUnexpected("A number");
        if (_json.TryGetInt64(out var whole))
            return whole;

        // Above 2^53, a double does not represent every integer, so the result could be another number than the server sent.
        return _json.TryGetDouble(out var value) && double.IsInteger(value) && Math.Abs(value) < 1L << 53
            ? (long)value
            : throw new JsonException("A whole number was expected.");
    }

    /// <summary>Reads a number. <c>null</c> returns zero. Throws if a double cannot represent the number.</summary>
    public double GetDouble() =>
        IsNull ? 0 : TryGetDouble(out var value) && double.IsFinite(value) ? value : throw CreateUnexpectedNumber("A number");

    /// <summary>Reads a number. Returns false if the value is not a number.</summary>
    public bool TryGetDouble(out double value)
    {
        value = 0;
        return _json.TokenType == JsonTokenType.Number && _json.TryGetDouble(out value);
    }

    /// <summary>Reads a number as a decimal, exactly if possible. Returns false if the value is not a number or is out of range.</summary>
    public bool TryGetDecimal(out decimal value)
    {
        value = 0;
        if (_json.TokenType != JsonTokenType.Number)
            return false;
        if (_json.TryGetDecimal(out value))
            return true;
        if (!_json.TryGetDouble(out var approximate) || !(Math.Abs(approximate) < MaxDecimal))
            return false;
        value = (decimal)approximate;
        return true;
    }

    /// <summary>Decodes the current string. Returns false if it is not valid base64.</summary>
    public bool TryGetBytesFromBase64(out byte[] bytes)
    {
        // The platform decodes into a rented buffer and copies the bytes.
        if (!_json.ValueIsEscaped && !_json.HasValueSequence && WireAudio.TryDecode(_json.ValueSpan, out bytes))
            return true;
        return _json.TryGetBytesFromBase64(out bytes!);
    }

    /// <summary>Creates the exception for a value of the wrong kind. Its message does not quote the value.</summary>
    public readonly JsonException CreateUnexpected(string expected) => new($"{expected} was expected, not {NameOfKind}.");

    /// <summary>Creates the exception for a value that is not a number, or is a number out of range.</summary>
    public readonly JsonException CreateUnexpectedNumber(string expected) =>
        _json.TokenType == JsonTokenType.Number ? new($"{expected} was expected, and the number is out of range.") : CreateUnexpected(expected);

    private readonly string NameOfKind => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    /// <summary>Throws if JSON that is to be kept cannot be decoded to strings later, because callers do not expect an exception then.</summary>
    private readonly void CheckText(int start)
    {
        if (!_isText && WireMessage.FindTextFault(_utf8[start..Position]) is { } fault)
            throw new JsonException(fault);
    }

    private readonly void CheckCost()
    {
        if (!IsWithinMemoryLimit(0))
            throw CreateRepeated();
    }

    private static JsonException CreateRepeated() => new("A member is repeated too often.");

    private ReadOnlySpan<byte> Unescape()
    {
        if (_utf8.IsEmpty)
            return Encoding.UTF8.GetBytes(_json.GetString()!);
        // No known name is longer, and an escaped name does not equal any of them.
        if (_json.ValueSpan.Length > MaxEscapedName)
            return _json.ValueSpan;
        _name ??= new byte[MaxEscapedName];
        return _name.AsSpan(0, _json.CopyString(_name));
    }
}
