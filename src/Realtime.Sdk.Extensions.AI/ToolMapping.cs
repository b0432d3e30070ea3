namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>Tools and the choice of tools, in both directions.</summary>
internal static class ToolMapping
{
    private const string Authorization = "Authorization";
    private const string Bearer = "Bearer ";

    public static IReadOnlyList<RealtimeTool>? Write(IEnumerable<AITool>? tools) => tools is null ? null : [.. tools.Select(Write)];

    public static RealtimeTool Write(AITool tool) => tool switch
    {
        null => throw new ArgumentException("The tools must not contain null.", nameof(tool)),
        HostedMcpServerTool mcp => WriteMcp(mcp),
        _ when tool.GetService<RealtimeTool>() is { } own => own,
        AIFunctionDeclaration function => WriteFunction(function),
        _ => throw new ArgumentException(
            $"The Realtime API has no tool like '{PeerText.Sanitize(tool.Name, maxLength: 100)}' of the type {tool.GetType().Name}: use a function or {nameof(HostedMcpServerTool)}.", nameof(tool)),
    };

    public static FunctionTool WriteFunction(AIFunctionDeclaration function) => new()
    {
        Name = function.Name,
        Description = function.Description is { Length: > 0 } description ? description : null,
        Parameters = JsonSchema.FromElement(WithObjectRoot(function.JsonSchema)),
    };

    /// <summary>Adds <c>"type": "object"</c> to a schema without a type: the arguments of a function are always an object, and the service requires the member.</summary>
    public static JsonElement WithObjectRoot(JsonElement schema)
    {
        if (schema.ValueKind is JsonValueKind.Undefined or JsonValueKind.True)
            return JsonElement.Parse("""{"type":"object"}""");
        if (schema.ValueKind != JsonValueKind.Object || schema.TryGetProperty("type"u8, out _))
            return schema;
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "object"u8);
            foreach (var member in schema.EnumerateObject())
                member.WriteTo(writer);
            writer.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    public static AITool Read(RealtimeTool tool) => tool switch
    {
        FunctionTool function => new FunctionToolDeclaration(function),
        McpTool { ServerLabel.Length: > 0 } mcp when (mcp.ServerUrl ?? mcp.ConnectorId?.Value) is { Length: > 0 } => ReadMcp(mcp),
        _ => new OtherTool(tool),
    };

    public static ToolChoice? WriteChoice(ChatToolMode? mode) => mode switch
    {
        null => null,
        NoneChatToolMode => ToolChoice.None,
        RequiredChatToolMode { RequiredFunctionName: { } name } => new FunctionToolChoice { Name = name },
        RequiredChatToolMode => ToolChoice.Required,
        _ => ToolChoice.Auto,
    };

    /// <summary>Returns the mode for a choice; null for a choice that Microsoft.Extensions.AI does not have, such as a tool of an MCP server.</summary>
    public static ChatToolMode? ReadChoice(ToolChoice? choice) => choice switch
    {
        FunctionToolChoice { Name.Length: > 0 } function => ChatToolMode.RequireSpecific(function.Name),
        _ when choice == ToolChoice.Auto => ChatToolMode.Auto,
        _ when choice == ToolChoice.None => ChatToolMode.None,
        _ when choice == ToolChoice.Required => ChatToolMode.RequireAny,
        _ => null,
    };

    private static McpTool WriteMcp(HostedMcpServerTool mcp)
    {
        var isUrl = Uri.TryCreate(mcp.ServerAddress, UriKind.Absolute, out _);
        var headers = mcp.Headers is { Count: > 0 } given ? new Dictionary<string, string>(given, StringComparer.OrdinalIgnoreCase) : null;
        string? authorization = null;
        // The service has a member of its own for the token, and connectors have no headers.
        if (headers is not null && headers.TryGetValue(Authorization, out var value) && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            authorization = value[Bearer.Length..];
            headers.Remove(Authorization);
        }
        return new()
        {
            ServerLabel = mcp.ServerName,
            ServerUrl = isUrl ? mcp.ServerAddress : null,
            ConnectorId = isUrl ? default(McpConnector?) : new McpConnector(mcp.ServerAddress),
            ServerDescription = mcp.ServerDescription,
            Authorization = authorization,
            Headers = headers is { Count: > 0 } ? headers : null,
            AllowedTools = mcp.AllowedTools is { } allowed ? new McpToolNames([.. allowed]) : null,
            RequireApproval = mcp.ApprovalMode switch
            {
                HostedMcpServerToolAlwaysRequireApprovalMode => McpApproval.Always,
                HostedMcpServerToolNeverRequireApprovalMode => McpApproval.Never,
                HostedMcpServerToolRequireSpecificApprovalMode specific => new McpApprovalFilter
                {
                    AlwaysFor = WriteFilter(specific.AlwaysRequireApprovalToolNames),
                    NeverFor = WriteFilter(specific.NeverRequireApprovalToolNames),
                },
                _ => null,
            },
        };
    }

    private static HostedMcpServerTool ReadMcp(McpTool mcp) => new(mcp.ServerLabel, (mcp.ServerUrl ?? mcp.ConnectorId?.Value)!)
    {
        ServerDescription = mcp.ServerDescription,
        Headers = mcp.Headers?.ToDictionary(),
        AllowedTools = mcp.AllowedTools is McpToolNames allowed ? [.. allowed.Names] : null,
        ApprovalMode = mcp.RequireApproval switch
        {
            McpApprovalFilter filter => HostedMcpServerToolApprovalMode.RequireSpecific(ReadFilter(filter.AlwaysFor), ReadFilter(filter.NeverFor)),
            { } approval when approval == McpApproval.Always => HostedMcpServerToolApprovalMode.AlwaysRequire,
            { } approval when approval == McpApproval.Never => HostedMcpServerToolApprovalMode.NeverRequire,
            _ => null,
        },
    };

    private static McpToolFilter? WriteFilter(IList<string>? names) => names is null ? null : new() { ToolNames = [.. names] };

    private static IList<string>? ReadFilter(McpToolFilter? filter) => filter?.ToolNames is { } names ? [.. names] : null;
}
