namespace Realtime.Sdk.Testing.Internal;

/// <summary>Watches a client for what the service would punish, and for what it would let pass though it betrays a bug.</summary>
internal sealed class ProtocolMonitor
{
    private const string Append = "input_audio_buffer.append", Create = "conversation.item.create";

    /// <summary>What a well-behaved client cannot always avoid: the answer crossed the question.</summary>
    private static readonly string[] Races = ["response_cancel_not_active"];

    private readonly SimulationContext _context;
    private readonly ConversationState _conversation;
    private readonly Responses _responses;
    private readonly InputAudio _input;
    private readonly InputAudioMonitor _audio;
    private readonly HashSet<string> _blamed = [];
    private readonly List<SimulatedItem> _answered = [];
    private bool _hasCommitted;
    private bool _hasLeftover;
    private bool _couldAsk;

    public ProtocolMonitor(SimulationContext context, ConversationState conversation, Responses responses, InputAudio input)
    {
        (_context, _conversation, _responses, _input) = (context, conversation, responses, input);
        _audio = new(context);
        _responses.Started += _answered.Clear;
        _responses.Ended += () => _couldAsk = !_input.HoldsTurn;
        _input.Entered += () => TurnTaken("", eventId: null);
    }

    /// <summary>An event was refused.</summary>
    public void Refused(EmulatorHttpException refusal, string type, string? eventId)
    {
        if (!Races.Contains(refusal.Code))
            _context.Report(refusal.Code ?? "invalid_request", refusal.Message, type, eventId);
    }

    /// <summary>Audio comes. Allocates only to report.</summary>
    public void Appending(ReadOnlySpan<byte> audio, string? eventId)
    {
        _hasLeftover = _hasCommitted && !_input.DetectsTurns;
        _audio.Check(audio, _input.Format, Append, eventId);
        if (_input.DetectsTurns)
            _audio.Time(_input.Length(audio.Length), Append, eventId);
    }

    /// <summary>The client commits.</summary>
    public void Committing(string? eventId)
    {
        var detectsTurns = _input.DetectsTurns;
        (_hasCommitted, _hasLeftover) = (!detectsTurns, false);
        if (detectsTurns)
            _context.Report(EmulatorViolationRule.NeedlessCommit, "Turn detection is on, so the server commits; a commit of the client's may meet an empty buffer.", "input_audio_buffer.commit", eventId);
    }

    /// <summary>The client has created an item.</summary>
    public void Created(SimulatedItem item, string? eventId)
    {
        foreach (var audio in item.Audio.Values)
            _audio.Check(audio, _input.Format, Create, eventId);
        if (item.Type == "function_call_output")
            Answered(item, eventId);
        else if (item.IsFromUser)
            TurnTaken(Create, eventId);
    }

    /// <summary>The client asks for a response.</summary>
    public void Asking(JsonObject message)
    {
        var eventId = message.Text("event_id");
        if (_hasLeftover)
            _context.Report(EmulatorViolationRule.AudioAfterCommit, "Audio came between the commit and response.create: the model will not hear it in this turn.", "response.create", eventId);
        (_hasCommitted, _hasLeftover) = (false, false);
        if (message.Object("response").Text("conversation") == "none" || message.Object("response")?["input"] is not null)
            return;
        foreach (var call in Unanswered().Where(call => _blamed.Add(call.Id)))
            _context.Report(EmulatorViolationRule.UnansweredFunctionCall, $"A response was asked for before {Name(call)} was answered.", "response.create", eventId);
    }

    /// <summary>The session is over.</summary>
    public void Left()
    {
        ReportUnused("The session ended, and no response was asked for", "", eventId: null);
        foreach (var call in Unanswered().Where(call => _blamed.Add(call.Id)))
            _context.Report(EmulatorViolationRule.UnansweredFunctionCall, $"The session ended before {Name(call)} was answered.");
    }

    private void Answered(SimulatedItem output, string? eventId)
    {
        var callId = output.CallId;
        if (_conversation.Items.Count(item => item.Type == "function_call_output" && item.CallId == callId) > 1)
        {
            _context.Report(EmulatorViolationRule.DuplicateFunctionCallOutput, $"The call {callId} has an output already: the model reads both.", Create, eventId);
            return;
        }
        if (_conversation.Items.LastOrDefault(item => item.Type == "function_call" && item.CallId == callId) is not { IsGenerated: true } call)
            return;
        _couldAsk = !_responses.IsActive && !_input.HoldsTurn;
        _answered.Add(call);
    }

    private void TurnTaken(string type, string? eventId) => ReportUnused("The user's next turn came, and no response was asked for", type, eventId);

    /// <summary>Reports outputs that no response has used although the client could have asked for one: it had all of them, and nobody spoke.</summary>
    private void ReportUnused(string what, string type, string? eventId)
    {
        var used = _answered.Find(call => call.ResponseStatus == "completed");
        if (used is null || !_couldAsk || Unanswered().Count > 0)
            return;
        _context.Report(EmulatorViolationRule.NoResponseAfterFunctionCallOutput, $"{what} after the output of {Name(used)} was sent.", type, eventId);
        _answered.Clear();
    }

    /// <summary>The calls nobody has answered.</summary>
    private List<SimulatedItem> Unanswered()
    {
        var answered = _conversation.Items.Where(item => item.Type == "function_call_output").Select(item => item.CallId).ToHashSet();
        return [.. _conversation.Items.Where(item =>
            item.Type == "function_call" && item.Json.Text("status") == "completed" && !answered.Contains(item.CallId))];
    }

    private static string Name(SimulatedItem call) => $"{call.Json.Text("name")} ({call.CallId})";
}
