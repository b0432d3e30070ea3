namespace Realtime.Sdk.Internal;

/// <summary>
/// Matches the responses of the server with the replies that were requested: by metadata or, if <c>response.created</c> has none, by order until
/// <c>response.done</c> confirms or corrects the match. Used under the conversation's lock.
/// </summary>
internal sealed class ResponseTracker(TimeProvider time)
{
    private const int MaxSettledIds = 64;

    private readonly Dictionary<string, ResponseState> _responses = [];
    private readonly List<ReplyRequest> _outOfBand = [];
    private readonly Queue<string> _settledOrder = [];
    private readonly HashSet<string> _settled = [];
    private ResponseState? _last;
    private int _nextNumber;
    private bool _hasSeenConversationId;
    private bool _hasSeenTags;

    /// <summary>The reply that was requested in the conversation and whose response has not begun; null if there is none.</summary>
    public ReplyRequest? Requested { get; private set; }

    /// <summary>The replies that were requested out of band and whose responses have not begun.</summary>
    public IReadOnlyList<ReplyRequest> OutOfBand => _outOfBand;

    /// <summary>The responses that are not settled yet.</summary>
    public Dictionary<string, ResponseState>.ValueCollection All => _responses.Values;

    /// <summary>The response in the conversation that is being generated; null if there is none.</summary>
    public ResponseState? Active
    {
        get
        {
            // Loops instead of LINQ, because this is called for each event.
            foreach (var response in _responses.Values)
            {
                if (response is { IsOutOfBand: false, IsDone: false })
                    return response;
            }
            return null;
        }
    }

    /// <summary>Whether a reply that must not be interrupted was requested and has not been heard to its end.</summary>
    public bool IsUninterruptible
    {
        get
        {
            if (Requested is { Options.AllowInterruptions: false })
                return true;
            foreach (var response in _responses.Values)
            {
                if (response is { IsStopped: false, Request.Options.AllowInterruptions: false })
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether a filler was requested or is heard. It does not count for longer than a maximum time, in case the server does not report its end.</summary>
    public bool IsFillerInProgress(TimeSpan maxTime)
    {
        foreach (var request in _outOfBand)
        {
            if (request.IsFiller && time.GetElapsedTime(request.SentAt) < maxTime)
                return true;
        }
        foreach (var response in _responses.Values)
        {
            if (response is { IsStopped: false, Request: { IsFiller: true } request } && time.GetElapsedTime(request.SentAt) < maxTime)
                return true;
        }
        return false;
    }

    /// <summary>Whether a response was stopped whose end the server has not reported.</summary>
    public bool IsAwaitingEnd
    {
        get
        {
            foreach (var response in _responses.Values)
            {
                if (response is { IsStopped: true, IsDone: false })
                    return true;
            }
            return false;
        }
    }

    /// <summary>Adds a reply that was requested.</summary>
    public void Add(ReplyRequest request)
    {
        if (request.IsOutOfBand)
            _outOfBand.Add(request);
        else
            Requested = request;
    }

    /// <summary>Removes a reply that no longer waits for its response.</summary>
    public void Remove(ReplyRequest request)
    {
        if (Requested == request)
            Requested = null;
        _outOfBand.Remove(request);
    }

    /// <summary>Finds a response by its ID; null if it is not known, or settled.</summary>
    public ResponseState? Find(string responseId)
    {
        // Consecutive events usually belong to the same response.
        if (_last?.Id == responseId)
            return _last;
        return _last = _responses.GetValueOrDefault(responseId);
    }

    /// <summary>Whether a response was generated, and was heard or stopped, so that its later events are ignored.</summary>
    public bool IsSettled(string responseId) => _settled.Contains(responseId);

    /// <summary>Finds a request by the event that was sent for it, even if a response was assigned to it.</summary>
    public ReplyRequest? FindByEvent(string eventId)
    {
        if (Requested?.EventId == eventId)
            return Requested;
        return _outOfBand.Find(request => request.EventId == eventId)
            ?? _responses.Values.FirstOrDefault(response => response.Request?.EventId == eventId)?.Request;
    }

    /// <summary>Adds a response that has begun.</summary>
    /// <param name="response">The response.</param>
    /// <param name="isResponseExpected">Whether an answer to the user is expected, which the server begins by itself.</param>
    /// <param name="isNew">Whether it was not known before.</param>
    /// <returns>Its state; null if it is already settled.</returns>
    public ResponseState? HandleCreated(RealtimeResponse response, bool isResponseExpected, out bool isNew)
    {
        isNew = false;
        if (_settled.Contains(response.Id))
            return null;
        if (Find(response.Id) is { } known)
            return known;
        isNew = true;
        _hasSeenConversationId |= response.ConversationId is not null;
        var request = FindByTag(ReplyTag.Get(response)) ?? FindByOrder(response, isResponseExpected);
        var state = new ResponseState(response.Id, request?.IsOutOfBand ?? IsOutOfBandResponse(response)) { Number = _nextNumber++, CreatedAt = time.GetTimestamp(), LastEventAt = time.GetTimestamp() };
        _responses[response.Id] = state;
        if (request is not null)
            Assign(request, state);
        return state;
    }

    /// <summary>Records that a response was generated. Its metadata determines which reply it belongs to, even if <c>response.created</c> had none.</summary>
    /// <param name="response">The response, which was passed to <see cref="HandleCreated"/>.</param>
    /// <param name="state">Its state.</param>
    /// <returns>The reply to which the response was assigned by mistake, and which must be requested again; null if there is none.</returns>
    public ReplyRequest? HandleDone(RealtimeResponse response, ResponseState state)
    {
        state.MarkDone(time.GetTimestamp());
        var tag = ReplyTag.Get(response);
        _hasSeenTags |= tag is not null;
        if (tag is not null && state.Request?.Tag != tag && FindByTag(tag) is { } owner)
            return Assign(owner, state);

        // A response without our tag was matched by mistake, unless the server reports no metadata at all: then only the order is known.
        return state.Request is { } mistaken && mistaken.Tag != tag && (tag is not null || response.Metadata is { Count: > 0 } || (_hasSeenTags && response.Metadata is not null))
            ? Release(state)
            : null;
    }

    /// <summary>Removes a response that was generated, and was heard or stopped.</summary>
    public void Settle(ResponseState response)
    {
        if (!_responses.Remove(response.Id))
            return;
        if (_last == response)
            _last = null;

        // The ID is kept, so that a late event does not begin the response again.
        _settled.Add(response.Id);
        _settledOrder.Enqueue(response.Id);
        if (_settledOrder.Count > MaxSettledIds)
            _settled.Remove(_settledOrder.Dequeue());
    }

    /// <summary>Undoes the match of a response and a request. The request continues to wait for its response.</summary>
    /// <returns>The request if it cannot wait, because another request is waiting or it is out of band; otherwise null.</returns>
    private ReplyRequest? Release(ResponseState response)
    {
        var request = response.Request!;
        (request.Response, response.Request) = (null, null);
        if (request.IsOver)
            return null;
        if (Requested is not null || request.IsOutOfBand)
            return request;
        Requested = request;
        return null;
    }

    private ReplyRequest? Assign(ReplyRequest request, ResponseState response)
    {
        Remove(request);
        var released = response.Request is { } mistaken && mistaken != request ? Release(response) : null;

        // By order, another response may have been assigned to the request.
        if (request.Response is { } other && other != response)
            other.Request = null;
        (request.Response, response.Request) = (response, request);
        return released;
    }

    private ReplyRequest? FindByTag(string? tag)
    {
        if (tag is null)
            return null;
        if (Requested?.Tag == tag)
            return Requested;
        return _outOfBand.Find(request => request.Tag == tag)
            ?? _responses.Values.FirstOrDefault(response => response.Request?.Tag == tag)?.Request;
    }

    /// <summary>Finds the request of a response without a tag. A response that begins while an answer to the user is expected is that answer: the server began it when it committed the turn, before a request that was sent at the same time arrived.</summary>
    private ReplyRequest? FindByOrder(RealtimeResponse response, bool isResponseExpected)
    {
        if (ReplyTag.Get(response) is not null)
            return null;
        if (IsOutOfBandResponse(response))
            return _outOfBand.Find(request => request.Response is null);
        return isResponseExpected ? null : Requested;
    }

    // An out-of-band response has no conversation ID, but neither has any response of a server that never reports the ID.
    private bool IsOutOfBandResponse(RealtimeResponse response) => response.ConversationId is null
        && (_hasSeenConversationId || (_outOfBand.Count > 0 && (Requested is null || _outOfBand[0].SentAt <= Requested.SentAt)));
}
