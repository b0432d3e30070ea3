using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Reads JSON objects strictly, and writes JSON as the service does: compact, and with only the necessary escapes.</summary>
internal static class WireJson
{
    // Objects with duplicate members are refused. Without this option, System.Text.Json reports duplicates only when a member is accessed.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static JsonWriterOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Parses a JSON object. Returns null if the bytes are not valid JSON, contain text that is not valid Unicode, or are not an object.</summary>
    public static JsonObject? ParseObject(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            CheckTexts(utf8Json);
            return JsonNode.Parse(utf8Json, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Text(JsonNode json) => Encoding.UTF8.GetString(Bytes(json).Span);

    public static ReadOnlyMemory<byte> Bytes(JsonNode json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
            json.WriteTo(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// Decodes every string with escapes. System.Text.Json does so only when the string is accessed, and then throws an exception other than
    /// <see cref="JsonException"/>.
    /// </summary>
    private static void CheckTexts(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new JsonException("The text is not valid UTF-8.");
        if (json.IndexOf("\\u"u8) < 0)
            return;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped)
                continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException("A string contains a lone surrogate.", e);
            }
        }
    }
}
