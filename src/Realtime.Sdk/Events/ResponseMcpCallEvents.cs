namespace Realtime.Sdk;

/// <summary>The service has started to call a tool of an MCP server. Wire: <c>response.mcp_call.in_progress</c>.</summary>
[WireType("response.mcp_call.in_progress")]
public sealed partial record ResponseMcpCallInProgressEvent : ServerEvent
{
    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <summary>The ID of the <see cref="McpCallItem"/>.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The call to a tool of an MCP server has completed. Wire: <c>response.mcp_call.completed</c>.</summary>
[WireType("response.mcp_call.completed")]
public sealed partial record ResponseMcpCallCompletedEvent : ServerEvent
{
    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <inheritdoc cref="ResponseMcpCallInProgressEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>
/// The call to a tool of an MCP server has failed; <see cref="McpCallItem.Error"/> of its item contains the reason. Wire: <c>response.mcp_call.failed</c>.
/// </summary>
[WireType("response.mcp_call.failed")]
public sealed partial record ResponseMcpCallFailedEvent : ServerEvent
{
    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <inheritdoc cref="ResponseMcpCallInProgressEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}
