namespace Realtime.Sdk.Testing.Internal;

/// <summary>A tool of an MCP server that a session may call.</summary>
/// <param name="Label">The label of the server.</param>
/// <param name="Tool">The tool.</param>
internal sealed record ListedMcpTool(string Label, EmulatorMcpTool Tool)
{
    public JsonNode? Schema => JsonNode.Parse(Tool.InputSchema);
}

/// <summary>The MCP servers of a session: the listing of their tools, and approvals.</summary>
internal sealed class McpState(SimulationContext context, ConversationState conversation)
{
    private static readonly TimeSpan ListingTime = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _listedServers = [];
    private readonly Dictionary<string, ToolCall> _approvalRequests = [];
    private readonly List<ListedMcpTool> _tools = [];

    /// <summary>Returns the listed tools that the tools of a response allow.</summary>
    public IEnumerable<ListedMcpTool> GetTools(IReadOnlyList<JsonObject> tools) =>
        _tools.Where(mcpTool => FindDeclaration(tools, mcpTool) is { } tool && IsNamed(tool["allowed_tools"], mcpTool.Tool.Name, otherwise: true));

    /// <summary>Whether a call requires the approval of the client.</summary>
    public static bool NeedsApproval(IReadOnlyList<JsonObject> tools, ListedMcpTool mcpTool) => FindDeclaration(tools, mcpTool)?["require_approval"] switch
    {
        JsonValue value when value.TryGetValue(out string? word) => word != "never",
        JsonObject rules => IsNamed(rules["always"], mcpTool.Tool.Name, otherwise: false) || !IsNamed(rules["never"], mcpTool.Tool.Name, otherwise: false),
        _ => true,
    };

    /// <summary>Lists the tools of the servers that the session has newly declared.</summary>
    public void List()
    {
        foreach (var label in context.Session.Elements("tools").Where(tool => tool.Text("type") == "mcp").Select(tool => tool.Text("server_label")))
        {
            if (label is not null && _listedServers.Add(label))
                context.Scheduler.RunSteps(List(label));
        }
    }

    /// <summary>Keeps a call until the client approves or denies it.</summary>
    public void AddApprovalRequest(string requestId, ToolCall call) => _approvalRequests[requestId] = call;

    /// <summary>Refuses a decision without an open approval request.</summary>
    public void ThrowIfNotRequested(JsonObject response)
    {
        var request = response.Text("approval_request_id")!;
        if (!_approvalRequests.ContainsKey(request))
            throw EmulatorHttpException.InvalidValue("item.approval_request_id", $"there is no open approval request '{request}'");
    }

    /// <summary>Handles the client's decision; returns the call if it was approved.</summary>
    public ToolCall? HandleDecision(JsonObject response) =>
        _approvalRequests.Remove(response.Text("approval_request_id")!, out var call) && response.Flag("approve") == true
            ? call with { ApprovalRequestId = response.Text("approval_request_id") }
            : null;

    private IEnumerable<TimeSpan> List(string label)
    {
        var server = context.Script.McpServer(label);
        var item = new SimulatedItem(new() { ["id"] = context.Ids.Next("item_"), ["type"] = "mcp_list_tools", ["server_label"] = label, ["tools"] = new JsonArray() });
        conversation.Add(item);
        context.Events.Send("mcp_list_tools.in_progress", ("item_id", item.Id));
        yield return context.ApplyPace(ListingTime);
        if (server is null)
        {
            context.Events.Send("mcp_list_tools.failed", ("item_id", item.Id));
            yield break;
        }
        var mcpTools = server.Tools.Select(tool => new ListedMcpTool(label, tool)).ToList();
        item.Json["tools"] = new JsonArray([.. mcpTools.Select(CreateToolJson)]);
        _tools.AddRange(mcpTools);
        conversation.Finish(item);
        context.Events.Send("mcp_list_tools.completed", ("item_id", item.Id));
    }

    private static JsonObject CreateToolJson(ListedMcpTool mcpTool) => new()
    {
        ["name"] = mcpTool.Tool.Name,
        ["description"] = mcpTool.Tool.Description,
        ["input_schema"] = mcpTool.Schema,
        ["annotations"] = null,
    };

    private static JsonObject? FindDeclaration(IReadOnlyList<JsonObject> tools, ListedMcpTool mcpTool) =>
        tools.FirstOrDefault(tool => tool.Text("type") == "mcp" && tool.Text("server_label") == mcpTool.Label);

    private static bool IsNamed(JsonNode? filter, string name, bool otherwise) => filter switch
    {
        JsonArray names => names.Any(other => other.AsText() == name),
        JsonObject rules when rules.ContainsKey("tool_names") => rules.Elements("tool_names").Any(other => other.AsText() == name),
        _ => otherwise,
    };
}
