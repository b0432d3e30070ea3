namespace Realtime.Sdk.Internal;

/// <summary>
/// Decides when replies are requested: one response at a time in the conversation, and none while a response is active or due or, by default, while the user
/// is speaking. Responses of the server and of other clients have priority. Used under the conversation's lock.
/// </summary>
internal sealed partial class ReplyCoordinator
{
    private const int MaxAttempts = 5;

    /// <summary>
    /// The maximum time that replies wait for the service to make an approved call. A service that makes it without a further request does so immediately.
    /// </summary>
    private static readonly TimeSpan MaxApprovedCallDelay = TimeSpan.FromSeconds(2);

    /// <summary>The maximum time that replies wait for the end of speech, in case the server never reports it.</summary>
    private static readonly TimeSpan MaxSpeech = TimeSpan.FromMinutes(2);

    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ConversationLimits _limits;
    private readonly List<ReplyRequest> _waiting = [];
    private readonly ResponseLedger _responses;
    private long _blockedSince;
    private long _dueSince;
    private TimeSpan _maxDue;
    private int _approvedCallsDue;
    private long _speakingSince;
    private bool _isBlocked;
    private bool _isOver;
    private Exception? _refusal;

    public ReplyCoordinator(ResponseLedger responses, Outbox outbox, TimeProvider time, ConversationLimits limits) =>
        (_responses, _outbox, _time, _limits) = (responses, outbox, time, limits);

    /// <summary>The instructions of the session, to which those of a reply are added.</summary>
    public required Func<string?> SessionInstructions { get; init; }

    /// <summary>Called with each reply immediately before it is requested.</summary>
    public Action<ReplyRequest>? Requesting { get; init; }

    /// <summary>Returns why a reply must not be requested now; null if it may be. Called immediately before each request.</summary>
    public Func<ReplyRequest, Exception?>? Refuses { get; init; }

    /// <summary>Whether responses are requested one after the other, including those out of band.</summary>
    public bool IsSerial { get; init; }

    /// <summary>Called when the server refused a request, or did not reply to it.</summary>
    public Action<Exception>? RequestFailed { get; init; }

    /// <summary>Until when queued replies wait for rate limits; null if they do not.</summary>
    public long? HeldUntil { get; set; }

    /// <summary>Whether a reply in the queue waits for rate limits.</summary>
    public bool IsHolding => _waiting.Count > 0 && IsHeld;

    /// <summary>How long until replies in the queue no longer wait for rate limits; null if none waits.</summary>
    public TimeSpan? HoldLeft => HeldUntil is { } until && _waiting.Count > 0 ? _time.GetElapsedTime(_time.GetTimestamp(), until) : null;

    /// <summary>Whether the server owes the answer to a turn of the user.</summary>
    public bool IsAnswerDue => IsTurnDue && _approvedCallsDue == 0;

    /// <summary>Called with each reply that has to wait.</summary>
    public Action<ReplyRequest>? Queued { get; init; }

    /// <summary>Whether the user speaks: from <c>speech_started</c> until the turn is committed.</summary>
    public bool IsUserSpeaking { get; private set; }

    /// <summary>Whether the server is about to begin a response by itself, usually to answer a turn of the user.</summary>
    public bool IsTurnDue { get; private set; }

    /// <summary>Whether the answer that is due was interrupted before it began.</summary>
    public bool IsDueInterrupted { get; private set; }

    /// <summary>Whether the last reply was requested, so that no more replies are accepted.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Whether replies wait, or a response was requested, is active or is due.</summary>
    public bool HasReplies => _waiting.Count > 0 || _responses.OutOfBand.Count > 0 || IsBusy;

    /// <summary>How long the user has been speaking.</summary>
    public TimeSpan SpeakingFor => IsUserSpeaking ? _time.GetElapsedTime(_speakingSince) : TimeSpan.Zero;

    /// <summary>Whether there is no session, so that all replies wait.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>Whether a response was requested, is active or is due.</summary>
    public bool IsBusy => _responses.Requested is not null || IsTurnDue || _responses.Active is not null;

    /// <summary>Whether something waits for the server or for the user, so that <see cref="Expire"/> must be called in time.</summary>
    public bool IsWaiting => _responses.Requested is not null || _responses.OutOfBand.Count > 0 || _isBlocked || IsTurnDue
        || (_waiting.Count > 0 && IsUserSpeaking);

    /// <summary>Whether no reply is queued or was requested.</summary>
    public bool IsIdle => _waiting.Count == 0 && _responses.Requested is null && _responses.OutOfBand.Count == 0;

    /// <summary>Accepts a reply. Returns it, or the queued reply with which it was combined.</summary>
    public ReplyRequest Take(ReplyRequest request, Action interruptActive)
    {
        if (_isOver || _refusal is not null || (IsEnding && !request.IsLast))
        {
            request.Complete(NotAccepted());
            return request;
        }
        if (request.IsOutOfBand)
        {
            TakeOutOfBand(request);
            return request;
        }
        if (request.IsLast)
        {
            IsEnding = true;
            CancelWaiting();
        }
        if (_waiting.Count > 0 || !CanSend(request))
        {
            switch (request.IsOutOfBand ? WhenBusy.Queue : request.Options.OnBusy)
            {
                case WhenBusy.Refuse:
                    request.Complete(new() { Status = ReplyStatus.Refused });
                    return request;
                case WhenBusy.Coalesce when _waiting.LastOrDefault() is { Item: null, IsLast: false, IsFollowUp: false, IsOutOfBand: false } last:
                    last.Instructions = Join(last.Instructions, request.Instructions);
                    return last;
                case WhenBusy.Replace:
                    CancelWaiting();
                    interruptActive();
                    break;
                default:
                    break;
            }
            if (_waiting.Count >= _limits.MaxQueuedReplies)
            {
                request.Complete(new() { Status = ReplyStatus.Refused });
                return request;
            }
        }
        _waiting.Add(request);
        SendNext();
        NotifyIfQueued(request);
        return request;
    }

    /// <summary>The first reply in the queue that follows function calls; null if there is none.</summary>
    public ReplyRequest? NextFollowUp => _waiting.Find(request => request.IsFollowUp);

    /// <summary>Accepts a reply that follows function calls. It is queued before other replies, because its turn has begun before them.</summary>
    public void TakeFollowUp(ReplyRequest request)
    {
        if (_isOver || _refusal is not null || (IsEnding && !request.Root.IsLast))
        {
            request.Complete(NotAccepted());
            return;
        }
        var first = _waiting.FindIndex(waiting => !waiting.IsFollowUp);
        var index = first < 0 ? _waiting.Count : first;
        if (index >= _limits.MaxQueuedReplies)
        {
            request.Complete(new() { Status = ReplyStatus.Refused });
            return;
        }
        _waiting.Insert(index, request);
        SendNext();
        NotifyIfQueued(request);
    }

    /// <summary>Accepts no more replies, and refuses those that are queued, except a last one.</summary>
    /// <param name="refusal">The reason.</param>
    /// <param name="last">The last reply; null if there is none, or the app has requested one.</param>
    public void Close(Exception refusal, ReplyRequest? last)
    {
        _refusal = refusal;
        foreach (var request in _waiting.Where(request => !request.IsLast).ToList())
        {
            _waiting.Remove(request);
            request.Complete(Refused(refusal));
        }
        if (last is null)
            return;
        IsEnding = true;
        _waiting.Add(last);
        SendNext();
    }

    /// <summary>Called when a call of an MCP tool was approved, which the service then makes in a separate response.</summary>
    public void ExpectApprovedCall() => ExpectApprovedCalls(_approvedCallsDue + 1);

    /// <summary>Interrupts the answer that is due, if there is one: it is canceled when it begins.</summary>
    public void InterruptDue() => IsDueInterrupted = IsTurnDue;

    /// <summary>Removes a reply from the queue; returns false if it was already requested.</summary>
    public bool Withdraw(ReplyRequest request)
    {
        if (!_waiting.Remove(request))
            return false;
        request.Complete(new() { Status = ReplyStatus.Canceled });
        return true;
    }

    public void UserStarted()
    {
        (IsTurnDue, IsDueInterrupted) = (false, false);
        (IsUserSpeaking, _speakingSince) = (true, _time.GetTimestamp());
    }

    /// <summary>Called when the user has finished a turn, or speech was dropped.</summary>
    /// <param name="isAnswered">Whether the server answers it by itself.</param>
    public void UserEnded(bool isAnswered)
    {
        IsUserSpeaking = false;
        if (!isAnswered && _approvedCallsDue > 0)
        {
            ExpectApprovedCalls(_approvedCallsDue);
        }
        else
        {
            EndDue();
            (IsTurnDue, _dueSince, _maxDue) = (isAnswered, _time.GetTimestamp(), _limits.ReplyTimeout);
        }
        SendNext();
    }

    /// <summary>Called when a response has begun.</summary>
    /// <returns>Its state; null if it is settled already.</returns>
    public ResponseState? Created(RealtimeResponse response)
    {
        // A reply that was requested before a call was approved comes before that call.
        var state = _responses.Created(response, IsTurnDue && _approvedCallsDue == 0, out var isNew);
        if (isNew && state is { IsOutOfBand: false, Request: null })
        {
            var approved = _approvedCallsDue;
            (state.IsUnwanted, state.IsForApprovedCall) = (IsDueInterrupted, approved > 0);
            EndDue();
            if (approved > 1)
                ExpectApprovedCalls(approved - 1);
        }
        return state;
    }

    /// <summary>Called when a response was generated.</summary>
    /// <returns>Its state; null if it is settled already.</returns>
    public ResponseState? Done(RealtimeResponse response)
    {
        if (Created(response) is not { } state)
            return null;
        if (_responses.Done(response, state) is { } released)
        {
            if (released.Attempts < MaxAttempts)
                Retry(released);
            else
                Fail(released, NoReply());
        }
        if (!state.IsOutOfBand)
            (_isBlocked, _dueSince) = (false, _time.GetTimestamp());
        return state;
    }

    /// <summary>Requests the replies that can be requested now.</summary>
    public void SendNext()
    {
        if (_isOver)
            return;
        while (_waiting.Find(CanSend) is { } request)
        {
            _waiting.Remove(request);
            SendOrRefuse(request);
        }
    }

    /// <summary>
    /// Called when the session was lost. Replies whose request was not sent will be requested in the next session; the others may have been generated, and fail.
    /// </summary>
    /// <returns>The replies that have failed.</returns>
    public IReadOnlyList<ReplyRequest> SessionLost(Exception? exception)
    {
        (IsUserSpeaking, _isBlocked) = (false, false);
        EndDue();
        var lost = new List<ReplyRequest>();
        foreach (var request in Requested())
        {
            _responses.Remove(request);
            if (!request.IsCancelWanted && _outbox.Withdraw(request.EventId) && (request.Item is null || _outbox.Withdraw(request.ItemEventId)))
            {
                request.Attempts--;
                _waiting.Insert(0, request);
                continue;
            }
            lost.Add(request);
            request.Complete(new() { Status = exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, Exception = exception });
        }
        return lost;
    }

    /// <summary>Called when the server refused an event; returns true if it was the request of a reply.</summary>
    public bool Refused(RealtimeError error)
    {
        // A reply that was generated cannot be refused anymore.
        if (error.EventId is not { Length: > 0 } eventId || _responses.FindByEvent(eventId) is not { IsOver: false } request)
            return false;

        // A response that the server or another client requested may have been assigned to this request by order.
        if (request.Response is { } mistaken)
            (mistaken.Request, request.Response) = (null, null);
        if (error.Code == "conversation_already_has_active_response" && request.Attempts < MaxAttempts)
            Retry(request);
        else
            Fail(request, ServerErrors.ToException(error, "response.create", secret: null));
        return true;
    }

    /// <summary>Called when an event could not be sent.</summary>
    public void Failed(string? eventId, Exception exception)
    {
        if (eventId is not null && _responses.FindByEvent(eventId) is { } request)
            Fail(request, exception);
    }

    /// <summary>Ends waits that have exceeded their timeout.</summary>
    public void Expire()
    {
        if (IsUserSpeaking && IsOver(_speakingSince, MaxSpeech))
            IsUserSpeaking = false;
        if (IsTurnDue && _responses.Active is null && IsOver(_dueSince, _maxDue))
            EndDue();
        if (_isBlocked && IsOver(_blockedSince, _limits.ReplyTimeout))
            _isBlocked = false;
        if (_responses.Requested is { } requested && IsOver(requested.SentAt, _limits.ReplyTimeout))
            Fail(requested, NoReply());
        foreach (var request in _responses.OutOfBand.Where(request => IsOver(request.SentAt, _limits.ReplyTimeout)).ToList())
            Fail(request, NoReply());
        SendNext();
    }

    /// <summary>Called when the conversation has ended: ends all replies, and requests no more.</summary>
    public void End(Exception? exception)
    {
        _isOver = true;
        CancelWaiting();
        EndDue();
        IsUserSpeaking = false;
        foreach (var request in Requested())
        {
            _responses.Remove(request);
            request.Complete(new() { Status = exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, Exception = exception });
        }
    }

    private ReplyRequest[] Requested() => _responses.Requested is { } inConversation ? [inConversation, .. _responses.OutOfBand] : [.. _responses.OutOfBand];

    private void ExpectApprovedCalls(int count) =>
        (IsTurnDue, IsDueInterrupted, _approvedCallsDue, _dueSince, _maxDue) = (true, false, count, _time.GetTimestamp(), MaxApprovedCallDelay);

    private void EndDue() => (IsTurnDue, IsDueInterrupted, _approvedCallsDue) = (false, false, 0);
}
