using System.Text.Json.Serialization.Metadata;

namespace Realtime.Sdk;

/// <summary>More of the arguments the model writes for a function. Wire: <c>response.function_call_arguments.delta</c>.</summary>
[WireType("response.function_call_arguments.delta")]
public sealed partial record ResponseFunctionCallArgumentsDeltaEvent : ServerEvent
{
    /// <summary>The response that calls the function.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <summary>The <see cref="FunctionCallItem"/> that is being written.</summary>
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
            ExtraUtf8 = delta.ExtraUtf8(message),
        };
}

/// <summary>
/// The arguments have ended, also when the response was cancelled: a call is whole when its item is completed.
/// Wire: <c>response.function_call_arguments.done</c>.
/// </summary>
[WireType("response.function_call_arguments.done")]
public sealed partial record ResponseFunctionCallArgumentsDoneEvent : ServerEvent
{
    /// <inheritdoc cref="ResponseFunctionCallArgumentsDeltaEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <summary>The <see cref="FunctionCallItem"/> that was written.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <inheritdoc cref="FunctionCallItem.CallId"/>
    [JsonPropertyName("call_id")]
    public string CallId { get; init => field = value ?? ""; } = "";

    /// <summary>The function's name; null when the server leaves it out, which it does at times.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <inheritdoc cref="FunctionCallItem.Arguments"/>
    [JsonPropertyName("arguments")]
    public string Arguments { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="FunctionCallItem.ReadArguments"/>
    public T ReadArguments<T>(JsonTypeInfo<T> typeInfo) => FunctionArguments.Read(Name, Arguments, typeInfo);
}
