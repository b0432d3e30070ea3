namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// Decides the outputs of a response: calls or a message. The message about the result of a call, even of an MCP tool, is in the next response that the
/// client requests.
/// </summary>
internal sealed class ResponsePlanner(SimulationContext context, McpState mcp)
{
    /// <summary>Returns the outputs, in order.</summary>
    /// <param name="scope">The response.</param>
    /// <param name="prompt">The items that the model reads.</param>
    /// <param name="approved">The call to make because the client has approved it; null if there is none.</param>
    public IReadOnlyList<ResponseOutput> Plan(ResponseScope scope, PromptContext prompt, ToolCall? approved)
    {
        var mcpTools = mcp.GetTools(scope.Settings.Tools).ToList();
        var script = approved is null ? FindScript(scope.Settings, prompt) : approved.Script;
        IReadOnlyList<ToolCall> calls;
        if (approved is not null)
            calls = [approved];
        else if (script is not null)
            calls = TakeCalls(script, scope.Settings, mcpTools);
        else
            calls = ToolCalls.Choose(scope.Settings, prompt, mcpTools);
        var outputs = new List<ResponseOutput>();
        foreach (var call in calls)
            outputs.Add(CreateOutput(scope, outputs.Count, call));
        if (outputs.Count == 0)
            outputs.Add(CreateMessage(scope, 0, () => script?.Words() ?? DefaultAnswers.Create(prompt)));
        return outputs;
    }

    /// <summary>
    /// Returns the scripted answer to begin or to continue; null if there is none. A denied call ends its answer, because the text of the answer is about the
    /// result of the call.
    /// </summary>
    private ScriptedAnswer? FindScript(ResponseSettings settings, PromptContext prompt) => prompt.Call switch
    {
        { Type: "mcp_approval_request" } when !settings.ForcesCall => null,
        { } call when !settings.ForcesCall => call.Script,
        _ => context.Script.Take(prompt.LastWords, settings),
    };

    private List<ToolCall> TakeCalls(ScriptedAnswer script, ResponseSettings settings, IReadOnlyList<ListedMcpTool> mcpTools)
    {
        var calls = new List<ToolCall>();
        if (settings.ToolChoice.AsText() == "none")
            script.SkipCalls();
        while ((calls.Count == 0 || settings.CallsInParallel != false) && script.NextCall() is { } nextCall)
        {
            var mcpTool = mcpTools.FirstOrDefault(mcpTool => mcpTool.Tool.Name == nextCall.Name);
            if (settings.Functions.Any(function => function.Text("name") == nextCall.Name))
                calls.Add(new(nextCall.Name, nextCall.Arguments, Script: script));
            else if (mcpTool is not null)
                calls.Add(new(nextCall.Name, nextCall.Arguments, mcpTool, Script: script));
            else
                context.Report(EmulatorViolationRule.UndeclaredFunction, $"A rule calls {nextCall.Name}, but the session declares no such function, and none of its MCP servers has listed such a tool.");
        }
        return calls;
    }

    private ResponseOutput CreateOutput(ResponseScope scope, int index, ToolCall call) => call switch
    {
        { Mcp: null } => new FunctionCallOutput(scope, index, call),
        { ApprovalRequestId: null } when McpState.NeedsApproval(scope.Settings.Tools, call.Mcp) => new McpApprovalOutput(scope, index, call, mcp),
        _ => new McpCallOutput(scope, index, call),
    };

    private static MessageOutput CreateMessage(ResponseScope scope, int index, Func<string> text) =>
        scope.Settings.SpeaksAudio ? new AudioOutput(scope, index, text) : new TextOutput(scope, index, text);
}
