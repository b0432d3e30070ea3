using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>A string of the wire with well-known values, open to values this version does not know.</summary>
/// <typeparam name="TSelf">The string type itself.</typeparam>
public interface IWireString<TSelf> where TSelf : struct, IWireString<TSelf>
{
    /// <summary>The string as it stands on the wire.</summary>
    string Value { get; }

    /// <summary>Makes the type from the string as it stands on the wire.</summary>
    static abstract TSelf Create(string value);
}

/// <summary>Reads and writes an <see cref="IWireString{TSelf}"/> as a JSON string; <c>null</c> reads as the empty string.</summary>
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
