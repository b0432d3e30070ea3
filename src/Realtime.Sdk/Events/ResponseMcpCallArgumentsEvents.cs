namespace Realtime.Sdk;

/// <summary>A part of the arguments for a tool of an MCP server. Wire: <c>response.mcp_call_arguments.delta</c>.</summary>
[WireType("response.mcp_call_arguments.delta")]
public sealed partial record ResponseMcpCallArgumentsDeltaEvent : ServerEvent
{
    /// <summary>The ID of the response that calls the tool.</summary>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseMcpCallInProgressEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <summary>The JSON text to append.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";

    /// <summary>Random characters that hide the length of the delta from observers of the network; null if the server sends none.</summary>
    [JsonPropertyName("obfuscation")]
    public string? Obfuscation { get; init; }
}

/// <summary>The arguments for a tool of an MCP server have ended. Wire: <c>response.mcp_call_arguments.done</c>.</summary>
[WireType("response.mcp_call_arguments.done")]
public sealed partial record ResponseMcpCallArgumentsDoneEvent : ServerEvent
{
    /// <inheritdoc cref="ResponseMcpCallArgumentsDeltaEvent.ResponseId"/>
    [JsonPropertyName("response_id")]
    public string ResponseId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseMcpCallInProgressEvent.ItemId"/>
    [JsonPropertyName("item_id")]
    public string ItemId { get; init => field = value ?? ""; } = "";

    /// <inheritdoc cref="ResponseContentEvent.OutputIndex"/>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }

    /// <inheritdoc cref="McpCallItem.Arguments"/>
    [JsonPropertyName("arguments")]
    public string Arguments { get; init => field = value ?? ""; } = "";
}
