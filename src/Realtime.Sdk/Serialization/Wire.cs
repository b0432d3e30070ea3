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

    public static JsonTypeInfo<T> Info<T>(JsonSerializerOptions context) => (JsonTypeInfo<T>)context.GetTypeInfo(typeof(T));

    public static object? Read(ref Utf8JsonReader reader, JsonTypeInfo info) => JsonSerializer.Deserialize(ref reader, info);

    private static void Tolerate(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            property.IsRequired = false;
    }
}
