namespace Realtime.Sdk.Internal;

/// <summary>
/// The replies that were requested and the responses of the server, and which belongs to which: by metadata and, where <c>response.created</c> shows none, by
/// order until <c>response.done</c> settles it. Used under the conversation's lock.
/// </summary>
internal sealed class ResponseLedger(TimeProvider time)
{
    private const int MaxSettled = 64;

    private readonly Dictionary<string, ResponseState> _responses = [];
    private readonly List<ReplyRequest> _outOfBand = [];
    private readonly Queue<string> _settledOrder = [];
    private readonly HashSet<string> _settled = [];
    private ResponseState? _last;
    private int _begun;
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
                if (response is { IsCut: false, Request.Options.AllowInterruptions: false })
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether the server has not reported the end of a response that was cut.</summary>
    public bool IsEndAwaited
    {
        get
        {
            foreach (var response in _responses.Values)
            {
                if (response is { IsCut: true, IsDone: false })
                    return true;
            }
            return false;
        }
    }

    /// <summary>Called when a reply was requested.</summary>
    public void Add(ReplyRequest request)
    {
        if (request.IsOutOfBand)
            _outOfBand.Add(request);
        else
            Requested = request;
    }

    /// <summary>Called when a reply no longer waits for its response.</summary>
    public void Remove(ReplyRequest request)
    {
        if (Requested == request)
            Requested = null;
        _outOfBand.Remove(request);
    }

    /// <summary>Finds a response by its ID; null if it is not known, or settled.</summary>
    public ResponseState? Find(string responseId)
    {
        if (_last?.Id == responseId)
            return _last;
        return _last = _responses.GetValueOrDefault(responseId);
    }

    /// <summary>Whether a response has ended in every way, so that later events of it are ignored.</summary>
    public bool IsSettled(string responseId) => _settled.Contains(responseId);

    /// <summary>Finds a request by the event that was sent for it, even if a response was assigned to it.</summary>
    public ReplyRequest? FindByEvent(string eventId)
    {
        if (Requested?.EventId == eventId)
            return Requested;
        return _outOfBand.Find(request => request.EventId == eventId)
            ?? _responses.Values.FirstOrDefault(response => response.Request?.EventId == eventId)?.Request;
    }

    /// <summary>Called when a response has begun.</summary>
    /// <param name="response">The response.</param>
    /// <param name="isTurnDue">Whether an answer to the user is due, which the server begins by itself.</param>
    /// <param name="isNew">Whether it was not known before.</param>
    /// <returns>Its state; null if it is settled already.</returns>
    public ResponseState? Created(RealtimeResponse response, bool isTurnDue, out bool isNew)
    {
        isNew = false;
        if (_settled.Contains(response.Id))
            return null;
        if (Find(response.Id) is { } known)
            return known;
        isNew = true;
        _hasSeenConversationId |= response.ConversationId is not null;
        var request = FindByTag(ReplyTag.Of(response)) ?? FindByOrder(response, isTurnDue);
        var state = new ResponseState(response.Id, request?.IsOutOfBand ?? IsBesideConversation(response)) { Number = _begun++, CreatedAt = time.GetTimestamp(), LastEventAt = time.GetTimestamp() };
        _responses[response.Id] = state;
        if (request is not null)
            Assign(request, state);
        return state;
    }

    /// <summary>Called when a response was generated. Its metadata determines which reply it belongs to, if <c>response.created</c> did not show it.</summary>
    /// <param name="response">The response, which <see cref="Created"/> knows.</param>
    /// <param name="state">Its state.</param>
    /// <returns>The reply to which the response was assigned by mistake, and which must be requested again; null if there is none.</returns>
    public ReplyRequest? Done(RealtimeResponse response, ResponseState state)
    {
        state.SetDone(time.GetTimestamp());
        var tag = ReplyTag.Of(response);
        _hasSeenTags |= tag is not null;
        if (tag is not null && state.Request?.Tag != tag && FindByTag(tag) is { } owner)
            return Assign(owner, state);
        return state.Request is { } mistaken && mistaken.Tag != tag && (tag is not null || response.Metadata is { Count: > 0 } || (_hasSeenTags && response.Metadata is not null))
            ? Release(state)
            : null;
    }

    /// <summary>Removes a response that was generated, and was heard or cut off.</summary>
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

    /// <summary>Called when a response does not belong to the request that it was assigned to. The request continues to wait for its response.</summary>
    /// <returns>The request, if another one is waiting for its response meanwhile.</returns>
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

    /// <summary>A response that begins while an answer to the user is due is that answer: the server began it when the turn was committed, before the request arrived.</summary>
    private ReplyRequest? FindByOrder(RealtimeResponse response, bool isTurnDue)
    {
        if (ReplyTag.Of(response) is not null)
            return null;
        if (IsBesideConversation(response))
            return _outOfBand.Find(request => request.Response is null);
        return isTurnDue ? null : Requested;
    }

    private bool IsBesideConversation(RealtimeResponse response) => response.ConversationId is null
        && (_hasSeenConversationId || (_outOfBand.Count > 0 && (Requested is null || _outOfBand[0].SentAt <= Requested.SentAt)));
}
