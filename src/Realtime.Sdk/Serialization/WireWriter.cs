using System.Buffers;
using System.Text.Encodings.Web;

namespace Realtime.Sdk.Internal;

/// <summary>What the generated writers are made of, and whole values as JSON of their own.</summary>
internal static class WireWriter
{
    /// <summary>Writes text without the escapes that only web pages need.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a whole value. Throws <see cref="ArgumentException"/> for what JSON cannot carry, as a number that is not finite.</summary>
    public static void Write(IBufferWriter<byte> output, WireObject value)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        value.Write(writer);
    }

    /// <inheritdoc cref="Write(IBufferWriter{byte}, WireObject)"/>
    public static byte[] ToUtf8(WireObject value)
    {
        using var buffer = new RentedBuffer();
        Write(buffer, value);
        return buffer.Written.ToArray();
    }

    /// <inheritdoc cref="Write(IBufferWriter{byte}, WireObject)"/>
    public static JsonElement ToElement(WireObject value) => JsonElement.Parse(ToUtf8(value));

    /// <summary>Writes the JSON of an unknown variant. Throws <see cref="ArgumentException"/> when it names several types, or a message another one.</summary>
    public static void Write(Utf8JsonWriter writer, IUnknownVariant unknown)
    {
        var json = unknown.Kept.Element;
        if (unknown is IUnknownMessage { Type: { } type } ? !json.HasType(type) : json.NamesSeveralTypes())
            throw new ArgumentException("The JSON of the unknown variant names another type than the record's Type, or several.");
        json.WriteTo(writer);
    }

    /// <summary>Writes an object without its <c>type</c>.</summary>
    public static void WriteWithoutType(Utf8JsonWriter writer, WireObject value)
    {
        writer.WriteStartObject();
        foreach (var member in ToElement(value).EnumerateObject())
        {
            if (!member.NameEquals("type"u8))
                member.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    /// <summary>Servers send <c>null</c> among the elements of lists.</summary>
    public static void Write(Utf8JsonWriter writer, WireObject? value)
    {
        if (value is null)
            writer.WriteNullValue();
        else
            value.Write(writer);
    }

    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, WireObject? value)
    {
        writer.WritePropertyName(name);
        Write(writer, value);
    }
}
