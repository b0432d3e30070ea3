using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Realtime.Sdk.Internal;

/// <summary>Formats the text of the conversation as JSON, in the format of messages in the OpenTelemetry conventions. Keys are masked, and the length is bounded.</summary>
internal static class ConversationContent
{
    private const int MaxLength = 32_768;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the text of the user before an answer, with one message for each turn.</summary>
    public static string FormatInput(IEnumerable<string> texts) => Write("user", texts, finishReason: null);

    /// <summary>Returns the text of the agent.</summary>
    public static string FormatOutput(string text, string finishReason) => Write("assistant", [text], finishReason);

    /// <summary>Returns the arguments or the output of a function call.</summary>
    public static string Format(string text) => PeerText.Sanitize(text, maxLength: MaxLength).ToString();

    private static string Write(string role, IEnumerable<string> texts, string? finishReason)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, Options))
        {
            writer.WriteStartArray();
            foreach (var text in texts)
            {
                writer.WriteStartObject();
                writer.WriteString("role", role);
                writer.WriteStartArray("parts");
                writer.WriteStartObject();
                writer.WriteString("type", "text");
                writer.WriteString("content", PeerText.Sanitize(text, maxLength: MaxLength));
                writer.WriteEndObject();
                writer.WriteEndArray();
                if (finishReason is not null)
                    writer.WriteString("finish_reason", finishReason);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
