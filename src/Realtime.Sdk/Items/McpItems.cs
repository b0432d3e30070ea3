namespace Realtime.Sdk;

/// <summary>The tools an MCP server offers. Wire: <c>mcp_list_tools</c>.</summary>
[WireType("mcp_list_tools")]
public sealed partial record McpListToolsItem : ConversationItem
{
    /// <summary>The label of the MCP server, as the session's tools name it.</summary>
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

/// <summary>A tool of an MCP server, as that server describes it. Wire: the elements of <c>mcp_list_tools.tools</c>.</summary>
public sealed partial record McpListedTool : WireObject
{
    /// <summary>The tool's name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>What the tool does; null when the server does not say.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>The JSON schema of the tool's arguments.</summary>
    [JsonPropertyName("input_schema")]
    public partial JsonElement? InputSchema { get; init; }

    /// <summary>Hints of the MCP server, for example whether the tool only reads.</summary>
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

/// <summary>A call to a tool of an MCP server, made by the service itself. Wire: <c>mcp_call</c>.</summary>
[WireType("mcp_call")]
public sealed partial record McpCallItem : ConversationItem
{
    private readonly string? _arguments;

    /// <inheritdoc cref="McpListToolsItem.ServerLabel"/>
    [JsonPropertyName("server_label")]
    public required string ServerLabel { get; init => field = value ?? ""; }

    /// <summary>The tool's name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>The arguments as JSON text; empty until they are complete.</summary>
    [JsonPropertyName("arguments")]
    public required string Arguments { get => _arguments ?? ""; init => _arguments = value; }

    /// <summary>The approval request that was granted; null when none was needed.</summary>
    [JsonPropertyName("approval_request_id")]
    public string? ApprovalRequestId { get; init; }

    /// <summary>What the tool answered; null until it has, and when it failed.</summary>
    [JsonPropertyName("output")]
    public string? Output { get; init; }

    /// <summary>Why the call failed; null when it did not.</summary>
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

/// <summary>The service asks whether it may call a tool of an MCP server. Wire: <c>mcp_approval_request</c>.</summary>
[WireType("mcp_approval_request")]
public sealed partial record McpApprovalRequestItem : ConversationItem
{
    private readonly string? _arguments;

    /// <inheritdoc cref="McpListToolsItem.ServerLabel"/>
    [JsonPropertyName("server_label")]
    public required string ServerLabel { get; init => field = value ?? ""; }

    /// <summary>The tool's name.</summary>
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

/// <summary>The answer to an <see cref="McpApprovalRequestItem"/>. Wire: <c>mcp_approval_response</c>.</summary>
[WireType("mcp_approval_response")]
public sealed partial record McpApprovalResponseItem : ConversationItem
{
    /// <summary>The <see cref="ConversationItem.Id"/> of the request.</summary>
    [JsonPropertyName("approval_request_id")]
    public required string ApprovalRequestId { get; init => field = value ?? ""; }

    /// <summary>Whether the tool may be called.</summary>
    [JsonPropertyName("approve")]
    public required bool Approve { get; init; }

    /// <summary>Why; null gives no reason.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    internal override void CheckVariant(Constraints constraints)
    {
        if (Id is null)
            constraints.Warning("id", null, "should be set: the service documents it as required, although it accepts the answer without it");
        constraints.Required(ApprovalRequestId, "approval_request_id");
        constraints.ValidText(Reason, "reason");
    }
}

/// <summary>Why a call to a tool of an MCP server failed. Wire: <c>mcp_call.error</c>.</summary>
public abstract partial record McpError : WireObject
{
    private protected McpError() { }

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>The MCP server broke or refused the protocol. Wire: <c>protocol_error</c>.</summary>
[WireType("protocol_error")]
public sealed partial record McpProtocolError : McpError
{
    /// <summary>The JSON-RPC error code.</summary>
    [JsonPropertyName("code")]
    public int Code { get; init; }

    /// <summary>What went wrong.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init => field = value ?? ""; } = "";

    internal override void Check(Constraints constraints) => constraints.ValidText(Message, "message");
}

/// <summary>The MCP server answered with an HTTP error. Wire: <c>http_error</c>.</summary>
[WireType("http_error")]
public sealed partial record McpHttpError : McpError
{
    /// <summary>The HTTP status.</summary>
    [JsonPropertyName("code")]
    public int Code { get; init; }

    /// <inheritdoc cref="McpProtocolError.Message"/>
    [JsonPropertyName("message")]
    public string Message { get; init => field = value ?? ""; } = "";

    internal override void Check(Constraints constraints) => constraints.ValidText(Message, "message");
}

/// <summary>The tool itself failed. Wire: <c>tool_execution_error</c>.</summary>
[WireType("tool_execution_error")]
public sealed partial record McpToolExecutionError : McpError
{
    /// <inheritdoc cref="McpProtocolError.Message"/>
    [JsonPropertyName("message")]
    public string Message { get; init => field = value ?? ""; } = "";

    internal override void Check(Constraints constraints) => constraints.ValidText(Message, "message");
}

/// <summary>A failure of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownMcpError(string Type, JsonElement Json) : McpError, IUnknownVariant
{
    internal override void Check(Constraints constraints) { }
}
