namespace Realtime.Sdk.Testing.Internal;

/// <summary>A tool of an MCP server that a session may call.</summary>
/// <param name="Label">The label of the server.</param>
/// <param name="Tool">The tool.</param>
internal sealed record McpOffer(string Label, EmulatorMcpTool Tool)
{
    public JsonNode? Schema => JsonNode.Parse(Tool.InputSchema);
}

/// <summary>The MCP servers of a session: the listing of their tools, and approvals.</summary>
internal sealed class McpState(SimulationContext context, ConversationState conversation)
{
    private static readonly TimeSpan Listing = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _seen = [];
    private readonly Dictionary<string, ToolCall> _asked = [];
    private readonly List<McpOffer> _offers = [];

    /// <summary>Returns the listed tools that the tools of a response allow.</summary>
    public IEnumerable<McpOffer> Offers(IReadOnlyList<JsonObject> tools) =>
        _offers.Where(offer => Declaration(tools, offer) is { } tool && IsNamed(tool["allowed_tools"], offer.Tool.Name, otherwise: true));

    /// <summary>Whether a call requires the approval of the client.</summary>
    public static bool NeedsApproval(IReadOnlyList<JsonObject> tools, McpOffer offer) => Declaration(tools, offer)?["require_approval"] switch
    {
        JsonValue value when value.TryGetValue(out string? word) => word != "never",
        JsonObject rules => IsNamed(rules["always"], offer.Tool.Name, otherwise: false) || !IsNamed(rules["never"], offer.Tool.Name, otherwise: false),
        _ => true,
    };

    /// <summary>Lists the tools of the servers that the session has newly declared.</summary>
    public void List()
    {
        foreach (var label in context.Session.Elements("tools").Where(tool => tool.Text("type") == "mcp").Select(tool => tool.Text("server_label")))
        {
            if (label is not null && _seen.Add(label))
                context.Scheduler.Play(List(label));
        }
    }

    /// <summary>Keeps a call until the client approves or denies it.</summary>
    public void Ask(string requestId, ToolCall call) => _asked[requestId] = call;

    /// <summary>Refuses a decision without an open approval request.</summary>
    public void CheckIsAsked(JsonObject response)
    {
        var request = response.Text("approval_request_id")!;
        if (!_asked.ContainsKey(request))
            throw EmulatorHttpException.InvalidValue("item.approval_request_id", $"there is no open approval request '{request}'");
    }

    /// <summary>Handles the client's decision; returns the call if it was approved.</summary>
    public ToolCall? Answer(JsonObject response) =>
        _asked.Remove(response.Text("approval_request_id")!, out var call) && response.Flag("approve") == true
            ? call with { ApprovalRequestId = response.Text("approval_request_id") }
            : null;

    private IEnumerable<TimeSpan> List(string label)
    {
        var server = context.Script.McpServer(label);
        var item = new SimulatedItem(new() { ["id"] = context.Ids.Next("item_"), ["type"] = "mcp_list_tools", ["server_label"] = label, ["tools"] = new JsonArray() });
        conversation.Add(item);
        context.Events.Send("mcp_list_tools.in_progress", ("item_id", item.Id));
        yield return context.Paced(Listing);
        if (server is null)
        {
            context.Events.Send("mcp_list_tools.failed", ("item_id", item.Id));
            yield break;
        }
        var offers = server.Tools.Select(tool => new McpOffer(label, tool)).ToList();
        item.Json["tools"] = new JsonArray([.. offers.Select(Show)]);
        _offers.AddRange(offers);
        conversation.Finish(item);
        context.Events.Send("mcp_list_tools.completed", ("item_id", item.Id));
    }

    private static JsonObject Show(McpOffer offer) => new()
    {
        ["name"] = offer.Tool.Name,
        ["description"] = offer.Tool.Description,
        ["input_schema"] = offer.Schema,
        ["annotations"] = null,
    };

    private static JsonObject? Declaration(IReadOnlyList<JsonObject> tools, McpOffer offer) =>
        tools.FirstOrDefault(tool => tool.Text("type") == "mcp" && tool.Text("server_label") == offer.Label);

    private static bool IsNamed(JsonNode? filter, string name, bool otherwise) => filter switch
    {
        JsonArray names => names.Any(other => other.AsText() == name),
        JsonObject rules when rules.ContainsKey("tool_names") => rules.Elements("tool_names").Any(other => other.AsText() == name),
        _ => otherwise,
    };
}
