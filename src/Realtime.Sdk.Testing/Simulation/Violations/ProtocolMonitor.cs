namespace Realtime.Sdk.Testing.Internal;

/// <summary>Reports the client's refused events, and accepted events that indicate a bug.</summary>
internal sealed class ProtocolMonitor
{
    private const string Append = "input_audio_buffer.append", Create = "conversation.item.create";

    /// <summary>Errors that a correct client cannot always avoid, because the events of both sides may cross.</summary>
    private static readonly string[] Races = ["response_cancel_not_active"];

    /// <summary>The maximum age of a response whose <c>response.created</c> may not have reached the client yet.</summary>
    private static readonly TimeSpan MaxCrossing = TimeSpan.FromSeconds(1);

    private readonly SimulationContext _context;
    private readonly ConversationState _conversation;
    private readonly Responses _responses;
    private readonly InputAudio _input;
    private readonly InputAudioMonitor _audio;
    private readonly List<SimulatedItem> _answered = [];
    private bool _hasCommitted;
    private bool _hasAudioAfterCommit;
    private bool _couldRequestResponse;
    private bool _hasCrossed;
    private DateTimeOffset _responseStarted;

    public ProtocolMonitor(SimulationContext context, ConversationState conversation, Responses responses, InputAudio input)
    {
        (_context, _conversation, _responses, _input) = (context, conversation, responses, input);
        _audio = new(context);
        _responses.Started += ResponseStarted;
        _responses.Ended += () => _couldRequestResponse = !_input.HasOpenTurn;
        _input.ItemAdded += () => OnTurn("", eventId: null);
    }

    /// <summary>Called when an event was refused.</summary>
    public void OnRefused(EmulatorHttpException refusal, string type, string? eventId)
    {
        if (!Races.Contains(refusal.Code) && !CrossesResponse(refusal.Code))
            _context.Report(refusal.Code ?? "invalid_request", refusal.Message, type, eventId);
    }

    /// <summary>Called before audio is appended. Allocates only to report.</summary>
    public void OnAppending(ReadOnlySpan<byte> audio, string? eventId)
    {
        _hasAudioAfterCommit = _hasCommitted && !_input.DetectsTurns;
        _audio.Check(audio, _input.Format, Append, eventId);
        if (_input.DetectsTurns)
            _audio.CheckPace(_input.Length(audio.Length), Append, eventId);
    }

    /// <summary>Called before the client commits.</summary>
    public void OnCommitting(string? eventId)
    {
        var detectsTurns = _input.DetectsTurns;
        (_hasCommitted, _hasAudioAfterCommit) = (!detectsTurns, false);
        if (detectsTurns)
            _context.Report(EmulatorViolationRule.NeedlessCommit, "Turn detection is on, so the server commits the audio: a commit of the client may fail because the buffer is empty.", "input_audio_buffer.commit", eventId);
    }

    /// <summary>Called when the client has created an item.</summary>
    public void OnItemCreated(SimulatedItem item, string? eventId)
    {
        foreach (var audio in item.Audio.Values)
            _audio.Check(audio, _input.Format, Create, eventId);
        if (item.Type == "function_call_output")
            OnOutputSent(item, eventId);
        else if (item.IsFromUser)
            OnTurn(Create, eventId);
    }

    /// <summary>Called before the client's request for a response.</summary>
    public void OnResponseRequested(JsonObject message)
    {
        var eventId = message.Text("event_id");
        if (_hasAudioAfterCommit)
            _context.Report(EmulatorViolationRule.AudioAfterCommit, "Audio was appended between the commit and response.create: the model does not hear it in this turn.", "response.create", eventId);
        (_hasCommitted, _hasAudioAfterCommit) = (false, false);
    }

    /// <summary>Called when the session has ended.</summary>
    public void OnEnded()
    {
        ReportUnused("The session ended without a request for a response", "", eventId: null);
        foreach (var call in FindUnanswered())
            _context.Report(EmulatorViolationRule.UnansweredFunctionCall, $"The session ended before {Name(call)} was answered.");
    }

    private void ResponseStarted()
    {
        _answered.Clear();
        (_hasCrossed, _responseStarted) = (false, _context.Scheduler.Now);
    }

    /// <summary>
    /// Whether the client may have sent a request before it received <c>response.created</c> of a response that it did not request. This is possible only for
    /// the first refused request, because its refusal follows <c>response.created</c>.
    /// </summary>
    private bool CrossesResponse(string? code)
    {
        if (code != "conversation_already_has_active_response" || !_responses.IsAutomatic || _hasCrossed || _context.Scheduler.Now - _responseStarted > MaxCrossing)
            return false;
        return _hasCrossed = true;
    }

    private void OnOutputSent(SimulatedItem output, string? eventId)
    {
        var callId = output.CallId;
        if (_conversation.Items.Count(item => item.Type == "function_call_output" && item.CallId == callId) > 1)
        {
            _context.Report(EmulatorViolationRule.DuplicateFunctionCallOutput, $"The call {callId} already has an output: the model reads both.", Create, eventId);
            return;
        }
        if (_conversation.Items.LastOrDefault(item => item.Type == "function_call" && item.CallId == callId) is not { IsGenerated: true } call)
            return;
        _couldRequestResponse = !_responses.IsActive && !_input.HasOpenTurn;
        _answered.Add(call);
    }

    private void OnTurn(string type, string? eventId) => ReportUnused("The user's next turn began without a request for a response", type, eventId);

    /// <summary>
    /// Reports outputs that no response has used although the client could have requested one: all calls were answered, no response was active, and
    /// the user did not speak.
    /// </summary>
    private void ReportUnused(string problem, string type, string? eventId)
    {
        var used = _answered.Find(call => call.ResponseStatus == "completed");
        if (used is null || !_couldRequestResponse || FindUnanswered().Count > 0)
            return;
        _context.Report(EmulatorViolationRule.NoResponseAfterFunctionCallOutput, $"{problem} after the output of {Name(used)} was sent.", type, eventId);
        _answered.Clear();
    }

    /// <summary>Returns the function calls without an output.</summary>
    private List<SimulatedItem> FindUnanswered()
    {
        var answered = _conversation.Items.Where(item => item.Type == "function_call_output").Select(item => item.CallId).ToHashSet();
        return [.. _conversation.Items.Where(item => item.Type == "function_call" && item.Json.Text("status") == "completed" && !answered.Contains(item.CallId))];
    }

    private static string Name(SimulatedItem call) => $"{call.Json.Text("name")} ({call.CallId})";
}
