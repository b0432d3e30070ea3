using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk.Internal;

/// <summary>The wire of REST and of sessions. A program that only mints secrets carries this and no event.</summary>
internal static class SessionWire
{
    public static JsonSerializerOptions Options { get; } = Wire.OptionsFor(SessionJsonContext.Default);

    public static JsonTypeInfo<T> Info<T>() => Wire.Info<T>(Options);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AudioFormat))]
[JsonSerializable(typeof(PcmAudioFormat))]
[JsonSerializable(typeof(PcmuAudioFormat))]
[JsonSerializable(typeof(PcmaAudioFormat))]
[JsonSerializable(typeof(RealtimeError))]
[JsonSerializable(typeof(TurnDetection))]
[JsonSerializable(typeof(ServerVad))]
[JsonSerializable(typeof(SemanticVad))]
internal sealed partial class SessionJsonContext : JsonSerializerContext;
