namespace Realtime.Sdk.Internal;

/// <summary>A call of the model until it has ended. Used under the conversation's lock.</summary>
internal sealed class CallState(string callId, string name, string arguments, CallGroup group, TimeProvider time)
{
    private long? _startedAt;
    private long _statusSince;
    private TimeSpan _timeout;
    private int _suspensions;
    private FunctionCall? _finalSnapshot;
    private string _arguments = arguments;

    public string CallId => callId;

    public string Name => name;

    /// <summary>The arguments for the handler. If they exceed the maximum length of the turn, snapshots omit them, and they are dropped when the call has ended.</summary>
    public string Arguments => _arguments;

    /// <summary>The calls of the same response.</summary>
    public CallGroup Group => group;

    /// <summary>The function; null if the agent has none of that name, or for a tool of an MCP server.</summary>
    public AgentFunction? Function { get; init; }

    /// <summary>The label of the MCP server; null for a function.</summary>
    public string? ServerLabel { get; init; }

    /// <summary>The item of the call.</summary>
    public string? ItemId { get; init; }

    public FunctionCallStatus Status { get; private set; }

    /// <summary>The status with which it ends; null until that is decided. If the app provides the error text, the end is reported after that.</summary>
    public FunctionCallStatus? Outcome { get; private set; }

    public bool IsDecided => Outcome is not null;

    /// <summary>Whether its end was reported.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the service runs the call, which is of an MCP tool. The reply that follows does not wait for its end.</summary>
    public bool IsRunByService => ServerLabel is not null && Status == FunctionCallStatus.Running && !IsDecided;

    /// <summary>Whether the conversation has answered it, so that a reply must follow.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Whether no reply must follow because of it.</summary>
    public bool IsReplySuppressed { get; set; }

    /// <summary>Whether it runs in the background: the model got an answer, and gets the output later.</summary>
    public bool IsInBackground { get; set; }

    /// <summary>Whether its function waits for a task of another agent, which talks with the user.</summary>
    public bool IsSuspended => _suspensions > 0;

    /// <summary>Whether the user waits for it.</summary>
    public bool IsInForeground => !IsInBackground && !IsSuspended;

    /// <summary>Whether guardrails check it, so that it must not run yet.</summary>
    public bool IsBeingChecked { get; set; }

    /// <summary>Whether the reply that follows its response waits for it.</summary>
    public bool IsAwaited => !IsOver && !IsRunByService && !IsInBackground;

    /// <summary>Whether the app's handler was called. An error before that is about the arguments, which the model can correct.</summary>
    public bool IsHandlerCalled { get; set; }

    /// <summary>Whether <see cref="RealtimeConversation.CompleteCallAsync"/> is sending its output.</summary>
    public bool IsBeingCompleted { get; set; }

    /// <summary>Whether snapshots omit its arguments, because they are too long.</summary>
    public bool OmitsArguments { get; set; }

    /// <summary>The output for snapshots.</summary>
    public string? Output { get; private set; }

    /// <summary>The request for its approval; null if it needs none.</summary>
    public ApprovalUpdate? Approval { get; set; }

    /// <summary>Cancels the code of the app that runs for it: the handler or the approval callback. Null if none runs.</summary>
    public CancellationTokenSource? Cancellation { get; set; }

    /// <summary>The telemetry of the run; null without a listener.</summary>
    public CallTrace? Trace { get; set; }

    /// <summary>The time that it ran until its outcome was decided. Zero until then, and if it did not run.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>The time until its current status times out; null if it does not.</summary>
    public TimeSpan? TimeLeft => IsOver || (IsDecided ? ErrorText is null : IsBeingCompleted || IsSuspended) ? null : _timeout - time.GetElapsedTime(_statusSince);

    /// <summary>The text that the model gets if the app's callback for the error text does not return in time; null if the callback was not called.</summary>
    public string? ErrorText { get; private set; }

    /// <summary>Changes the status and starts its timeout.</summary>
    public void ChangeStatus(FunctionCallStatus status, TimeSpan timeout)
    {
        (Status, _timeout, _statusSince) = (status, timeout, time.GetTimestamp());
        if (status == FunctionCallStatus.Running)
            _startedAt ??= _statusSince;
    }

    /// <summary>The time that it has been running; null if it is not running.</summary>
    public TimeSpan? RunningTime => Status == FunctionCallStatus.Running && !IsDecided && _startedAt is { } startedAt ? time.GetElapsedTime(startedAt) : null;

    /// <summary>Suspends the timeout while the function waits for a task of another agent.</summary>
    public void SuspendTimeout() => _suspensions++;

    /// <summary>Starts the timeout again.</summary>
    public void ResumeTimeout()
    {
        _suspensions--;
        _statusSince = time.GetTimestamp();
    }

    /// <summary>Waits a limited time for the app's error text.</summary>
    public void AwaitErrorText(string errorText, TimeSpan timeout) => (ErrorText, _timeout, _statusSince) = (errorText, timeout, time.GetTimestamp());

    /// <summary>Decides the outcome. Callers ignore all later outcomes.</summary>
    public void Decide(FunctionCallStatus outcome)
    {
        Outcome = outcome;
        if (_startedAt is { } startedAt)
            Duration = time.GetElapsedTime(startedAt);
    }

    /// <summary>Ends the call, and releases what is no longer needed, because the turn keeps the call.</summary>
    /// <param name="output">The output for snapshots; null for none.</param>
    public void End(string? output)
    {
        (Status, Output, IsOver) = (Outcome!.Value, output, true);
        (Approval, Cancellation) = (null, null);
        if (OmitsArguments)
            _arguments = "";
    }

    // Cached after the end, because readers and turns read the snapshot again and again.
    public FunctionCall ToSnapshot() => IsOver ? _finalSnapshot ??= CreateSnapshot(Duration)
        : CreateSnapshot(IsDecided ? Duration : _startedAt is { } startedAt ? time.GetElapsedTime(startedAt) : TimeSpan.Zero);

    private FunctionCall CreateSnapshot(TimeSpan duration) => new()
    {
        CallId = callId,
        Name = name,
        Arguments = OmitsArguments ? "" : _arguments,
        Status = Status,
        Output = Output,
        Agent = group.Agent.Name,
        ServerLabel = ServerLabel,
        Duration = duration,
    };
}
