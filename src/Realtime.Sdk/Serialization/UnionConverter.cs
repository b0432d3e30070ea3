using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>
/// Reads and writes a family of records that its JSON tells apart: mostly by <c>type</c>, wherever that member stands,
/// sometimes by the kind of the JSON value. Works the same under any serializer options and inside any serializer context.
/// </summary>
/// <typeparam name="T">The base record of the family.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class UnionConverter<T> : JsonConverter<T> where T : WireObject
{
    private protected UnionConverter() { }

    /// <inheritdoc/>
    public sealed override bool HandleNull => true;

    /// <summary>How the variant named by <c>type</c> is read. <paramref name="type"/> is null when the object names none.</summary>
    private protected abstract WireInfo? Variant(string? type);

    /// <summary>How an object that names no <c>type</c> is read; <paramref name="reader"/> stands at its start.</summary>
    private protected virtual WireInfo? VariantWithoutType(Utf8JsonReader reader) => Variant(null);

    /// <summary>The variant for a <c>type</c> this version does not know; <paramref name="json"/> is the whole value.</summary>
    private protected abstract T Unknown(string type, JsonElement json);

    /// <summary>What JSON <c>null</c> means.</summary>
    private protected virtual T? FromNull() => null;

    /// <summary>What a value that is neither object nor null means: a string in most families that allow one.</summary>
    private protected virtual T FromToken(ref Utf8JsonReader reader) => Unknown("", JsonElement.ParseValue(ref reader));

    /// <summary>Writes variants that are no JSON object; false leaves <paramref name="value"/> to the general way.</summary>
    private protected virtual bool WriteToken(Utf8JsonWriter writer, T value) => false;

    /// <inheritdoc/>
    public sealed override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, out _);

    /// <summary>Reads a value and tells the <c>type</c> it names; null when it names none.</summary>
    internal T? Read(ref Utf8JsonReader reader, out string? type)
    {
        type = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return FromNull();
            case JsonTokenType.StartObject:
                type = PeekType(reader);
                return (type is null ? VariantWithoutType(reader) : Variant(type)) is { } variant
                    ? (T)variant.Read(ref reader)!
                    : Unknown(type ?? "", JsonElement.ParseValue(ref reader));
            default:
                return FromToken(ref reader);
        }
    }

    /// <inheritdoc/>
    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        // Servers send null among the elements of lists.
        if (value is null)
            writer.WriteNullValue();
        else if (WriteToken(writer, value))
            return;
        else if (value is IUnknownVariant { Json: var json })
            json.WriteTo(writer);
        else
            JsonSerializer.Serialize(writer, value, Wire.Info(value.GetType(), Context));
    }

    /// <summary>The options of the serializer context that holds this family's variants.</summary>
    private protected virtual JsonSerializerOptions Context => SessionWire.Options;

    private static string? PeekType(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (found)
                return TypeAt(reader);
            reader.Skip();
        }
        return null;
    }

    /// <summary>A <c>type</c> that is neither text nor null is one nobody knows.</summary>
    private static string? TypeAt(Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => "",
    };
}

/// <summary>A variant this version does not know, kept as the JSON it came as.</summary>
internal interface IUnknownVariant
{
    JsonElement Json { get; }
}
