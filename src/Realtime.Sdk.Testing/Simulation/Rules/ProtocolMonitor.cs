namespace Realtime.Sdk.Testing.Internal;

/// <summary>Watches a client for what the service would punish, and for what it would let pass though it betrays a bug.</summary>
internal sealed class ProtocolMonitor(SimulationContext context, ConversationState conversation)
{
    /// <summary>What a well-behaved client cannot always avoid: the answer crossed the question.</summary>
    private static readonly string[] Races = ["response_cancel_not_active"];

    private readonly HashSet<string> _blamed = [];
    private bool _hasCommitted;
    private bool _hasLeftover;

    /// <summary>An event was refused.</summary>
    public void Refused(EmulatorHttpException refusal, string type, string? eventId)
    {
        if (!Races.Contains(refusal.Code))
            context.Report(refusal.Code ?? "invalid_request", refusal.Message, type, eventId);
    }

    /// <summary>Audio comes.</summary>
    public void Appending(bool detectsTurns) => _hasLeftover = _hasCommitted && !detectsTurns;

    /// <summary>The client commits.</summary>
    public void Committing(bool detectsTurns, string? eventId)
    {
        (_hasCommitted, _hasLeftover) = (!detectsTurns, false);
        if (detectsTurns)
            context.Report("needless_commit", "Turn detection is on, so the server commits; a commit of the client's may meet an empty buffer.", "input_audio_buffer.commit", eventId);
    }

    /// <summary>The client asks for a response.</summary>
    public void Asking(JsonObject message)
    {
        var eventId = message.Text("event_id");
        if (_hasLeftover)
            context.Report("audio_after_commit", "Audio came between the commit and response.create: the model will not hear it in this turn.", "response.create", eventId);
        (_hasCommitted, _hasLeftover) = (false, false);
        if (message.Object("response").Text("conversation") == "none" || message.Object("response")?["input"] is not null)
            return;
        foreach (var call in Unanswered())
            context.Report("unanswered_function_call", $"A response was asked for before {call.Json.Text("name")} ({call.Json.Text("call_id")}) was answered.", "response.create", eventId);
    }

    /// <summary>The session is over.</summary>
    public void Left()
    {
        foreach (var call in Unanswered())
            context.Report("unanswered_function_call", $"The session ended before {call.Json.Text("name")} ({call.Json.Text("call_id")}) was answered.", "", null);
    }

    /// <summary>The calls nobody has answered, each only once.</summary>
    private List<SimulatedItem> Unanswered()
    {
        var answered = conversation.Items.Where(item => item.Type == "function_call_output").Select(item => item.Json.Text("call_id")).ToHashSet();
        return [.. conversation.Items.Where(item =>
            item.Type == "function_call" && item.Json.Text("status") == "completed" && !answered.Contains(item.Json.Text("call_id")) && _blamed.Add(item.Id))];
    }
}
