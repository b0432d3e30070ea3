using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>The <c>code</c> of an error: a string or, from some compatible servers, a number. It is written back in the form in which it was read.</summary>
internal readonly record struct ErrorCode(string Text, bool IsNumber)
{
    public static WireValueShape Shape => WireValueShape.NumberOrText;

    public static ErrorCode? FromText(string? text) => text is null ? null : new(text, IsNumber: false);

    public static ErrorCode Read(ref WireReader reader) => reader.TokenType == JsonTokenType.Number
        ? new(RawJson.Read(ref reader)?.Element.GetRawText() ?? "", IsNumber: true)
        : new(reader.GetString() ?? "", IsNumber: false);

    public static void Write(Utf8JsonWriter writer, ErrorCode value)
    {
        if (value.IsNumber)
            writer.WriteRawValue(value.Text);
        else
            writer.WriteStringValue(value.Text);
    }
}

/// <summary>Extracts the error from JSON or text of any shape that servers use.</summary>
internal static class ServerErrorParser
{
    /// <summary>
    /// Returns the error that an <c>error</c> event reports. Compatible servers put some or all of its members at the top level of the event,
    /// next to or in place of the <c>error</c> member, which may also be just a message.
    /// </summary>
    /// <param name="error">The <c>error</c> member, or null if it is missing or could not be read.</param>
    /// <param name="others">The other members of the event.</param>
    public static RealtimeError Complete(RealtimeError? error, IReadOnlyDictionary<string, JsonElement> others)
    {
        if (error is { OriginalJson: null, Message.Length: > 0 } || (error is not null && others.Count == 0))
            return error;
        var inner = error ?? new();
        return new()
        {
            Type = inner.Type,
            Code = inner.Code ?? Text(others, "code"),
            Message = inner.Message.Length > 0 ? inner.Message : Text(others, "message") ?? "",
            Param = inner.Param ?? Text(others, "param"),
            EventId = inner.EventId,
        };
    }

    /// <summary>
    /// Determines whether the JSON is an object whose members have the types of an error object.
    /// </summary>
    /// <param name="json">A copy of the reader, positioned at the value.</param>
    public static bool IsErrorObject(Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            return false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isCode = json.ValueTextEquals("code"u8);
            var isText = json.ValueTextEquals("type"u8) || json.ValueTextEquals("message"u8) || json.ValueTextEquals("param"u8) || json.ValueTextEquals("event_id"u8);
            json.Read();
            if (((isCode && json.TokenType != JsonTokenType.Number) || isText) && json.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                return false;
            json.Skip();
        }
        return true;
    }

    /// <summary>
    /// Reads an error from JSON of any shape: a string or a number in place of the object, the first element of an array, or an object whose
    /// members have the wrong types.
    /// </summary>
    public static RealtimeError Read(ReadOnlySpan<byte> utf8Json)
    {
        var json = new Utf8JsonReader(utf8Json);
        json.Read();
        while (json.TokenType == JsonTokenType.StartArray)
            json.Read();
        return json.TokenType switch
        {
            JsonTokenType.String => new() { Message = json.GetString()! },
            JsonTokenType.Number => new() { CodeOnWire = new(Text(json)!, IsNumber: true) },
            JsonTokenType.StartObject => new()
            {
                TypeOnWire = Text(json, "type"u8),
                Code = Text(json, "code"u8),
                MessageOnWire = Text(json, "message"u8),
                Param = Text(json, "param"u8),
                EventId = Text(json, "event_id"u8),
            },
            _ => new(),
        };
    }

    /// <summary>
    /// Finds the error in a message that is not an event: an object with <c>error</c> but no <c>type</c>, or an object whose <c>object</c> member is
    /// <c>error</c>. Returns null if there is none. An event of an unrecognized type is not an error.
    /// </summary>
    public static RealtimeError? FindOutsideEvent(ReadOnlySpan<byte> message)
    {
        try
        {
            var json = new Utf8JsonReader(message);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return null;
            if (JsonMembers.TryFind(json, "object"u8, out var name) && name.TokenType == JsonTokenType.String && name.ValueTextEquals("error"u8))
                return Read(message);
            return !JsonMembers.TryFind(json, "type"u8, out _) && JsonMembers.TryFind(json, "error"u8, out var error) && HasContent(error)
                ? Read(message[(int)error.TokenStartIndex..])
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Reads type and code from the reason of a WebSocket close, for example <c>invalid_request_error.model_not_found</c>. Returns null for any other text.
    /// </summary>
    public static RealtimeError? FromCloseReason(string? reason)
    {
        var parts = (reason ?? "").Split('.');
        if (parts.Length > 2 || !Array.TrueForAll(parts, static part => part.Length > 0 && Constraints.IsPlainName(part)))
            return null;
        return parts is [var type, var code] ? new() { Type = type, Code = code } : new() { Code = parts[0] };
    }

    private static bool HasContent(Utf8JsonReader error) =>
        error.TokenType == JsonTokenType.StartObject || (error.TokenType == JsonTokenType.String && !error.ValueSpan.IsEmpty);

    private static string? Text(Utf8JsonReader json, ReadOnlySpan<byte> name) => JsonMembers.TryFind(json, name, out var value) ? Text(value) : null;

    private static string? Text(Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.String => value.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(value.ValueSpan),
        _ => null,
    };

    private static string? Text(IReadOnlyDictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
}
