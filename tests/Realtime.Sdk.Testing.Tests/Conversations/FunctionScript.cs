using System.Text.Json;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What the app, other clients and a faulty server do about functions in one run.</summary>
internal sealed class FunctionScript(ConversationRun run, Random random)
{
    private int _injected;
    private int _completed;

    private RealtimeConversation Conversation => run.Conversation;

    public void Step()
    {
        Action step = random.Next(12) switch
        {
            < 2 => Unknown,
            < 5 => Complete,
            < 6 => CompleteElsewhere,
            < 8 => Repeat,
            _ => Inject,
        };
        step();
    }

    /// <summary>Requests a response whose model can call a function that nobody has.</summary>
    private void Unknown() => run.Respond(
        new() { Response = new() { Tools = [.. run.World.Functions.Functions.Select(RandomFunctions.Declaration)] } },
        "with tools of its own");

    private void Complete()
    {
        var call = OpenCall()?.CallId ?? "call_that_is_not";
        run.Track($"CompleteCallAsync({call})", () => Conversation.CompleteCallAsync(call, $"output {_completed++} of the app"), [.. ConversationScript.EndOfConnection, typeof(InvalidOperationException)]);
    }

    /// <summary>Another client of the same session answers a call.</summary>
    private void CompleteElsewhere()
    {
        if (OpenCall() is not { Status: FunctionCallStatus.External } call)
            return;
        var output = new FunctionCallOutputItem { CallId = call.CallId, Output = "output of another client" };
        run.Track($"another client answers {call.CallId}", () => run.Connection.SendAsync(new ConversationItemCreateEvent { EventId = $"{CallLog.OtherClient}{_completed++}", Item = output }).AsTask(), typeof(Exception));
    }

    private FunctionCall? OpenCall()
    {
        FunctionCall[] open = [.. Conversation.Turns.SelectMany(turn => turn.Calls).Where(call => !call.IsOver)];
        return open.Length == 0 ? null : open[random.Next(open.Length)];
    }

    /// <summary>The server says again what it has said already.</summary>
    private void Repeat()
    {
        var said = run.Log.Entries.Where(entry => entry.Kind == LogKind.Received && (entry.Text == "response.done" || IsCall(entry))).ToList();
        if (said.Count > 0)
            Send(JsonNode.Parse(said[random.Next(said.Count)].Json.GetRawText())!.AsObject());
    }

    private static bool IsCall(LogEntry entry) => entry.Text == "response.output_item.done" && entry.Json.Member("item").Text("type") is "function_call" or "mcp_call" or "mcp_approval_request";

    /// <summary>The server shows a call that the model has not made, of a response that is active, canceled or over.</summary>
    private void Inject()
    {
        var responses = run.Log.Entries.Where(entry => entry is { Kind: LogKind.Received, Text: "response.created" or "response.done" })
            .Select(entry => entry.Json.Member("response").Text("id")!).ToList();
        if (responses.Count == 0)
            return;
        var responseId = responses[^Math.Min(responses.Count, random.Next(1, 4))];
        var number = _injected++;
        var item = new JsonObject
        {
            ["id"] = $"item_injected_{number}",
            ["object"] = "realtime.item",
            ["type"] = "function_call",
            ["status"] = "completed",
            ["name"] = run.World.Functions.Functions[random.Next(run.World.Functions.Functions.Count)].Name,
            ["call_id"] = $"{CallLog.Injected}{number}",
            ["arguments"] = "{}",
        };
        switch (random.Next(5))
        {
            case 0:
                item["status"] = random.Next(2) == 0 ? "incomplete" : "in_progress";
                break;
            case 1:
                item.Remove("call_id");
                break;
            case 2:
                Send(new() { ["type"] = "conversation.item.retrieved", ["item"] = item });
                return;
            default:
                break;
        }
        Send(new() { ["type"] = "response.output_item.done", ["response_id"] = responseId, ["output_index"] = 7, ["item"] = item });
    }

    private void Send(JsonObject message)
    {
        message["event_id"] = $"{CallLog.Injected}{_injected++}";
        run.Track("injected call", () => run.Session.SendTextAsync(message.ToJsonString()), typeof(Exception));
    }
}
