namespace Realtime.Sdk.Testing.Internal;

/// <summary>A call of the model.</summary>
/// <param name="Name">The name of the function or MCP tool.</param>
/// <param name="Arguments">The arguments as JSON text.</param>
/// <param name="Mcp">The MCP tool; null for a function of the client.</param>
/// <param name="ApprovalRequestId">The ID of the approval request that was approved; null for none.</param>
/// <param name="Script">The scripted answer that the call is part of; null for none.</param>
internal sealed record ToolCall(string Name, string Arguments, ListedMcpTool? Mcp = null, string? ApprovalRequestId = null, ScriptedAnswer? Script = null);

/// <summary>Decides which functions and tools the model calls when no rule matches.</summary>
internal static class ToolCalls
{
    /// <summary>Returns the calls to make instead of an answer; empty if no tool is suitable.</summary>
    public static IReadOnlyList<ToolCall> Choose(ResponseSettings settings, PromptContext prompt, IEnumerable<ListedMcpTool> mcpTools)
    {
        if (prompt.Call is not null && !settings.ForcesCall)
            return [];
        var words = prompt.LastWords;
        var tools = settings.Functions
            .Select(tool => new Candidate(tool.Text("name")!, tool.Text("description"), tool["parameters"], Mcp: null))
            .Concat(mcpTools.Select(mcpTool => new Candidate(mcpTool.Tool.Name, mcpTool.Tool.Description, mcpTool.Schema, mcpTool)))
            .ToList();
        var matching = tools.Where(tool => Vocabulary.HaveCommonWord(words, $"{tool.Name} {tool.Description}")).ToList();
        var chosen = settings.ToolChoice switch
        {
            JsonObject choice => tools.Where(tool => tool.IsNamedBy(choice)),
            JsonValue value when value.TryGetValue(out string? choice) && choice == "none" => [],
            JsonValue value when value.TryGetValue(out string? choice) && choice == "required" && matching.Count == 0 => tools,
            _ => matching,
        };
        return [.. chosen.Take(settings.CallsInParallel == true ? int.MaxValue : 1).Select(tool => tool.Call(words))];
    }

    private sealed record Candidate(string Name, string? Description, JsonNode? Schema, ListedMcpTool? Mcp)
    {
        public bool IsNamedBy(JsonObject choice) => choice.Text("type") == "mcp"
            ? Mcp?.Label == choice.Text("server_label") && (choice.Text("name") is null || choice.Text("name") == Name)
            : Mcp is null && choice.Text("name") == Name;

        public ToolCall Call(string words) => new(Name, WireJson.Text(ToolArguments.Create(Schema, words)), Mcp);
    }
}
