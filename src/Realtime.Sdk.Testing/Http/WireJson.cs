using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Writes JSON as the service does: compact, and no escapes but the necessary ones.</summary>
internal static class WireJson
{
    public static JsonWriterOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(JsonNode json) => Encoding.UTF8.GetString(Bytes(json).Span);

    public static ReadOnlyMemory<byte> Bytes(JsonNode json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
            json.WriteTo(writer);
        return buffer.WrittenMemory;
    }
}
