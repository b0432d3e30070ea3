namespace Realtime.Sdk;

/// <summary>A part of the model's text. Wire: <c>response.output_text.delta</c>, beta <c>response.text.delta</c>.</summary>
/// <remarks>Schema: <c>RealtimeServerEventResponseTextDelta</c>.</remarks>
[WireType("response.output_text.delta", "response.text.delta")]
public sealed partial record ResponseOutputTextDeltaEvent : ResponseContentEvent
{
    /// <summary>The text to append.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    /// <summary>Returns the given type as a string, or null if it is not a type of this event.</summary>
    internal static string? FindType(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("response.output_text.delta"u8) ? "response.output_text.delta"
        : type.SequenceEqual("response.text.delta"u8) ? "response.text.delta"
        : null;

    internal static ResponseOutputTextDeltaEvent? Read(string typeName, ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids) =>
        !DeltaMessage.TryRead(message, type, DeltaMembers.Content, out var delta) || !delta.HasAll(DeltaMembers.Content) ? null : new()
        {
            Type = typeName,
            EventId = delta.EventId.GetString(message),
            ResponseId = delta.ResponseId.GetString(message, ids.Responses),
            ItemId = delta.ItemId.GetString(message, ids.Items),
            OutputIndex = delta.OutputIndex ?? 0,
            ContentIndex = delta.ContentIndex ?? 0,
            Delta = delta.Delta.GetString(message)!,
            ExtraUtf8 = delta.GetExtraUtf8(message),
        };

    static ResponseOutputTextDeltaEvent? IWireObject<ResponseOutputTextDeltaEvent>.ReadDirectly(ReadOnlySpan<byte> message, DeltaIds ids, out ReadOnlySpan<byte> type) =>
        DeltaReader.Read(message, ids, out type) as ResponseOutputTextDeltaEvent;
}

/// <summary>
/// The complete text of a part; also sent if the response was canceled. Wire: <c>response.output_text.done</c>, beta <c>response.text.done</c>.
/// </summary>
/// <remarks>Schema: <c>RealtimeServerEventResponseTextDone</c>.</remarks>
[WireType("response.output_text.done", "response.text.done")]
public sealed partial record ResponseOutputTextDoneEvent : ResponseContentEvent
{
    /// <summary>The complete text.</summary>
    [JsonPropertyName("text")]
    public string Text { get; init => field = value ?? ""; } = "";
}
