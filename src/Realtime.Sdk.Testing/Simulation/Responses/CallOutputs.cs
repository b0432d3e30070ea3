namespace Realtime.Sdk.Testing.Internal;

/// <summary>A call to a function of the client.</summary>
internal sealed class FunctionCallOutput(ResponseScope scope, int index, ToolCall call)
    : ResponseOutput(scope, index, new(new JsonObject
    {
        ["id"] = scope.Context.Ids.Next("item_"),
        ["type"] = "function_call",
        ["status"] = "in_progress",
        ["name"] = call.Name,
        ["call_id"] = scope.Context.Ids.Next("call_"),
        ["arguments"] = "",
    })
    { IsGenerated = true, Script = call.Script })
{
    private JsonNode CallId => Item.CallId!;

    protected override IEnumerable<TimeSpan> GetPieces() => ArgumentPieces.Send(Scope, Item, call.Arguments, piece =>
        Send("response.function_call_arguments.delta", ("call_id", CallId), ("delta", piece)));

    protected override void Close() =>
        Send("response.function_call_arguments.done", ("call_id", CallId), ("name", call.Name), ("arguments", Item.Json.Text("arguments")));
}

/// <summary>A call to a tool of an MCP server, which the service runs itself.</summary>
internal sealed class McpCallOutput(ResponseScope scope, int index, ToolCall call)
    : ResponseOutput(scope, index, new(new JsonObject
    {
        ["id"] = scope.Context.Ids.Next("item_"),
        ["type"] = "mcp_call",
        ["status"] = "in_progress",
        ["approval_request_id"] = call.ApprovalRequestId,
        ["arguments"] = "",
        ["error"] = null,
        ["name"] = call.Name,
        ["output"] = null,
        ["server_label"] = call.Mcp!.Label,
    })
    { Script = call.Script })
{
    private static readonly TimeSpan ExecutionTime = TimeSpan.FromMilliseconds(100);

    private readonly int _index = index;

    protected override IEnumerable<TimeSpan> GetPieces()
    {
        foreach (var wait in ArgumentPieces.Send(Scope, Item, call.Arguments, piece => Send("response.mcp_call_arguments.delta", ("delta", piece))))
            yield return wait;
        Send("response.mcp_call_arguments.done", ("arguments", call.Arguments));
        SendState("in_progress");
        yield return Scope.Context.ApplyPace(ExecutionTime);
        var tool = call.Mcp!.Tool;
        if (tool.Error is { } error)
            Item.Json["error"] = new JsonObject { ["type"] = "tool_execution_error", ["message"] = error };
        else
            Item.Json["output"] = tool.Call(call.Arguments);
        SendState(tool.Error is null ? "completed" : "failed");
    }

    protected override void Close() { }

    private void SendState(string state) => Events.Send($"response.mcp_call.{state}", ("output_index", _index), ("item_id", Item.Id));
}

/// <summary>A request for the client's approval of a call to an MCP tool.</summary>
internal sealed class McpApprovalOutput(ResponseScope scope, int index, ToolCall call, McpState mcp)
    : ResponseOutput(scope, index, new(new JsonObject
    {
        ["id"] = scope.Context.Ids.Next("mcpr_"),
        ["type"] = "mcp_approval_request",
        ["arguments"] = call.Arguments,
        ["name"] = call.Name,
        ["server_label"] = call.Mcp!.Label,
    })
    { Script = call.Script })
{
    protected override IEnumerable<TimeSpan> GetPieces()
    {
        mcp.AddApprovalRequest(Item.Id, call);
        return [];
    }

    protected override void Close() { }
}

/// <summary>Sends arguments, a few characters at a time.</summary>
internal static class ArgumentPieces
{
    private const int Characters = 12;

    public static IEnumerable<TimeSpan> Send(ResponseScope scope, SimulatedItem item, string arguments, Action<string> send)
    {
        for (var at = 0; at < arguments.Length; at += Characters)
        {
            var piece = arguments.Substring(at, Math.Min(Characters, arguments.Length - at));
            if (!scope.TrySpend(piece))
                yield break;
            item.Json["arguments"] = item.Json.Text("arguments") + piece;
            send(piece);
            yield return scope.Context.Options.Pace.GetGenerationTime(Speech.GetNormalLength(piece));
        }
    }
}
