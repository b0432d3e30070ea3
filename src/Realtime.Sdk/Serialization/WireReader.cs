using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>What the generated readers are made of: tolerant of what servers send, and clear about what nobody can read.</summary>
internal static class WireReader
{
    /// <summary>Reads a whole text of JSON, which holds one value and nothing behind it.</summary>
    public static T? Whole<T>(ref Utf8JsonReader reader) where T : WireObject, IWireObject<T>
    {
        reader.Read();
        var value = T.Read(ref reader);
        reader.Read();
        return value;
    }

    public static bool IsNull(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;

    /// <summary>Whether the value is <c>null</c>; throws for everything that is not an object either.</summary>
    public static bool IsNullOrObject(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => false,
        JsonTokenType.Null => true,
        _ => throw Unexpected(ref reader, "An object"),
    };

    /// <summary>Goes to the value of the next member of the object; false at the object's end.</summary>
    public static bool NextMember(ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            name = default;
            return false;
        }
        name = reader.HasValueSequence || reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        reader.Read();
        return true;
    }

    /// <summary>Keeps a member this version does not know.</summary>
    public static void Keep(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, ref Dictionary<string, JsonElement>? extra) =>
        (extra ??= [])[Encoding.UTF8.GetString(name)] = JsonElement.ParseValue(ref reader);

    public static string? String(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => throw Unexpected(ref reader, "A string"),
    };

    /// <summary><c>null</c> reads as false.</summary>
    public static bool Boolean(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        _ => throw Unexpected(ref reader, "A boolean"),
    };

    /// <summary><c>null</c> reads as zero and <c>3.0</c> as three: servers send both where the schema says integer.</summary>
    public static int Int32(ref Utf8JsonReader reader) =>
        Int64(ref reader) is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw new JsonException("A smaller number was expected.");

    /// <inheritdoc cref="Int32"/>
    public static long Int64(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return 0;
        if (reader.TokenType != JsonTokenType.Number)
            throw Unexpected(ref reader, "A number");
        if (reader.TryGetInt64(out var whole))
            return whole;
        return reader.TryGetDouble(out var value) && double.IsInteger(value) && Math.Abs(value) < 1L << 53
            ? (long)value
            : throw new JsonException("A whole number was expected.");
    }

    /// <summary><c>null</c> reads as zero; a number that no double can hold is refused.</summary>
    public static double Double(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw new JsonException("A finite number was expected.");
    }

    /// <summary>What is wrong, in words that quote nothing of the message.</summary>
    public static JsonException Unexpected(ref Utf8JsonReader reader, string expected) => new($"{expected} was expected, not {reader.TokenType}.");
}
