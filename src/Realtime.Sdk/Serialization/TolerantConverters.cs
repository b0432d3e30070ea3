namespace Realtime.Sdk.Internal;

/// <summary>Reads <c>null</c> as zero and <c>3.0</c> as three: servers send both where the schema says integer.</summary>
internal sealed class TolerantInt32Converter : JsonConverter<int>
{
    public override bool HandleNull => true;

    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public static int Read(ref Utf8JsonReader reader) =>
        TolerantInt64Converter.Read(ref reader) is >= int.MinValue and <= int.MaxValue and var value
            ? (int)value
            : throw new JsonException("A smaller number was expected.");

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <inheritdoc cref="TolerantInt32Converter"/>
internal sealed class TolerantInt64Converter : JsonConverter<long>
{
    public override bool HandleNull => true;

    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public static long Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return 0;
        if (reader.TokenType != JsonTokenType.Number)
            throw new JsonException($"A number was expected, not {reader.TokenType}.");
        if (reader.TryGetInt64(out var whole))
            return whole;
        return reader.TryGetDouble(out var value) && double.IsInteger(value) && Math.Abs(value) < 1L << 53
            ? (long)value
            : throw new JsonException("A whole number was expected.");
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>Reads <c>null</c> as zero; refuses a number that no double can hold.</summary>
internal sealed class TolerantDoubleConverter : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw new JsonException("A finite number was expected.");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

/// <summary>Reads <c>null</c> as false.</summary>
internal sealed class TolerantBooleanConverter : JsonConverter<bool>
{
    public override bool HandleNull => true;

    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        _ => throw new JsonException($"A boolean was expected, not {reader.TokenType}."),
    };

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}
