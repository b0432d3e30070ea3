namespace Realtime.Sdk.Internal;

/// <content>Functions that run in the background: their calls are answered at once, and their outputs follow when both sides are silent.</content>
internal sealed partial class ConversationEngine
{
    public const string RunningText = "The function is running in the background. Its output will follow as another call with the same arguments. Continue the conversation meanwhile.";

    private const string DuplicateText = "The function is already running with these arguments. Its output will follow.";

    /// <summary>The ended calls whose outputs the model has not got. Calls are limited together with them.</summary>
    private readonly List<(CallState Call, string Output)> _results = [];

    /// <summary>Whether a background call has ended and the model does not know it yet.</summary>
    private bool HasResults => _results.Count > 0;

    public IReadOnlyList<FunctionCall> OpenCalls
    {
        get
        {
            lock (_lock)
                return [.. _calls.OpenCalls.Select(call => call.ToSnapshot())];
        }
    }

    /// <summary>Cancels a call that the conversation runs; returns false if there is none.</summary>
    public bool CancelCall(string callId)
    {
        var isCanceled = false;
        Change(() =>
        {
            if (_end is not null || _calls.Find(callId) is not { IsDecided: false, IsBeingCompleted: false, ServerLabel: null } call || IsRunByOtherClient(call))
                return;
            isCanceled = true;
            FailCall(call, FunctionError.Canceled());
        });
        return isCanceled;
    }

    /// <summary>Whether the same call is already in progress.</summary>
    private bool FindDuplicate(CallState call)
    {
        foreach (var other in _calls.OpenCalls)
        {
            if (other != call && !other.IsDecided && other.Function is not null && other.Name == call.Name && other.Arguments == call.Arguments)
                return true;
        }
        return false;
    }

    /// <summary>Answers a call that is about to run in the background.</summary>
    private void AnswerInAdvance(CallState call)
    {
        (call.IsInBackground, call.IsAnswered) = (true, true);
        call.ChangeStatus(FunctionCallStatus.Queued, GetTimeout(call));
        _outbox.Add(new ConversationItemCreateEvent { EventId = _outbox.NewEventId(), Item = new FunctionCallOutputItem { CallId = call.CallId, Output = RunningText } });
        Continue(call.Group);
    }

    private void AddResult(CallState call, string? output)
    {
        if (output is not null && _end is null)
            _results.Add((call, output));
    }

    /// <summary>Adds the outputs of background calls to the conversation, and requests one reply about all of them. Called after each change.</summary>
    private void DeliverResults()
    {
        if (!HasResults || !IsSilent || _requestedEnd is not null || _replies.IsEnding)
            return;
        var needsReply = false;
        foreach (var (call, output) in _results)
        {
            // A pair, because the call was answered already, and its output is not the word of the user or of the app.
            var callId = NewCallId();
            _calls.TryAddId(callId);
            _outbox.Add(new ConversationItemCreateEvent { EventId = _outbox.NewEventId(), Item = new FunctionCallItem { CallId = callId, Name = call.Name, Arguments = call.Arguments } });
            _outbox.Add(new ConversationItemCreateEvent { EventId = _outbox.NewEventId(), Item = new FunctionCallOutputItem { CallId = callId, Output = output } });
            needsReply |= call.IsAnswered;
        }
        _results.Clear();
        if (needsReply)
            _replies.Accept(new ReplyRequest(new(), this), static () => { });
    }

    /// <summary>Drops the outputs that a session has not got, because they must not reach the next one.</summary>
    private void DropResults(SessionGap gap)
    {
        foreach (var (call, _) in _results)
            gap.AddLoss(RenewalLossKind.FunctionCall, $"The output of the background function {PeerText.Sanitize(call.Name)} had not been delivered.", call.CallId);
        _results.Clear();
    }

    /// <summary>Whether neither side is speaking, or is about to: no reply was requested or is expected, and no audio waits or is played.</summary>
    private bool IsSilent => _end is null && !_isRenewing && !_replies.HasReplies && !_replies.IsUserSpeaking && _playing is null && !IsContinuing && _responses.All.All(response => response.IsDone && response.HasFinishedPlayback);

    /// <summary>Creates the ID of a call. The service refuses IDs of more than 32 characters.</summary>
    private static string NewCallId() => $"call_{Guid.NewGuid():N}"[..29];
}
