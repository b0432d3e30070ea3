namespace Realtime.Sdk.Internal;

/// <summary>The <c>code</c> of an error: a string, or at some compatible servers a number, which is written back as one.</summary>
internal readonly record struct ErrorCode(string Text, bool IsNumber)
{
    public static WireValueShape Shape => WireValueShape.NumberOrText;

    public static ErrorCode Read(ref WireReader reader) => reader.TokenType == JsonTokenType.Number
        ? new(KeptJson.Read(ref reader)?.Element.GetRawText() ?? "", IsNumber: true)
        : new(reader.GetString() ?? "", IsNumber: false);

    public static void Write(Utf8JsonWriter writer, ErrorCode value)
    {
        if (value.IsNumber)
            writer.WriteRawValue(value.Text);
        else
            writer.WriteStringValue(value.Text);
    }
}

/// <summary>Finds what a server says went wrong, in whatever shape it says it.</summary>
internal static class ErrorWords
{
    /// <summary>
    /// The error that an <c>error</c> event reports. Compatible servers put its members at the top level of the event, all of them or those
    /// beside a message that stands in place of the object.
    /// </summary>
    /// <param name="error">The member <c>error</c> as it was read; null when there was none that could be read.</param>
    /// <param name="others">The other members of the event.</param>
    public static RealtimeError Complete(RealtimeError? error, IReadOnlyDictionary<string, JsonElement> others)
    {
        if (error is { IsBareMessage: false, Message.Length: > 0 } || (error is not null && others.Count == 0))
            return error;
        var inner = error ?? (others.TryGetValue("error", out var unread) ? Read(unread) : new());
        return new()
        {
            Type = inner.Type,
            Code = inner.Code ?? Text(others, "code"),
            Message = inner.Message.Length > 0 ? inner.Message : Text(others, "message") ?? "",
            Param = inner.Param ?? Text(others, "param"),
            EventId = inner.EventId,
        };
    }

    /// <summary>The words in JSON of any shape: what stands in place of an error object, or an object whose members have the wrong types.</summary>
    public static RealtimeError Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => new() { Message = json.GetString()! },
        JsonValueKind.Number => new() { Code = json.GetRawText() },
        JsonValueKind.Array when json.GetArrayLength() > 0 => Read(json[0]),
        JsonValueKind.Object => new()
        {
            Type = Text(json, "type") ?? "",
            Code = Text(json, "code"),
            Message = Text(json, "message") ?? "",
            Param = Text(json, "param"),
            EventId = Text(json, "event_id"),
        },
        _ => new(),
    };

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(IReadOnlyDictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
}
