using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>Base64 audio of the wire: the bytes, or the text as it came when that is no base64.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct WireAudio
{
    // One reference keeps events small: byte[], the text that is no base64, or a boxed ReadOnlyMemory<byte> of the caller's.
    private readonly object? _value;

    public WireAudio(ReadOnlyMemory<byte> bytes) =>
        _value = MemoryMarshal.TryGetArray(bytes, out var part) && part.Offset == 0 && part.Count == part.Array!.Length ? part.Array : bytes;

    private WireAudio(object? value) => _value = value;

    public ReadOnlyMemory<byte> Bytes => _value switch
    {
        byte[] bytes => bytes,
        ReadOnlyMemory<byte> bytes => bytes,
        _ => default,
    };

    public string? Error => Text is null ? null : "The audio is no base64.";

    private string? Text => _value as string;

    public static WireAudio Of(byte[] bytes) => new((object)bytes);

    public sealed class Converter : JsonConverter<WireAudio>
    {
        public override bool HandleNull => true;

        public override WireAudio Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null)
                return default;
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException($"Base64 text was expected, not {reader.TokenType}.");
            return reader.TryGetBytesFromBase64(out var bytes) ? Of(bytes) : new((object)reader.GetString()!);
        }

        public override void Write(Utf8JsonWriter writer, WireAudio value, JsonSerializerOptions options)
        {
            if (value.Text is { } text)
                writer.WriteStringValue(text);
            else
                writer.WriteBase64StringValue(value.Bytes.Span);
        }
    }
}
