using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A call as the wire has shown it.</summary>
internal sealed record WireCall(string CallId, string Name, string Arguments, WireResponse Response)
{
    /// <summary>The message that has shown the call as complete.</summary>
    public required LogEntry Announced { get; init; }

    public required string ItemId { get; init; }

    /// <summary>Whether only a faulty server has shown it.</summary>
    public bool IsInjected => CallId.StartsWith(CallLog.Injected, StringComparison.Ordinal);
}

/// <summary>A response as the wire has shown it.</summary>
internal sealed class WireResponse(string id)
{
    public string Id => id;

    public LogEntry? Created { get; set; }

    /// <summary>The first <c>response.done</c>.</summary>
    public LogEntry? Done { get; set; }

    public bool IsOutOfBand { get; set; }

    /// <summary>Whether a faulty server has shown other items of it than the model made.</summary>
    public bool IsFaulty { get; set; }

    public string Status => Done?.Json.Member("response").Text("status") ?? "";

    public bool IsCanceledOrFailed => Status is "cancelled" or "failed";

    public List<WireCall> Calls { get; } = [];

    /// <summary>The IDs of approval requests.</summary>
    public List<string> Approvals { get; } = [];

    /// <summary>The approval requests of all calls of tools of MCP servers, completed or not.</summary>
    public List<string> ApprovedCalls { get; } = [];

    /// <summary>Completed calls of tools of MCP servers, with the approval request of each.</summary>
    public List<string?> McpCalls { get; } = [];

    /// <summary>Whether the last thing that the response says is a message.</summary>
    public bool EndsWithMessage { get; set; }
}

/// <summary>The responses and calls of the messages so far.</summary>
internal sealed class CallLog
{
    /// <summary>How IDs begin that only a faulty server uses, and those of events that another client has sent.</summary>
    public const string Injected = "injected_", OtherClient = "other_client_";

    private readonly Dictionary<string, WireResponse> _responses = [];
    private readonly Dictionary<string, WireCall> _calls = [];
    private readonly HashSet<string> _mcp = [];
    private readonly HashSet<string> _outOfBand = [];

    public IEnumerable<WireResponse> Responses => _responses.Values;

    public IReadOnlyDictionary<string, WireCall> Calls => _calls;

    /// <summary>Whether the server has refused an out-of-band request that it may have accepted all the same.</summary>
    public bool HasLied { get; private set; }

    public static bool IsOwn(LogEntry entry) => entry.Json.Text("event_id")?.StartsWith(OtherClient, StringComparison.Ordinal) != true;

    /// <summary>Whether an entry was not queued with the other events of the conversation, such as a change of the session, and so can come between any two of them.</summary>
    public static bool IsDirect(LogEntry entry) => entry.Json.Text("event_id")?.StartsWith("evt_", StringComparison.Ordinal) == true;

    /// <summary>The ID of the call whose output an entry creates; null if it creates none.</summary>
    public static string? OutputOf(LogEntry entry) =>
        entry is { Kind: LogKind.Sent, Text: "conversation.item.create" } && entry.Json.Member("item").Text("type") == "function_call_output" ? entry.Json.Member("item").Text("call_id") ?? "" : null;

    /// <summary>The ID of the approval request that an entry answers; null if it answers none.</summary>
    public static string? ApprovalOf(LogEntry entry) =>
        entry is { Kind: LogKind.Sent, Text: "conversation.item.create" } && entry.Json.Member("item").Text("type") == "mcp_approval_response" ? entry.Json.Member("item").Text("approval_request_id") ?? "" : null;

    public void Add(LogEntry entry)
    {
        if (entry is { Kind: LogKind.Sent, Text: "response.create" } && entry.Json.Member("response").Text("conversation") == "none")
            _outOfBand.Add(entry.Json.Text("event_id") ?? "");
        if (entry.Kind != LogKind.Received)
            return;
        switch (entry.Text)
        {
            case "error" when _outOfBand.Contains(entry.Json.Member("error").Text("event_id") ?? ""):
                HasLied = true;
                break;
            case "response.created" when entry.Json.Member("response").Text("conversation_id") is null && HasLied:
                // The server has reported that it refused the request, so the client cannot know whose response this is.
                var unknown = Response(entry.Json.Member("response").Text("id"));
                (unknown.Created, unknown.IsFaulty) = (unknown.Created ?? entry, true);
                break;
            case "response.created":
                var created = Response(entry.Json.Member("response").Text("id"));
                created.Created ??= entry;
                created.IsOutOfBand |= entry.Json.Member("response").Text("conversation_id") is null;
                break;
            case "response.output_item.done":
                Add(entry, Response(entry.Json.Text("response_id")), entry.Json.Member("item"));
                break;
            case "response.done":
                var response = Response(entry.Json.Member("response").Text("id"));
                if (entry.Json.Member("response").Member("output") is { ValueKind: JsonValueKind.Array } output)
                {
                    foreach (var item in output.EnumerateArray())
                        Add(entry, response, item);
                }
                response.Done ??= entry;
                break;
            default:
                break;
        }
    }

    private WireResponse Response(string? id)
    {
        if (!_responses.TryGetValue(id ?? "", out var response))
            _responses[id ?? ""] = response = new(id ?? "");
        return response;
    }

    private void Add(LogEntry entry, WireResponse response, JsonElement item)
    {
        var id = item.Text("id") ?? "";
        response.IsFaulty |= id.Contains(Injected, StringComparison.Ordinal);
        if (item.Text("type") == "mcp_call" && item.Text("approval_request_id") is { } approved)
            response.ApprovedCalls.Add(approved);
        switch (item.Text("type"))
        {
            case "function_call" when item.Text("status") is null or "completed":
                var callId = item.Text("call_id") ?? "";
                if (callId.Length == 0 || _calls.ContainsKey(callId))
                    break;
                _calls[callId] = new(callId, item.Text("name") ?? "", item.Text("arguments") ?? "", response) { Announced = entry, ItemId = id };
                response.Calls.Add(_calls[callId]);
                response.EndsWithMessage = false;
                break;
            case "mcp_approval_request" when !response.Approvals.Contains(id):
                response.Approvals.Add(id);
                response.EndsWithMessage = false;
                break;
            case "mcp_call" when item.Text("status") is null or "completed" && _mcp.Add(id):
                response.McpCalls.Add(item.Text("approval_request_id"));
                response.EndsWithMessage = false;
                break;
            case "message" when response.Done is null:
                response.EndsWithMessage = true;
                break;
            default:
                break;
        }
    }
}
