namespace Realtime.Sdk.Internal;

/// <summary>
/// The members named <c>type</c> of one object, as they are read. If there are several, all must hold the same string: an object that
/// names two types would be one thing to us and another to the next reader. Each is looked at although the family has found the first one
/// before: only who reads all members finds a second one without another pass.
/// </summary>
internal struct WireDiscriminator
{
    private const string Name = "type";

    private Value _value;

    private enum Value : byte
    {
        Missing,
        Null,
        Type,
        OtherSpelling,
    }

    /// <summary>Whether an object says that it is several things. Whatever stands around it, nothing of the message is to be trusted.</summary>
    public static bool IsAmbiguity(Exception exception) => exception is JsonException { Path: Name };

    /// <summary>Creates the exception that <see cref="IsAmbiguity"/> recognizes.</summary>
    public static JsonException CreateAmbiguity(string message) => new(message, Name, null, null);

    /// <summary>Whether the object names its type.</summary>
    public readonly bool IsPresent => _value >= Value.Type;

    /// <summary>Whether the object names its type in the other of two spellings.</summary>
    public readonly bool IsOtherSpelling => _value == Value.OtherSpelling;

    /// <summary>Reads one more <c>type</c> of a record that has none: it must be <c>null</c>.</summary>
    public void Read(ref WireReader reader) => Add(reader.TokenType == JsonTokenType.Null ? Value.Null : throw CreateUnexpected());

    /// <summary>Reads one more <c>type</c>: it must be that of the record, or <c>null</c>.</summary>
    public void Read(ref WireReader reader, ReadOnlySpan<byte> type) => Add(Find(ref reader, type) ?? throw CreateUnexpected());

    /// <summary>Reads one more <c>type</c>: it must be one of the two spellings of the record's, or <c>null</c>.</summary>
    public void Read(ref WireReader reader, ReadOnlySpan<byte> type, ReadOnlySpan<byte> otherSpelling) =>
        Add(Find(ref reader, type) ?? (reader.ValueTextEquals(otherSpelling) ? Value.OtherSpelling : throw CreateUnexpected()));

    /// <summary>Throws when an object of any kind names two types; the reader stands at its start.</summary>
    public static void ThrowIfSeveral(Utf8JsonReader reader)
    {
        var isFound = false;
        Utf8JsonReader first = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                if (isFound && !AreSame(ref first, ref reader))
                    throw CreateSeveral();
                first = reader;
                isFound = true;
            }
            reader.Skip();
        }
    }

    /// <summary>Strings are the same whatever escapes they are written with. Values that name no type are never the same.</summary>
    private static bool AreSame(ref Utf8JsonReader one, ref Utf8JsonReader other) =>
        one.TokenType == JsonTokenType.String && other.TokenType == JsonTokenType.String && other.ValueTextEquals(one.GetString());

    private static Value? Find(ref WireReader reader, ReadOnlySpan<byte> type) => reader.TokenType switch
    {
        JsonTokenType.Null => Value.Null,
        JsonTokenType.String => reader.ValueTextEquals(type) ? Value.Type : null,
        _ => throw CreateUnexpected(),
    };

    private void Add(Value value)
    {
        if (_value != Value.Missing && (_value != value || value == Value.Null))
            throw CreateSeveral();
        _value = value;
    }

    private static JsonException CreateUnexpected() => CreateAmbiguity("The type of another record was found.");

    private static JsonException CreateSeveral() => CreateAmbiguity("The object names two types.");
}
