namespace Realtime.Sdk.Testing.Internal;

/// <summary>The responses of a session: one at a time in the conversation, and any number out of band.</summary>
internal sealed class Responses(SimulationContext context, ConversationState conversation, ResponsePlanner planner)
{
    private readonly Dictionary<string, ResponseRun> _running = [];
    private readonly TokenCache _cache = new();
    private readonly RateLimits _limits = new(context);
    private readonly Queue<ToolCall?> _waiting = [];
    private ResponseRun? _active;

    /// <summary>Called when a response in the conversation begins.</summary>
    public Action? Started { get; set; }

    /// <summary>Called when a response in the conversation has ended.</summary>
    public Action? Ended { get; set; }

    public bool IsActive => _active is not null;

    /// <summary>Whether the active response was not requested by a client, such as the answer to a turn of the user.</summary>
    public bool IsAutomatic { get; private set; }

    /// <summary>Answers <c>response.create</c>.</summary>
    public void Create(JsonObject message)
    {
        if (context.IsTranscription)
            throw EmulatorHttpException.InvalidValue("type", "a transcription session cannot create responses");
        var requested = message.Object("response");
        ToolShapes.CheckChoice(requested?["tool_choice"], requested?["tools"] ?? context.Session["tools"], "response.tool_choice", context.Policy);
        UpdateRules.CheckVoice(requested, conversation.HeardVoice);
        var settings = new ResponseSettings(requested, context);
        if (!settings.IsOutOfBand && _active is { } active)
        {
            throw new EmulatorHttpException(
                400,
                $"Conversation already has an active response in progress: {active.Id}. Wait until the response is finished before creating a new one.",
                "conversation_already_has_active_response");
        }
        Start(settings, isAutomatic: false);
    }

    /// <summary>Creates a response that answers a turn of the user or makes an approved call, after the active response if there is one.</summary>
    public void CreateForTurn(ToolCall? approved = null)
    {
        if (!IsActive)
            Start(new(requested: null, context), isAutomatic: true, approved);
        else if (approved is not null || !_waiting.Contains(null))
            _waiting.Enqueue(approved);
    }

    /// <summary>Answers <c>response.cancel</c>.</summary>
    public void Cancel(JsonObject message)
    {
        var id = message.Text("response_id");
        var run = id is null ? _active : _running.GetValueOrDefault(id);
        if (run is null)
            throw new EmulatorHttpException(400, "Cancellation failed: no active response found", "response_cancel_not_active");

        // In a call, the generated audio continues to play until the client clears the output audio buffer.
        run.End("cancelled", "client_cancelled");
        Finish(run);
    }

    /// <summary>
    /// Called when the user interrupts the model: cancels the active response and stops playback. In a call, truncates the items at the position that was
    /// played.
    /// </summary>
    public void Interrupt()
    {
        DropWaitingTurns();
        var active = _active;
        active?.End("cancelled", "turn_detected");
        foreach (var (item, played) in context.Playback.Clear())
        {
            if (conversation.Find(item.Id) == item && played < item.AudioLength)
                conversation.Truncate(item, contentIndex: 0, played);
        }
        if (active is not null)
            Finish(active);
    }

    /// <summary>Answers <c>output_audio_buffer.clear</c>.</summary>
    public void ClearOutput() => context.Playback.Clear();

    /// <summary>Drops turns that wait for an answer, but keeps approved calls.</summary>
    private void DropWaitingTurns()
    {
        for (var count = _waiting.Count; count > 0; count--)
        {
            if (_waiting.Dequeue() is { } approved)
                _waiting.Enqueue(approved);
        }
    }

    private void Start(ResponseSettings settings, bool isAutomatic, ToolCall? approved = null)
    {
        var prompt = PromptContext.Create(settings, conversation, context);
        var scope = new ResponseScope(context, conversation, settings);
        var run = new ResponseRun(scope, prompt, planner.Plan(scope, prompt, approved), _cache);
        _running[run.Id] = run;
        if (!run.IsOutOfBand)
        {
            (_active, IsAutomatic) = (run, isAutomatic);
            Started?.Invoke();
        }
        Continue(run);
    }

    private void Continue(ResponseRun run)
    {
        if (run.Step() is { } wait)
            context.Scheduler.Schedule(wait, () => Continue(run));
        else if (_running.ContainsKey(run.Id))
            Finish(run);
    }

    private void Finish(ResponseRun run)
    {
        _running.Remove(run.Id);
        context.Playback.Complete(run.Id);
        _limits.Count(run.TotalTokens);
        if (run != _active)
            return;
        _active = null;
        Ended?.Invoke();
        if (_waiting.TryDequeue(out var next))
            CreateForTurn(next);
    }
}
