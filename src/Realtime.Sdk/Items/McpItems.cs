namespace Realtime.Sdk;

/// <summary>The tools of an MCP server. Wire: <c>mcp_list_tools</c>.</summary>
/// <remarks>Schema: <c>RealtimeMCPListTools</c>.</remarks>
[WireType("mcp_list_tools")]
public sealed partial record McpListToolsItem : ConversationItem
{
    /// <summary>The label of the MCP server: the <see cref="McpTool.ServerLabel"/> of the session's tool.</summary>
    [JsonPropertyName("server_label")]
    public required string ServerLabel { get; init => field = value ?? ""; }

    /// <summary>The tools; empty until the listing is complete.</summary>
    [JsonPropertyName("tools")]
    public required IReadOnlyList<McpListedTool> Tools { get; init => field = value.OrEmpty(); }

    internal override void CheckVariant(Constraints constraints)
    {
        constraints.Required(ServerLabel, "server_label");
        constraints.Each("tools", Tools);
    }
}

/// <summary>A tool of an MCP server, as that server describes it. Wire: an element of <c>mcp_list_tools.tools</c>.</summary>
/// <remarks>Schema: <c>MCPListToolsTool</c>.</remarks>
public sealed partial record McpListedTool : WireObject
{
    /// <summary>The name of the tool.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The description of the tool; null if the MCP server provides none.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>The JSON Schema of the tool's arguments.</summary>
    [JsonPropertyName("input_schema")]
    public partial JsonElement? InputSchema { get; init; }

    /// <summary>Hints from the MCP server, for example whether the tool is read-only.</summary>
    [JsonPropertyName("annotations")]
    public partial JsonElement? Annotations { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.ValidText(Name, "name");
        constraints.ValidText(Description, "description");
        constraints.ValidOptionalJson(InputSchema, "input_schema");
        constraints.ValidOptionalJson(Annotations, "annotations");
    }
}

/// <summary>A call to a tool of an MCP server, which the service makes itself. Wire: <c>mcp_call</c>.</summary>
/// <remarks>Schema: <c>RealtimeMCPToolCall</c>.</remarks>
[WireType("mcp_call")]
public sealed partial record McpCallItem : ConversationItem
{
    private readonly string? _arguments;

    /// <inheritdoc cref="McpListToolsItem.ServerLabel"/>
    [JsonPropertyName("server_label")]
    public required string ServerLabel { get; init => field = value ?? ""; }

    /// <summary>The name of the tool.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>The arguments as JSON text; empty until they are complete.</summary>
    [JsonPropertyName("arguments")]
    public required string Arguments { get => _arguments ?? ""; init => _arguments = value; }

    /// <summary>The ID of the approval request that was granted; null if no approval was needed.</summary>
    [JsonPropertyName("approval_request_id")]
    public string? ApprovalRequestId { get; init; }

    /// <summary>The output of the tool; null before it is complete, and if the call failed.</summary>
    [JsonPropertyName("output")]
    public string? Output { get; init; }

    /// <summary>The error of the call; null if it did not fail.</summary>
    [JsonPropertyName("error")]
    public McpError? Error { get; init; }

    internal override void CheckVariant(Constraints constraints)
    {
        constraints.Required(ServerLabel, "server_label");
        constraints.Required(Name, "name");
        constraints.JsonText(_arguments, "arguments");
        constraints.ValidText(ApprovalRequestId, "approval_request_id");
        constraints.ValidText(Output, "output");
        constraints.ValidateMember("error", Error);
    }
}

/// <summary>A request of the service for approval to call a tool of an MCP server. Wire: <c>mcp_approval_request</c>.</summary>
/// <remarks>Schema: <c>RealtimeMCPApprovalRequest</c>.</remarks>
[WireType("mcp_approval_request")]
public sealed partial record McpApprovalRequestItem : ConversationItem
{
    private readonly string? _arguments;

    /// <inheritdoc cref="McpListToolsItem.ServerLabel"/>
    [JsonPropertyName("server_label")]
    public required string ServerLabel { get; init => field = value ?? ""; }

    /// <summary>The name of the tool.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>The arguments as JSON text.</summary>
    [JsonPropertyName("arguments")]
    public required string Arguments { get => _arguments ?? ""; init => _arguments = value; }

    internal override void CheckVariant(Constraints constraints)
    {
        constraints.Required(ServerLabel, "server_label");
        constraints.Required(Name, "name");
        constraints.JsonText(_arguments, "arguments");
    }
}

/// <summary>The response to an <see cref="McpApprovalRequestItem"/>. Wire: <c>mcp_approval_response</c>.</summary>
/// <remarks>Schema: <c>RealtimeMCPApprovalResponse</c>.</remarks>
[WireType("mcp_approval_response")]
public sealed partial record McpApprovalResponseItem : ConversationItem
{
    /// <summary>The <see cref="ConversationItem.Id"/> of the request.</summary>
    [JsonPropertyName("approval_request_id")]
    public required string ApprovalRequestId { get; init => field = value ?? ""; }

    /// <summary>Whether the call is approved.</summary>
    [JsonPropertyName("approve")]
    public required bool Approve { get; init; }

    /// <summary>The reason for the decision; null sends none.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    internal override void CheckVariant(Constraints constraints)
    {
        if (Id is null)
            constraints.Warning("id", null, "should be set: the service documents it as required, although it also accepts the response without it");
        constraints.Required(ApprovalRequestId, "approval_request_id");
        constraints.ValidText(Reason, "reason");
    }
}

/// <summary>The error of a call to a tool of an MCP server. Wire: <c>mcp_call.error</c>.</summary>
public abstract partial record McpError : WireObject
{
    private protected McpError() { }

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>A violation of the protocol by the MCP server, or an error that it reported through the protocol. Wire: <c>protocol_error</c>.</summary>
[WireType("protocol_error")]
public sealed partial record McpProtocolError : McpError
{
    /// <summary>The JSON-RPC error code.</summary>
    [JsonPropertyName("code")]
    public int Code { get; init; }

    /// <summary>The error message.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init => field = value ?? ""; } = "";

    internal override void Check(Constraints constraints) => constraints.ValidText(Message, "message");
}

/// <summary>An HTTP error from the MCP server. Wire: <c>http_error</c>.</summary>
[WireType("http_error")]
public sealed partial record McpHttpError : McpError
{
    /// <summary>The HTTP status code.</summary>
    [JsonPropertyName("code")]
    public int Code { get; init; }

    /// <inheritdoc cref="McpProtocolError.Message"/>
    [JsonPropertyName("message")]
    public string Message { get; init => field = value ?? ""; } = "";

    internal override void Check(Constraints constraints) => constraints.ValidText(Message, "message");
}

/// <summary>A failure of the tool itself. Wire: <c>tool_execution_error</c>.</summary>
[WireType("tool_execution_error")]
public sealed partial record McpToolExecutionError : McpError
{
    /// <inheritdoc cref="McpProtocolError.Message"/>
    [JsonPropertyName("message")]
    public string Message { get; init => field = value ?? ""; } = "";

    internal override void Check(Constraints constraints) => constraints.ValidText(Message, "message");
}

/// <summary>An error of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownMcpError(string Type, JsonElement Json) : McpError, IUnknownVariant
{
    internal override void Check(Constraints constraints) { }
}
