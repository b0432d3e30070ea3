namespace Realtime.Sdk.Testing.Internal;

/// <summary>The responses of a session: one at a time in the conversation, any number beside it.</summary>
internal sealed class Responses(SimulationContext context, ConversationState conversation, ResponsePlanner planner)
{
    private readonly Dictionary<string, ResponseRun> _running = [];
    private readonly TokenMemory _memory = new();
    private readonly RateLimits _limits = new(context);
    private readonly Queue<ToolCall?> _waiting = [];
    private ResponseRun? _active;

    /// <summary>Called when a response in the conversation has ended, with the length of its audio.</summary>
    public Action<TimeSpan>? Ended { get; set; }

    public bool IsActive => _active is not null;

    /// <summary>Answers <c>response.create</c>.</summary>
    public void Create(JsonObject message)
    {
        if (context.IsTranscription)
            throw EmulatorHttpException.InvalidValue("type", "a transcription session makes no responses");
        var settings = new ResponseSettings(message.Object("response"), context);
        if (!settings.IsOutOfBand && _active is { } active)
        {
            throw new EmulatorHttpException(
                400,
                $"Conversation already has an active response in progress: {active.Id}. Wait until the response is finished before creating a new one.",
                "conversation_already_has_active_response");
        }
        Start(settings);
    }

    /// <summary>Answers a turn of the user, or makes a call that was approved; when there is a response already, after that.</summary>
    public void CreateForTurn(ToolCall? approved = null)
    {
        if (!IsActive)
            Start(new(asked: null, context), approved);
        else if (approved is not null || !_waiting.Contains(null))
            _waiting.Enqueue(approved);
    }

    /// <summary>Answers <c>response.cancel</c>.</summary>
    public void Cancel(JsonObject message)
    {
        var id = message.Text("response_id");
        var run = id is null ? _active : _running.GetValueOrDefault(id);
        End(run ?? throw new EmulatorHttpException(400, "Cancellation failed: no active response found", "response_cancel_not_active"), "client_cancelled");
    }

    /// <summary>The user speaks, so the model falls silent.</summary>
    public void Interrupt()
    {
        _waiting.Clear();
        if (_active is { } active)
            End(active, "turn_detected");
    }

    /// <summary>Answers <c>output_audio_buffer.clear</c>.</summary>
    public void ClearOutput()
    {
        if (!context.HasMedia)
            throw EmulatorHttpException.InvalidValue("type", "output_audio_buffer.clear is for calls; over WebSocket the client plays the audio itself");
        if (_active is { } active)
            context.Events.Send("output_audio_buffer.cleared", ("response_id", active.Id));
    }

    private void Start(ResponseSettings settings, ToolCall? approved = null)
    {
        var prompt = PromptContext.Of(settings, conversation, context);
        var scope = new ResponseScope(context, conversation, settings);
        var run = new ResponseRun(scope, prompt, planner.Plan(scope, prompt, approved), _memory);
        _running[run.Id] = run;
        if (!run.IsOutOfBand)
            _active = run;
        Continue(run);
    }

    private void Continue(ResponseRun run)
    {
        if (run.Step() is { } wait)
            context.Scheduler.After(wait, () => Continue(run));
        else if (_running.ContainsKey(run.Id))
            Finish(run, "output_audio_buffer.stopped");
    }

    private void End(ResponseRun run, string reason)
    {
        run.End("cancelled", reason);
        Finish(run, "output_audio_buffer.cleared");
    }

    private void Finish(ResponseRun run, string played)
    {
        _running.Remove(run.Id);
        if (context.HasMedia && run.Spoken > TimeSpan.Zero)
            context.Events.Send(played, ("response_id", run.Id));
        _limits.Count(run.TotalTokens);
        if (run != _active)
            return;
        _active = null;
        Ended?.Invoke(run.Spoken);
        if (_waiting.TryDequeue(out var next))
            CreateForTurn(next);
    }
}
