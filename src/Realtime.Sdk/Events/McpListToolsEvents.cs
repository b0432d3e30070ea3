namespace Realtime.Sdk;

/// <summary>
/// The service has started to list the tools of an MCP server. Responses created before it completes cannot use them. Wire: <c>mcp_list_tools.in_progress</c>.
/// </summary>
[WireType("mcp_list_tools.in_progress")]
public sealed partial record McpListToolsInProgressEvent : ServerEvent
{
    /// <summary>The ID of the <see cref="McpListToolsItem"/>.</summary>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The tools of an MCP server were listed and are in its item. Wire: <c>mcp_list_tools.completed</c>.</summary>
[WireType("mcp_list_tools.completed")]
public sealed partial record McpListToolsCompletedEvent : ServerEvent
{
    /// <inheritdoc cref="McpListToolsInProgressEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}

/// <summary>The tools of an MCP server could not be listed. Wire: <c>mcp_list_tools.failed</c>.</summary>
[WireType("mcp_list_tools.failed")]
public sealed partial record McpListToolsFailedEvent : ServerEvent
{
    /// <inheritdoc cref="McpListToolsInProgressEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";
}
