namespace Realtime.Sdk.Internal;

/// <summary>
/// Checks the <c>type</c> members of one object while it is read. If there are several, all must have the same value: otherwise this SDK and another
/// reader could see different types in the same object. The check belongs here, although the family already found the first <c>type</c>, because
/// only the reader of all members finds a second one without another pass.
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
        AlternativeType,
    }

    /// <summary>
    /// Whether the exception means that an object has contradictory types. Then the whole message is rejected, because none of it can be trusted.
    /// </summary>
    public static bool IsAmbiguity(Exception exception) => exception is JsonException { Path: Name };

    /// <summary>Creates the exception that <see cref="IsAmbiguity"/> recognizes.</summary>
    public static JsonException CreateAmbiguity(string message) => new(message, Name, null, null);

    /// <summary>Whether the object has a <c>type</c>.</summary>
    public readonly bool IsPresent => _value >= Value.Type;

    /// <summary>Whether the object has the second of the two types that the record accepts.</summary>
    public readonly bool IsAlternativeType => _value == Value.AlternativeType;

    /// <summary>Checks a <c>type</c> in a record that has none: it must be <c>null</c>.</summary>
    public void Read(ref WireReader reader) => Add(reader.TokenType == JsonTokenType.Null ? Value.Null : throw CreateUnexpected());

    /// <summary>Checks a <c>type</c>: it must be that of the record, or <c>null</c>.</summary>
    public void Read(ref WireReader reader, ReadOnlySpan<byte> type) => Add(Find(ref reader, type) ?? throw CreateUnexpected());

    /// <summary>Checks a <c>type</c>: it must be one of the two that the record accepts, or <c>null</c>.</summary>
    public void Read(ref WireReader reader, ReadOnlySpan<byte> type, ReadOnlySpan<byte> alternativeType) =>
        Add(Find(ref reader, type) ?? (reader.ValueTextEquals(alternativeType) ? Value.AlternativeType : throw CreateUnexpected()));

    /// <summary>Throws if an object has two different types. The reader must be at the start of the object.</summary>
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

    /// <summary>Strings are compared after decoding escapes. Two types that are not strings are never the same.</summary>
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

    private static JsonException CreateUnexpected() => CreateAmbiguity("The type is not that of the expected record.");

    private static JsonException CreateSeveral() => CreateAmbiguity("The object has two different types.");
}
