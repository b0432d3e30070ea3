using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>What both serializer contexts share: tolerant reading, strict writing.</summary>
internal static class Wire
{
    /// <summary>Options over a generated context in which <c>required</c> binds our callers, and no server.</summary>
    public static JsonSerializerOptions OptionsFor(IJsonTypeInfoResolver context)
    {
        var options = new JsonSerializerOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = context.WithAddedModifier(Tolerate),
            Converters = { new TolerantInt32Converter(), new TolerantInt64Converter(), new TolerantDoubleConverter(), new TolerantBooleanConverter() },
        };
        options.MakeReadOnly();
        return options;
    }

    public static JsonTypeInfo Info(Type type, JsonSerializerOptions context) => context.GetTypeInfo(type);

    private static void Tolerate(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            property.IsRequired = false;
    }
}

/// <summary>How one record is read and written by one of our contexts.</summary>
internal abstract class WireInfo
{
    public abstract object? Read(ref Utf8JsonReader reader);
}

/// <inheritdoc/>
internal sealed class WireInfo<T>(JsonSerializerOptions context) : WireInfo
{
    private readonly JsonConverter<T> _converter = (JsonConverter<T>)context.GetTypeInfo(typeof(T)).Converter;

    /// <summary>The same for methods of the serializer.</summary>
    public JsonTypeInfo<T> Json { get; } = (JsonTypeInfo<T>)context.GetTypeInfo(typeof(T));

    /// <summary>
    /// Reads with the record's own converter. The serializer's entry method would first walk over the whole value to find its end,
    /// which about doubles the cost of a small record.
    /// </summary>
    public override object? Read(ref Utf8JsonReader reader) => _converter.Read(ref reader, typeof(T), context);
}
