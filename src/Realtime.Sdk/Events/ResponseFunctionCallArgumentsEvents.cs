using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>A part of the arguments of a function call. Wire: <c>response.function_call_arguments.delta</c>.</summary>
[WireType("response.function_call_arguments.delta")]
public sealed partial record ResponseFunctionCallArgumentsDeltaEvent : ServerEvent
{
    /// <summary>The ID of the response that calls the function.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <summary>The ID of the <see cref="FunctionCallItem"/>.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <inheritdoc cref="FunctionCallItem.CallId"/>
    [JsonPropertyName("call_id")]
    public string CallId { get; init => field = value ?? ""; } = "";

    /// <summary>The JSON text to append.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    internal static ResponseFunctionCallArgumentsDeltaEvent? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, DeltaIds ids) =>
        !DeltaMessage.TryRead(message, type, DeltaMembers.ResponseId | DeltaMembers.OutputIndex | DeltaMembers.CallId, out var delta) || !delta.HasAll(DeltaMembers.ResponseId | DeltaMembers.OutputIndex | DeltaMembers.CallId) ? null : new()
        {
            EventId = delta.EventId.GetString(message),
            ResponseId = delta.ResponseId.GetString(message, ids.Responses),
            ItemId = delta.ItemId.GetString(message, ids.Items),
            OutputIndex = delta.OutputIndex ?? 0,
            CallId = delta.CallId.GetString(message, ids.Calls),
            Delta = delta.Delta.GetString(message)!,
            ExtraUtf8 = delta.GetExtraUtf8(message),
        };

    static ResponseFunctionCallArgumentsDeltaEvent? IWireObject<ResponseFunctionCallArgumentsDeltaEvent>.ReadDirectly(ReadOnlySpan<byte> message, DeltaIds ids, out ReadOnlySpan<byte> type) =>
        DeltaReader.Read(message, ids, out type) as ResponseFunctionCallArgumentsDeltaEvent;
}

/// <summary>
/// The arguments of a function call have ended; also sent if the response was canceled. The call is complete only if its item is completed.
/// Wire: <c>response.function_call_arguments.done</c>.
/// </summary>
[WireType("response.function_call_arguments.done")]
public sealed partial record ResponseFunctionCallArgumentsDoneEvent : ServerEvent
{
    /// <inheritdoc cref="ResponseFunctionCallArgumentsDeltaEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <summary>The ID of the <see cref="FunctionCallItem"/>.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <inheritdoc cref="FunctionCallItem.CallId"/>
    [JsonPropertyName("call_id")]
    public string CallId { get; init => field = value ?? ""; } = "";

    /// <summary>The name of the function; null if the server omits it, which it sometimes does.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <inheritdoc cref="FunctionCallItem.Arguments"/>
    [JsonPropertyName("arguments")]
    public string Arguments { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="FunctionCallItem.ReadArguments"/>
    public T ReadArguments<T>(JsonTypeInfo<T> typeInfo) => FunctionArguments.Read(Name, Arguments, typeInfo);
}
