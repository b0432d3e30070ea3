using System.Buffers;
using System.Text.Encodings.Web;

namespace Realtime.Sdk.Internal;

/// <summary>Writes records as JSON. The generated writers use it.</summary>
internal static class WireWriter
{
    /// <summary>
    /// The options of all writers. Characters such as <c>+</c> and non-ASCII letters are not escaped, because the JSON is never embedded in HTML.
    /// </summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a value. Throws <see cref="ArgumentException"/> if JSON cannot represent it, for example a number that is not finite.</summary>
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

    /// <summary>
    /// Writes the JSON of an unrecognized variant. Throws <see cref="ArgumentException"/> if it has different types or, for a message, a type other than that
    /// of the record.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, IUnknownVariant unknown)
    {
        var json = unknown.Raw.Element;
        if (unknown is IUnknownMessage { Type: { } type } ? !json.HasType(type) : json.HasDifferentTypes())
            throw new ArgumentException("The JSON of the unknown variant has different types, or a type that differs from the record's Type.");
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

    /// <summary>Writes a value or <c>null</c>, which lists of servers may contain.</summary>
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
