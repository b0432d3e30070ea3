namespace Realtime.Sdk.Internal;

/// <summary>
/// Decides when replies are requested: one response at a time in the conversation, and none while a response is active or expected or, by default, while the
/// user is speaking. Responses of the server and of other clients have priority. Used under the conversation's lock.
/// </summary>
internal sealed partial class ReplyCoordinator
{
    private const int MaxAttempts = 5;

    /// <summary>
    /// The maximum time that replies wait for the service to make an approved call. If the service makes the call without a further request, it does so immediately.
    /// </summary>
    private static readonly TimeSpan MaxApprovedCallDelay = TimeSpan.FromSeconds(2);

    /// <summary>The maximum time that replies wait for the end of speech, in case the server never reports it.</summary>
    private static readonly TimeSpan MaxSpeechDuration = TimeSpan.FromMinutes(2);

    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ConversationLimits _limits;
    private readonly List<ReplyRequest> _queue = [];
    private readonly ResponseTracker _responses;
    private long _blockedSince;
    private long _expectedSince;
    private TimeSpan _expectedTimeout;
    private int _expectedApprovedCalls;
    private long _speakingSince;
    private bool _isBlocked;
    private bool _hasEnded;
    private Exception? _refusal;

    public ReplyCoordinator(ResponseTracker responses, Outbox outbox, TimeProvider time, ConversationLimits limits) =>
        (_responses, _outbox, _time, _limits) = (responses, outbox, time, limits);

    /// <summary>The instructions of the session, to which those of a reply are added.</summary>
    public required Func<string?> GetSessionInstructions { get; init; }

    /// <summary>Called with each reply immediately before it is requested.</summary>
    public Action<ReplyRequest>? OnRequesting { get; init; }

    /// <summary>Returns why a reply must not be requested now; null if it may be. Called immediately before each request.</summary>
    public Func<ReplyRequest, Exception?>? GetRefusal { get; init; }

    /// <summary>Whether responses are requested one after the other, including those out of band.</summary>
    public bool IsSerial { get; init; }

    /// <summary>Called when the server refused a request, or did not reply to it.</summary>
    public Action<Exception>? OnRequestFailed { get; init; }

    /// <summary>The timestamp until which queued replies wait for rate limits; null if they do not wait.</summary>
    public long? HeldUntil { get; set; }

    /// <summary>Whether a reply in the queue waits for rate limits.</summary>
    public bool IsHolding => _queue.Count > 0 && IsHeld;

    /// <summary>The time until queued replies no longer wait for rate limits; null if none waits.</summary>
    public TimeSpan? HoldTimeLeft => HeldUntil is { } until && _queue.Count > 0 ? _time.GetElapsedTime(_time.GetTimestamp(), until) : null;

    /// <summary>Whether the server is expected to answer a turn of the user.</summary>
    public bool IsAnswerExpected => IsResponseExpected && _expectedApprovedCalls == 0;

    /// <summary>Called with each reply that has to wait.</summary>
    public Action<ReplyRequest>? OnQueued { get; init; }

    /// <summary>Whether the user is speaking: from <c>speech_started</c> until the turn is committed.</summary>
    public bool IsUserSpeaking { get; private set; }

    /// <summary>Whether the server is about to begin a response by itself, usually to answer a turn of the user.</summary>
    public bool IsResponseExpected { get; private set; }

    /// <summary>Whether the expected response was interrupted before it began.</summary>
    public bool IsExpectedInterrupted { get; private set; }

    /// <summary>Whether the last reply was requested, so that no more replies are accepted.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Whether replies wait, or a response was requested, is active or is expected.</summary>
    public bool HasReplies => _queue.Count > 0 || _responses.OutOfBand.Count > 0 || IsBusy;

    /// <summary>The time since the user began to speak; zero if the user is not speaking.</summary>
    public TimeSpan SpeechDuration => IsUserSpeaking ? _time.GetElapsedTime(_speakingSince) : TimeSpan.Zero;

    /// <summary>Whether there is no session, so that all replies wait.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>Whether a response was requested, is active or is expected.</summary>
    public bool IsBusy => _responses.Requested is not null || IsResponseExpected || _responses.Active is not null;

    /// <summary>Whether a wait for the server or the user can time out, so that <see cref="Expire"/> must be called regularly.</summary>
    public bool NeedsTimer => _responses.Requested is not null || _responses.OutOfBand.Count > 0 || _isBlocked || IsResponseExpected
        || (_queue.Count > 0 && (IsUserSpeaking || _responses.IsFillerInProgress(_limits.ReplyTimeout)));

    /// <summary>Whether no reply is queued or was requested.</summary>
    public bool IsIdle => _queue.Count == 0 && _responses.Requested is null && _responses.OutOfBand.Count == 0;

    /// <summary>Accepts a reply. Returns it, or the queued reply with which it was combined.</summary>
    public ReplyRequest Accept(ReplyRequest request, Action interruptActive)
    {
        if (_hasEnded || _refusal is not null || (IsEnding && !request.IsLast))
        {
            request.Complete(CreateRejectedResult());
            return request;
        }
        if (request.IsOutOfBand)
        {
            AcceptOutOfBand(request);
            return request;
        }
        if (request.IsLast)
        {
            IsEnding = true;

            // Nothing is requested after the last reply.
            CancelQueued();
        }

        // Replies are requested in order, so a reply is queued behind others even if it could be sent.
        if (_queue.Count > 0 || !CanSend(request))
        {
            switch (request.IsOutOfBand ? WhenBusy.Queue : request.Options.OnBusy)
            {
                case WhenBusy.Refuse:
                    request.Complete(new() { Status = ReplyStatus.Refused });
                    return request;

                // Replies with an item, and those with a special purpose, are not combined.
                case WhenBusy.Coalesce when _queue.LastOrDefault() is { Item: null, IsLast: false, IsFollowUp: false, IsOutOfBand: false } last:
                    last.Instructions = Join(last.Instructions, request.Instructions);
                    return last;
                case WhenBusy.Replace:
                    CancelQueued();
                    interruptActive();
                    break;
                default:
                    break;
            }
            if (_queue.Count >= _limits.MaxQueuedReplies)
            {
                request.Complete(new() { Status = ReplyStatus.Refused });
                return request;
            }
        }
        _queue.Add(request);
        SendNext();
        NotifyIfQueued(request);
        return request;
    }

    /// <summary>The first reply in the queue that follows function calls; null if there is none.</summary>
    public ReplyRequest? NextFollowUp => _queue.Find(request => request.IsFollowUp);

    /// <summary>Accepts a reply that follows function calls. It is queued before other replies, because its turn has begun before them.</summary>
    public void AcceptFollowUp(ReplyRequest request)
    {
        if (_hasEnded || _refusal is not null || (IsEnding && !request.Root.IsLast))
        {
            request.Complete(CreateRejectedResult());
            return;
        }
        var first = _queue.FindIndex(waiting => !waiting.IsFollowUp);
        var index = first < 0 ? _queue.Count : first;
        if (index >= _limits.MaxQueuedReplies)
        {
            request.Complete(new() { Status = ReplyStatus.Refused });
            return;
        }
        _queue.Insert(index, request);
        SendNext();
        NotifyIfQueued(request);
    }

    /// <summary>Accepts no more replies, and refuses those that are queued, except a last one.</summary>
    /// <param name="refusal">The reason.</param>
    /// <param name="last">The last reply; null if there is none, or the app has requested one.</param>
    public void Close(Exception refusal, ReplyRequest? last)
    {
        _refusal = refusal;
        foreach (var request in _queue.Where(request => !request.IsLast).ToList())
        {
            _queue.Remove(request);
            request.Complete(CreateRefused(refusal));
        }
        if (last is null)
            return;
        IsEnding = true;
        _queue.Add(last);
        SendNext();
    }

    /// <summary>Expects the separate response in which the service makes an approved call of an MCP tool.</summary>
    public void ExpectApprovedCall() => ExpectApprovedCalls(_expectedApprovedCalls + 1);

    /// <summary>Interrupts the expected response, if there is one: it is canceled when it begins.</summary>
    public void InterruptExpected() => IsExpectedInterrupted = IsResponseExpected;

    /// <summary>Removes a reply from the queue; returns false if it was already requested.</summary>
    public bool TryWithdraw(ReplyRequest request)
    {
        if (!_queue.Remove(request))
            return false;
        request.Complete(new() { Status = ReplyStatus.Canceled });
        return true;
    }

    public void BeginUserTurn()
    {
        // The server drops its answer when the user continues. Approved calls are expected again at the end of the speech.
        (IsResponseExpected, IsExpectedInterrupted) = (false, false);
        (IsUserSpeaking, _speakingSince) = (true, _time.GetTimestamp());
    }

    /// <summary>Records that the user has finished a turn, or that speech was dropped.</summary>
    /// <param name="isAnswered">Whether the server answers the turn by itself.</param>
    public void EndUserTurn(bool isAnswered)
    {
        IsUserSpeaking = false;

        // The service makes approved calls regardless of speech, and a reply that was requested between two of them would be refused.
        if (!isAnswered && _expectedApprovedCalls > 0)
        {
            ExpectApprovedCalls(_expectedApprovedCalls);
        }
        else
        {
            ClearExpected();
            (IsResponseExpected, _expectedSince, _expectedTimeout) = (isAnswered, _time.GetTimestamp(), _limits.ReplyTimeout);
        }
        SendNext();
    }

    /// <summary>Assigns a response that has begun to its reply.</summary>
    /// <returns>Its state; null if it is already settled.</returns>
    public ResponseState? HandleCreated(RealtimeResponse response)
    {
        // A reply that was requested before a call was approved comes before that call.
        var isExpected = IsResponseExpected || IsUserSpeaking;
        var state = _responses.HandleCreated(response, IsResponseExpected && _expectedApprovedCalls == 0, out var isNew);

        // The server answers the user only in the conversation.
        if (isNew && state is { Request: null } && (!isExpected || state.IsOutOfBand))
            state.IsForeign = true;
        if (isNew && state is { IsOutOfBand: false, Request: null })
        {
            var approved = _expectedApprovedCalls;
            (state.IsCancelPending, state.IsForApprovedCall) = (IsExpectedInterrupted, approved > 0);
            ClearExpected();
            if (approved > 1)
                ExpectApprovedCalls(approved - 1);
        }
        return state;
    }

    /// <summary>Records that a response was generated, and requests its reply again if the response belongs to another client.</summary>
    /// <returns>Its state; null if it is already settled.</returns>
    public ResponseState? HandleDone(RealtimeResponse response)
    {
        if (HandleCreated(response) is not { } state)
            return null;
        var wasReply = state.Request is not null;
        var released = _responses.HandleDone(response, state);
        state.IsForeign |= wasReply && state.Request is null;
        if (released is not null)
        {
            // Another request was sent meanwhile, so this one cannot wait for its own response any longer.
            if (released.Attempts < MaxAttempts)
                Retry(released);
            else
                Fail(released, CreateTimeout());
        }
        if (!state.IsOutOfBand)
            (_isBlocked, _expectedSince) = (false, _time.GetTimestamp());
        return state;
    }

    /// <summary>Requests the replies that can be requested now.</summary>
    public void SendNext()
    {
        if (_hasEnded)
            return;

        // Each request changes which replies can be sent, so the search starts again.
        while (_queue.Find(CanSend) is { } request)
        {
            _queue.Remove(request);
            SendOrRefuse(request);
        }
    }

    /// <summary>
    /// Ends the replies of a lost session. Replies whose request was not sent are requested in the next session; the others may have been generated, and fail.
    /// </summary>
    /// <returns>The replies that have failed.</returns>
    public IReadOnlyList<ReplyRequest> EndSession(Exception? exception)
    {
        (IsUserSpeaking, _isBlocked) = (false, false);
        ClearExpected();
        var lost = new List<ReplyRequest>();
        foreach (var request in GetRequested())
        {
            _responses.Remove(request);

            // Only a request that is still in the outbox is certain not to have reached the server.
            if (!request.IsCancelRequested && _outbox.TryRemove(request.EventId) && (request.Item is null || _outbox.TryRemove(request.ItemEventId)))
            {
                // As if it had not been requested.
                request.Attempts--;
                _queue.Insert(0, request);
                continue;
            }
            lost.Add(request);
            request.Complete(new() { Status = exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, Exception = exception });
        }
        return lost;
    }

    /// <summary>Handles an error of the server; returns true if it refuses the request of a reply.</summary>
    public bool HandleRefusal(RealtimeError error)
    {
        // The server cannot refuse a reply that it has already generated.
        if (error.EventId is not { Length: > 0 } eventId || _responses.FindByEvent(eventId) is not { IsOver: false } request)
            return false;

        // A response that the server or another client requested may have been assigned to this request by order.
        if (request.Response is { } mistaken)
            (mistaken.Request, request.Response) = (null, null);

        // The server began a response at the same time. The request is repeated after that response.
        if (error.Code == "conversation_already_has_active_response" && request.Attempts < MaxAttempts)
            Retry(request);
        else
            Fail(request, ServerErrors.ToException(error, "response.create", secret: null));
        return true;
    }

    /// <summary>Fails the reply whose request could not be sent.</summary>
    public void HandleSendFailure(string? eventId, Exception exception)
    {
        if (eventId is not null && _responses.FindByEvent(eventId) is { } request)
            Fail(request, exception);
    }

    /// <summary>Ends waits that have exceeded their timeout.</summary>
    public void Expire()
    {
        if (IsUserSpeaking && HasElapsed(_speakingSince, MaxSpeechDuration))
            IsUserSpeaking = false;
        if (IsResponseExpected && _responses.Active is null && HasElapsed(_expectedSince, _expectedTimeout))
            ClearExpected();
        if (_isBlocked && HasElapsed(_blockedSince, _limits.ReplyTimeout))
            _isBlocked = false;
        if (_responses.Requested is { } requested && HasElapsed(requested.SentAt, _limits.ReplyTimeout))
            Fail(requested, CreateTimeout());
        foreach (var request in _responses.OutOfBand.Where(request => HasElapsed(request.SentAt, _limits.ReplyTimeout)).ToList())
            Fail(request, CreateTimeout());
        SendNext();
    }

    /// <summary>Ends all replies, because the conversation has ended. No more replies are requested.</summary>
    public void End(Exception? exception)
    {
        _hasEnded = true;
        CancelQueued();
        ClearExpected();
        IsUserSpeaking = false;
        foreach (var request in GetRequested())
        {
            _responses.Remove(request);
            request.Complete(new() { Status = exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, Exception = exception });
        }
    }

    private ReplyRequest[] GetRequested() => _responses.Requested is { } inConversation ? [inConversation, .. _responses.OutOfBand] : [.. _responses.OutOfBand];

    private void ExpectApprovedCalls(int count) =>
        (IsResponseExpected, IsExpectedInterrupted, _expectedApprovedCalls, _expectedSince, _expectedTimeout) = (true, false, count, _time.GetTimestamp(), MaxApprovedCallDelay);

    private void ClearExpected() => (IsResponseExpected, IsExpectedInterrupted, _expectedApprovedCalls) = (false, false, 0);
}
