namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>
/// Holds back requests for responses while one is in progress, because the service refuses a second one. Function invocation requests a response for each call,
/// usually before the response that made the calls is done: equal requests that wait are one.
/// </summary>
/// <remarks>Responses outside the conversation can be generated at the same time, so they never wait.</remarks>
internal sealed class ResponseRequests
{
    private const string AlreadyActive = "conversation_already_has_active_response";

    private readonly Lock _lock = new();
    private readonly List<ResponseCreateEvent> _waiting = [];

    /// <summary>The request that was sent last; null if there is none, or it was refused.</summary>
    private ResponseCreateEvent? _sent;

    /// <summary>Whether the server has not yet reported a response or an error since the last request.</summary>
    private bool _isAwaited;

    /// <summary>The ID of the response of the conversation that is in progress; null if there is none.</summary>
    private string? _active;

    /// <summary>The number of requests outside the conversation whose responses have not begun, and the IDs of those that are in progress.</summary>
    private int _outOfBand;
    private readonly HashSet<string> _outOfBandIds = new(StringComparer.Ordinal);

    private bool IsBusy => _isAwaited || _active is not null;

    /// <summary>Returns whether the request can be sent now. If not, it waits, or is the same as one that waits.</summary>
    public bool TryBegin(ResponseCreateEvent request)
    {
        lock (_lock)
        {
            if (request.Response?.Conversation == ResponseConversation.None)
            {
                _outOfBand++;
                return true;
            }
            if (!IsBusy)
            {
                (_sent, _isAwaited) = (request, true);
                return true;
            }
            if (!_waiting.Exists(waiting => waiting with { EventId = null } == request with { EventId = null }))
                _waiting.Add(request);
            return false;
        }
    }

    /// <summary>Takes back a request that could not be sent.</summary>
    public void Abandon(ResponseCreateEvent request)
    {
        lock (_lock)
        {
            if (request.Response?.Conversation == ResponseConversation.None)
                _outOfBand--;
            else if (ReferenceEquals(_sent, request))
                (_sent, _isAwaited) = (null, false);
        }
    }

    /// <summary>Takes note of an event of the server, and returns the request that can be sent now; null if there is none.</summary>
    public ResponseCreateEvent? Observe(ServerEvent serverEvent)
    {
        lock (_lock)
        {
            switch (serverEvent)
            {
                case ResponseCreatedEvent { Response: { ConversationId: null } outside } when _outOfBand > 0:
                    _outOfBand--;
                    _outOfBandIds.Add(outside.Id);
                    return null;
                case ResponseCreatedEvent created:
                    (_active, _isAwaited) = (created.Response.Id, false);
                    return null;
                case ResponseDoneEvent done when _outOfBandIds.Remove(done.Response.Id):
                    return null;
                // The conversation has one response at a time, so none is in progress now, even if its begin or its end could not be read.
                case ResponseDoneEvent or MalformedEvent { Type: "response.done" }:
                    (_active, _isAwaited) = (null, false);
                    break;
                case ErrorEvent refused when _sent is { } sent && (refused.Error.EventId == sent.EventId || (_isAwaited && refused.Error.EventId is null)):
                    (_sent, _isAwaited) = (null, false);
                    // The server began a response, such as the answer to a turn of the user, before the request arrived.
                    if (_active is not null && refused.Error.Code == AlreadyActive)
                        _waiting.Insert(0, sent);
                    break;
                default:
                    return null;
            }
            if (_waiting.Count == 0 || IsBusy)
                return null;
            (_sent, _isAwaited) = (_waiting[0], true);
            _waiting.RemoveAt(0);
            return _sent;
        }
    }
}
