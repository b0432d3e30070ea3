using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>The wire of everything that crosses the socket.</summary>
internal static class EventWire
{
    public static JsonSerializerOptions Options { get; } = Wire.OptionsFor(EventJsonContext.Default);

    public static JsonTypeInfo<T> Info<T>() => Wire.Info<T>(Options);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ServerEvent))]
[JsonSerializable(typeof(ErrorEvent))]
[JsonSerializable(typeof(ClientEvent))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
