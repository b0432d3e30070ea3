namespace Realtime.Sdk;

/// <summary>The service asks an MCP server for its tools; a response before the end does not see them. Wire: <c>mcp_list_tools.in_progress</c>.</summary>
[WireType("mcp_list_tools.in_progress")]
public sealed partial record McpListToolsInProgressEvent : ServerEvent
{
    /// <summary>The <see cref="McpListToolsItem"/>.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The tools of an MCP server are known and stand on its item. Wire: <c>mcp_list_tools.completed</c>.</summary>
[WireType("mcp_list_tools.completed")]
public sealed partial record McpListToolsCompletedEvent : ServerEvent
{
    /// <inheritdoc cref="McpListToolsInProgressEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>An MCP server did not give its tools. Wire: <c>mcp_list_tools.failed</c>.</summary>
[WireType("mcp_list_tools.failed")]
public sealed partial record McpListToolsFailedEvent : ServerEvent
{
    /// <inheritdoc cref="McpListToolsInProgressEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}
