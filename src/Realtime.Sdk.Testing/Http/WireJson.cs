using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Reads JSON objects strictly, and writes JSON as the service does: compact, and with only the necessary escapes.</summary>
internal static class WireJson
{
    // A JSON object cannot have two members of one name; without this option the platform finds that out only when one is looked up.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static JsonWriterOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Parses a JSON object; null if the bytes are not valid JSON of Unicode text, or are another value.</summary>
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

    /// <summary>Decodes every text, which the platform does only when it is looked up, and then it throws what is not a <see cref="JsonException"/>.</summary>
    private static void CheckTexts(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new JsonException("The text is not UTF-8.");
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
                throw new JsonException("Half of a surrogate pair is not text.", e);
            }
        }
    }
}
