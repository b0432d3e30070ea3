using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>The result of a function as the text that the model reads: a text as it is, anything else as JSON.</summary>
internal static class FunctionOutput
{
    // The text that Microsoft.Extensions.AI sends for a function without a result. An empty output tells a model nothing.
    private const string NoResult = "Success: Function completed.";
    private const string Failed = "Error: the function failed.";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToText(FunctionResultContent result) =>
        result is { Result: null, Exception: not null } ? Failed : ToText(result.Result, AIJsonUtilities.DefaultOptions);

    /// <summary>Returns a result as text.</summary>
    /// <exception cref="NotSupportedException">The options have no metadata for the type of the result.</exception>
    public static string ToText(object? result, JsonSerializerOptions options) => result switch
    {
        null => NoResult,
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement { ValueKind: JsonValueKind.Undefined } => NoResult,
        JsonElement json => Write(writer => json.WriteTo(writer)),
        JsonDocument document => ToText(document.RootElement, options),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonNode json => Write(writer => json.WriteTo(writer)),
        AIContent content => ToText(content),
        IEnumerable<AIContent> contents => string.Join('\n', contents.Select(ToText)),
        _ => Write(writer => JsonSerializer.Serialize(writer, result, options.GetTypeInfo(result.GetType()))),
    };

    /// <summary>Returns the arguments of a call as JSON.</summary>
    public static string ToJson(IDictionary<string, object?>? arguments) => arguments is null
        ? "{}"
        : Write(writer => JsonSerializer.Serialize(writer, arguments, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>))));

    /// <summary>Writes JSON without indentation and escapes, both of which the options of Microsoft.Extensions.AI add: the model pays for each character.</summary>
    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A model reads the output of a function as text, so content that is not text is named, not sent.</summary>
    private static string ToText(AIContent content) => content switch
    {
        TextContent text => text.Text,
        ErrorContent error => $"Error: {error.Message}",
        DataContent data => $"[{data.MediaType}, {data.Data.Length} bytes]",
        UriContent address => address.Uri.ToString(),
        _ => $"[{content.GetType().Name}]",
    };
}
