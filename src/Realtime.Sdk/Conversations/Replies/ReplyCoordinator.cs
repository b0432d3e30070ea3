namespace Realtime.Sdk.Internal;

/// <summary>
/// Decides when replies are requested: one response at a time in the conversation, none while one is active or due or, unless the reply says so, while the
/// user speaks. Responses of the server and of other clients win races. Used under the conversation's lock.
/// </summary>
internal sealed class ReplyCoordinator
{
    private const string MetadataKey = "realtime_sdk_reply";
    private const int MaxAttempts = 5, MaxSettled = 64;

    /// <summary>Speech whose end is never reported holds replies back no longer than this.</summary>
    private static readonly TimeSpan MaxSpeech = TimeSpan.FromMinutes(2);

    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ConversationLimits _limits;
    private readonly List<ReplyRequest> _waiting = [];
    private readonly List<ReplyRequest> _outOfBand = [];
    private readonly Dictionary<string, ResponseState> _responses = [];
    private readonly Queue<string> _settledOrder = [];
    private readonly HashSet<string> _settled = [];
    private ResponseState? _last;
    private long _blockedSince;
    private long _dueSince;
    private long _speakingSince;
    private bool _isBlocked;
    private bool _hasSeenConversationId;
    private bool _hasSeenTags;
    private bool _isOver;

    public ReplyCoordinator(Outbox outbox, TimeProvider time, ConversationLimits limits) => (_outbox, _time, _limits) = (outbox, time, limits);

    /// <summary>The instructions of the session, to which those of a reply are added.</summary>
    public required Func<string?> SessionInstructions { get; init; }

    /// <summary>Called with each reply immediately before it is requested.</summary>
    public Action<ReplyRequest>? Requesting { get; init; }

    /// <summary>The reply that was requested and whose response has not begun; null if there is none.</summary>
    public ReplyRequest? Requested { get; private set; }

    /// <summary>Whether the user speaks: from <c>speech_started</c> until the turn is committed.</summary>
    public bool IsUserSpeaking { get; private set; }

    /// <summary>Whether the server is about to answer a turn of the user by itself.</summary>
    public bool IsTurnDue { get; private set; }

    /// <summary>Whether no more replies are taken, because the last one was.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>The responses that are not settled yet.</summary>
    public IReadOnlyCollection<ResponseState> Responses => _responses.Values;

    public ResponseState? Active
    {
        get
        {
            foreach (var response in _responses.Values)
            {
                if (response is { IsOutOfBand: false, IsDone: false })
                    return response;
            }
            return null;
        }
    }

    /// <summary>Whether a response was requested, is active or is due.</summary>
    public bool IsBusy => Requested is not null || IsTurnDue || Active is not null;

    /// <summary>Whether a reply that must not be interrupted was requested and has not been heard to its end.</summary>
    public bool IsUninterruptible
    {
        get
        {
            if (Requested is { Options.AllowInterruptions: false })
                return true;
            foreach (var response in _responses.Values)
            {
                if (response is { IsCut: false, Request.Options.AllowInterruptions: false })
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether something waits for the server or for the user, so that <see cref="Expire"/> must be called in time.</summary>
    public bool IsWaiting => Requested is not null || _outOfBand.Count > 0 || _isBlocked || (_waiting.Count > 0 && (IsUserSpeaking || IsTurnDue));

    /// <summary>Takes a reply; returns the one that stands for it, which is another one if both were combined.</summary>
    public ReplyRequest Take(ReplyRequest request, Action interruptActive)
    {
        if (_isOver || (IsEnding && !request.IsLast))
        {
            request.Complete(new() { Status = ReplyStatus.Canceled });
            return request;
        }
        if (request.IsOutOfBand)
        {
            Send(request);
            return request;
        }
        if (request.IsLast)
        {
            IsEnding = true;
            CancelWaiting();
        }
        if (_waiting.Count > 0 || !CanSend(request))
        {
            switch (request.Options.OnBusy)
            {
                case WhenBusy.Refuse:
                    request.Complete(new() { Status = ReplyStatus.Refused });
                    return request;
                case WhenBusy.Coalesce when _waiting.LastOrDefault() is { Item: null, IsLast: false } last:
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
        return request;
    }

    /// <summary>Withdraws a reply that was not requested yet; false if it was.</summary>
    public bool Withdraw(ReplyRequest request)
    {
        if (!_waiting.Remove(request))
            return false;
        request.Complete(new() { Status = ReplyStatus.Canceled });
        return true;
    }

    public void UserStarted()
    {
        (IsUserSpeaking, IsTurnDue, _speakingSince) = (true, false, _time.GetTimestamp());
    }

    /// <summary>The user has finished a turn, or what was said was dropped.</summary>
    /// <param name="isAnswered">Whether the server answers it by itself.</param>
    public void UserEnded(bool isAnswered)
    {
        (IsUserSpeaking, IsTurnDue, _dueSince) = (false, isAnswered, _time.GetTimestamp());
        SendNext();
    }

    /// <summary>Finds a response by its ID; null if it is not known, or settled.</summary>
    public ResponseState? Find(string responseId)
    {
        if (_last?.Id == responseId)
            return _last;
        return _last = _responses.GetValueOrDefault(responseId);
    }

    public bool IsSettled(string responseId) => _settled.Contains(responseId);

    /// <summary>A response has begun.</summary>
    /// <returns>Its state; null if it is settled already.</returns>
    public ResponseState? Created(RealtimeResponse response)
    {
        if (IsSettled(response.Id))
            return null;
        if (Find(response.Id) is { } known)
            return known;
        _hasSeenConversationId |= response.ConversationId is not null;
        var request = FindRequest(TagOf(response)) ?? RequestByOrder(response);
        var state = new ResponseState(response.Id, request?.IsOutOfBand ?? IsBesideConversation(response)) { CreatedAt = _time.GetTimestamp() };
        _responses[response.Id] = state;
        if (request is not null)
            Assign(request, state);
        else if (!state.IsOutOfBand)
            IsTurnDue = false;
        return state;
    }

    /// <summary>A response was generated. Its metadata settles whose it was, where <c>response.created</c> did not show it.</summary>
    public ResponseState? Done(RealtimeResponse response)
    {
        if (Created(response) is not { } state)
            return null;
        state.IsDone = true;
        var tag = TagOf(response);
        _hasSeenTags |= tag is not null;
        if (tag is not null && state.Request?.Tag != tag && FindRequest(tag) is { } owner)
            Assign(owner, state);
        else if (state.Request is { } mistaken && mistaken.Tag != tag && (tag is not null || response.Metadata is { Count: > 0 } || (_hasSeenTags && response.Metadata is not null)))
            Release(mistaken, state);
        if (!state.IsOutOfBand)
            (_isBlocked, _dueSince) = (false, _time.GetTimestamp());
        return state;
    }

    /// <summary>A response was generated and was heard or cut: it can be forgotten.</summary>
    public void Settle(ResponseState response)
    {
        if (!_responses.Remove(response.Id))
            return;
        if (_last == response)
            _last = null;
        _settled.Add(response.Id);
        _settledOrder.Enqueue(response.Id);
        if (_settledOrder.Count > MaxSettled)
            _settled.Remove(_settledOrder.Dequeue());
    }

    /// <summary>Requests the next reply, if it can be requested now.</summary>
    public void SendNext()
    {
        if (_isOver || Requested is not null)
            return;
        var next = _waiting.FindIndex(CanSend);
        if (next < 0)
            return;
        var request = _waiting[next];
        _waiting.RemoveAt(next);
        Send(request);
    }

    /// <summary>The server refused an event; true if it was the request of a reply.</summary>
    public bool Refused(RealtimeError error)
    {
        if (error.EventId is not { Length: > 0 } eventId)
            return false;
        if (Requested is { } requested && requested.EventId == eventId)
        {
            if (error.Code == "conversation_already_has_active_response" && requested.Attempts < MaxAttempts)
                Retry(requested);
            else
                Fail(requested, ServerErrors.ToException(error, "response.create", secret: null));
            return true;
        }

        // By order, its response may have been taken for another one, which the server or another client had asked for.
        if (_responses.Values.FirstOrDefault(response => response.Request?.EventId == eventId) is { Request: { } mistaken } other)
        {
            other.Request = null;
            mistaken.Response = null;
            Retry(mistaken);
            return true;
        }
        if (_outOfBand.Find(request => request.EventId == eventId) is { } outOfBand)
        {
            Fail(outOfBand, ServerErrors.ToException(error, "response.create", secret: null));
            return true;
        }
        return false;
    }

    /// <summary>An event could not be sent.</summary>
    public void Failed(string? eventId, Exception exception)
    {
        if (eventId is not null && (Requested?.EventId == eventId ? Requested : _outOfBand.Find(request => request.EventId == eventId)) is { } request)
            Fail(request, exception);
    }

    /// <summary>Gives up waits that have lasted too long, and returns how long the next one may still last; null if nothing waits.</summary>
    public TimeSpan? Expire()
    {
        if (IsUserSpeaking && IsOver(_speakingSince, MaxSpeech))
            IsUserSpeaking = false;
        if (IsTurnDue && Active is null && IsOver(_dueSince, _limits.ReplyTimeout))
            IsTurnDue = false;
        if (_isBlocked && IsOver(_blockedSince, _limits.ReplyTimeout))
            _isBlocked = false;
        if (Requested is { } requested && IsOver(requested.SentAt, _limits.ReplyTimeout))
            Fail(requested, NoReply());
        foreach (var request in _outOfBand.FindAll(request => IsOver(request.SentAt, _limits.ReplyTimeout)))
            Fail(request, NoReply());
        SendNext();
        return IsWaiting ? _limits.ReplyTimeout / 4 : null;
    }

    /// <summary>The conversation has ended: nothing is requested any more, and what was not generated ends.</summary>
    public void End(Exception? exception)
    {
        _isOver = true;
        CancelWaiting();
        var status = exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed;
        Requested?.Complete(new() { Status = status, Exception = exception });
        foreach (var request in _outOfBand)
            request.Complete(new() { Status = status, Exception = exception });
        (Requested, IsUserSpeaking, IsTurnDue) = (null, false, false);
        _outOfBand.Clear();
    }

    private bool CanSend(ReplyRequest request) =>
        Requested is null && !_isBlocked && !IsTurnDue && Active is null && !(IsUserSpeaking && request.Options.WaitForUser);

    private void Send(ReplyRequest request)
    {
        request.Attempts++;
        request.SentAt = _time.GetTimestamp();
        request.EventId = _outbox.NewEventId();
        if (request.IsOutOfBand)
            _outOfBand.Add(request);
        else
            Requested = request;
        Requesting?.Invoke(request);
        if (request is { Item: { } item, Attempts: 1 })
            _outbox.Add(new ConversationItemCreateEvent { EventId = _outbox.NewEventId(), Item = item });
        _outbox.Add(new ResponseCreateEvent { EventId = request.EventId, Response = BuildResponse(request) });
    }

    private ResponseConfiguration BuildResponse(ReplyRequest request)
    {
        var response = request.Options.Response ?? new();
        var metadata = new Dictionary<string, string>(response.Metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [MetadataKey] = request.Tag };
        return response with
        {
            Metadata = metadata,
            Instructions = request.Instructions is null ? response.Instructions : Join(response.Instructions ?? SessionInstructions(), request.Instructions),
        };
    }

    private void Retry(ReplyRequest request)
    {
        if (Requested == request)
            Requested = null;
        if (request.IsCancelWanted)
        {
            request.Complete(new() { Status = request.IsInterrupted ? ReplyStatus.Interrupted : ReplyStatus.Canceled });
            SendNext();
            return;
        }
        _waiting.Insert(0, request);
        if (Active is null)
            (_isBlocked, _blockedSince) = (true, _time.GetTimestamp());
    }

    private void Fail(ReplyRequest request, Exception exception)
    {
        Forget(request);
        request.Complete(new() { Status = ReplyStatus.Failed, Exception = exception });
        SendNext();
    }

    private void Assign(ReplyRequest request, ResponseState response)
    {
        Forget(request);
        if (response.Request is { } mistaken && mistaken != request)
            Release(mistaken, response);
        if (request.Response is { } other && other != response)
            other.Request = null;
        (request.Response, response.Request) = (response, request);
    }

    /// <summary>A response turned out not to be that of a request, which still waits for its own.</summary>
    private void Release(ReplyRequest request, ResponseState response)
    {
        (request.Response, response.Request) = (null, null);
        if (request.IsOver)
            return;
        if (Requested is null && !request.IsOutOfBand)
            Requested = request;
        else
            Retry(request);
    }

    private void Forget(ReplyRequest request)
    {
        if (Requested == request)
            Requested = null;
        _outOfBand.Remove(request);
    }

    private ReplyRequest? FindRequest(string? tag)
    {
        if (tag is null)
            return null;
        if (Requested?.Tag == tag)
            return Requested;
        return _outOfBand.Find(request => request.Tag == tag)
            ?? _responses.Values.FirstOrDefault(response => response.Request?.Tag == tag)?.Request;
    }

    /// <summary>
    /// Servers may show no metadata before the end. A response that comes while an answer to the user is due is that answer: it was begun when the turn was
    /// committed, before our request arrived.
    /// </summary>
    private ReplyRequest? RequestByOrder(RealtimeResponse response)
    {
        if (TagOf(response) is not null)
            return null;
        if (IsBesideConversation(response))
            return _outOfBand.Find(request => request.Response is null);
        return IsTurnDue ? null : Requested;
    }

    private bool IsBesideConversation(RealtimeResponse response) => response.ConversationId is null
        && (_hasSeenConversationId || (_outOfBand.Count > 0 && (Requested is null || _outOfBand[0].SentAt <= Requested.SentAt)));

    private void CancelWaiting()
    {
        foreach (var request in _waiting)
            request.Complete(new() { Status = ReplyStatus.Canceled });
        _waiting.Clear();
    }

    private bool IsOver(long since, TimeSpan timeout) => _time.GetElapsedTime(since) >= timeout;

    private RealtimeTimeoutException NoReply() => new(
        RealtimeDeadline.Reply, _limits.ReplyTimeout, $"The server did not reply to response.create within {_limits.ReplyTimeout.TotalSeconds:0.###} seconds.")
    {
        IsDeliveryUncertain = true,
    };

    private static string? Join(string? first, string? second) => first is null ? second : second is null ? first : $"{first}\n\n{second}";

    private static string? TagOf(RealtimeResponse response) => response.Metadata?.GetValueOrDefault(MetadataKey);

    /// <summary>Returns the event as the app sees it, without the SDK's entry in the metadata.</summary>
    public static ServerEvent WithoutTag(ServerEvent serverEvent) => serverEvent switch
    {
        ResponseCreatedEvent { Response: { } response } created when TagOf(response) is not null => created with { Response = WithoutTag(response) },
        ResponseDoneEvent { Response: { } response } done when TagOf(response) is not null => done with { Response = WithoutTag(response) },
        _ => serverEvent,
    };

    private static RealtimeResponse WithoutTag(RealtimeResponse response) =>
        response with { Metadata = response.Metadata!.Where(entry => entry.Key != MetadataKey).ToDictionary(StringComparer.Ordinal) };
}
