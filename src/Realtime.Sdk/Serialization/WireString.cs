namespace Realtime.Sdk;

/// <summary>A string of the API with well-known values that can also have values unknown to this version.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface IWireString<TSelf> where TSelf : struct, IWireString<TSelf>
{
    /// <summary>The string on the wire.</summary>
    string Value { get; }

    /// <summary>Creates a value from the string on the wire.</summary>
    static abstract TSelf Create(string value);
}

/// <summary>Reads and writes an <see cref="IWireString{TSelf}"/> as a JSON string. <c>null</c> is read as an empty string.</summary>
/// <typeparam name="T">The string type.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WireStringConverter<T> : JsonConverter<T> where T : struct, IWireString<T>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => T.Create(reader.GetString()!),
            JsonTokenType.Null => T.Create(""),
            _ => throw new JsonException($"A string was expected, not {reader.TokenType}."),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
