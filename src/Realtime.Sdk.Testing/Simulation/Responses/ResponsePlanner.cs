namespace Realtime.Sdk.Testing.Internal;

/// <summary>Decides what a response consists of: calls, or an answer, or both when the service makes the calls itself.</summary>
internal sealed class ResponsePlanner(SimulationContext context, McpState mcp)
{
    /// <summary>The outputs, in order.</summary>
    /// <param name="scope">The response.</param>
    /// <param name="prompt">What the model reads.</param>
    /// <param name="approved">A call to make because the client has approved it; null plans freely.</param>
    public IReadOnlyList<ResponseOutput> Plan(ResponseScope scope, PromptContext prompt, ToolCall? approved)
    {
        var tools = scope.Settings.Tools;
        IReadOnlyList<ToolCall> calls = approved is null ? ToolCalls.Choose(scope.Settings, prompt, mcp.Offers(tools)) : [approved];
        var outputs = new List<ResponseOutput>();
        foreach (var call in calls)
            outputs.Add(Output(scope, outputs.Count, call));
        var made = outputs.OfType<McpCallOutput>().ToList();
        if (made.Count > 0)
            outputs.Add(Message(scope, outputs.Count, () => string.Join(' ', made.Select(call => $"{call.Item.Json.Text("name")} says: {call.Result}"))));
        else if (outputs.Count == 0)
            outputs.Add(Message(scope, 0, () => Answers.To(prompt, context.Options)));
        return outputs;
    }

    private ResponseOutput Output(ResponseScope scope, int index, ToolCall call) => call switch
    {
        { Mcp: null } => new FunctionCallOutput(scope, index, call),
        { ApprovalRequestId: null } when McpState.NeedsApproval(scope.Settings.Tools, call.Mcp) => new McpApprovalOutput(scope, index, call, mcp),
        _ => new McpCallOutput(scope, index, call),
    };

    private static MessageOutput Message(ResponseScope scope, int index, Func<string> text) =>
        scope.Settings.SpeaksAudio ? new AudioOutput(scope, index, text) : new TextOutput(scope, index, text);
}
