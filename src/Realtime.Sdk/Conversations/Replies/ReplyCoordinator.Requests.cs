namespace Realtime.Sdk.Internal;

/// <content>The request of one reply: when it can be sent, the event, and how it ends.</content>
internal sealed partial class ReplyCoordinator
{
    private bool IsHeld => HeldUntil is { } until && _time.GetTimestamp() < until;

    // With a budget, only one response is in progress at a time: its size is known only at its end, so two at once could both exceed the budget.
    private bool CanSend(ReplyRequest request) => !IsSuspended && (!IsSerial || !IsAnyInProgress) && (request.IsOutOfBand
        || (!IsHeld && _responses.Requested is null && !_isBlocked && !IsResponseExpected && _responses.Active is null && !_responses.IsFillerInProgress(_limits.ReplyTimeout) && !(IsUserSpeaking && request.Options.WaitForUser)));

    /// <summary>Whether a response was requested, is expected or is being generated, in the conversation or out of band.</summary>
    private bool IsAnyInProgress => _responses.Requested is not null || _responses.OutOfBand.Count > 0 || IsResponseExpected || _responses.All.Any(response => !response.IsDone);

    private void AcceptOutOfBand(ReplyRequest request)
    {
        if (CanSend(request))
        {
            SendOrRefuse(request);
        }
        else if (request.Options.OnBusy == WhenBusy.Refuse || _queue.Count >= _limits.MaxQueuedReplies)
        {
            request.Complete(new() { Status = ReplyStatus.Refused });
        }
        else
        {
            _queue.Add(request);
            NotifyIfQueued(request);
        }
    }

    private void SendOrRefuse(ReplyRequest request)
    {
        if (GetRefusal?.Invoke(request) is { } refusal)
            request.Complete(CreateRefused(refusal));
        else
            Send(request);
    }

    private static ReplyResult CreateRefused(Exception refusal) => new() { Status = ReplyStatus.Refused, Exception = refusal };

    private ReplyResult CreateRejectedResult() => _refusal is null ? new() { Status = ReplyStatus.Canceled } : CreateRefused(_refusal);

    private void Send(ReplyRequest request)
    {
        request.Attempts++;
        request.SentAt = _time.GetTimestamp();
        request.EventId = _outbox.NewEventId();
        _responses.Add(request);
        OnRequesting?.Invoke(request);
        if (request is { Item: { } item, Attempts: 1 })
        {
            request.ItemEventId = _outbox.NewEventId();
            _outbox.Add(new ConversationItemCreateEvent { EventId = request.ItemEventId, Item = item });
        }
        _outbox.Add(new ResponseCreateEvent { EventId = request.EventId, Response = BuildResponse(request) });
    }

    private ResponseConfiguration BuildResponse(ReplyRequest request)
    {
        var response = request.Options.Response ?? new();
        var instructions = request.Instructions is null ? response.Instructions : Join(response.Instructions ?? GetSessionInstructions(), request.Instructions);
        return response with { Metadata = ReplyTag.Add(response.Metadata, request.Tag), Instructions = instructions };
    }

    private void NotifyIfQueued(ReplyRequest request)
    {
        if (request is { Attempts: 0, IsOver: false })
            OnQueued?.Invoke(request);
    }

    private void Retry(ReplyRequest request)
    {
        _responses.Remove(request);
        if (request.IsCancelRequested)
        {
            request.Complete(new() { Status = request.IsInterrupted ? ReplyStatus.Interrupted : ReplyStatus.Canceled });
            SendNext();
            return;
        }
        _queue.Insert(0, request);
        OnQueued?.Invoke(request);

        // The server refused the request because of an active response that it has not reported. The end of that response, or a timeout, unblocks the queue.
        if (_responses.Active is null)
            (_isBlocked, _blockedSince) = (true, _time.GetTimestamp());
    }

    private void Fail(ReplyRequest request, Exception exception)
    {
        _responses.Remove(request);
        request.Complete(new() { Status = ReplyStatus.Failed, Exception = exception });
        OnRequestFailed?.Invoke(exception);
        SendNext();
    }

    private void CancelQueued()
    {
        foreach (var request in _queue)
            request.Complete(new() { Status = ReplyStatus.Canceled });
        _queue.Clear();
    }

    private bool HasElapsed(long since, TimeSpan timeout) => _time.GetElapsedTime(since) >= timeout;

    private RealtimeTimeoutException CreateTimeout() => new(
        RealtimeDeadline.Reply, _limits.ReplyTimeout, $"The server did not reply to response.create within {_limits.ReplyTimeout.TotalSeconds:0.###} seconds.")
    {
        IsDeliveryUncertain = true,
    };

    private static string? Join(string? first, string? second) => first is null ? second : second is null ? first : $"{first}\n\n{second}";
}
