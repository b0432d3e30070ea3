using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Decides which messages of the server reach the client of a relay. Most pass as they are; those of functions that the server runs, those of extractions, system messages, which
/// are for the model alone, and errors about the conversation's own events, do not. Used by one reader.
/// </summary>
/// <param name="runsFunction">Whether the server runs a function of this name.</param>
/// <param name="forwardsFunctionCalls">Whether the calls of these functions reach the client.</param>
internal sealed class RelayServerFilter(Func<string, bool> runsFunction, bool forwardsFunctionCalls)
{
    /// <summary>A session has at most a few hundred calls; the oldest are forgotten.</summary>
    private const int MaxHidden = 1_024;

    /// <summary>The hidden items, and the item before each, which is the previous one for the client.</summary>
    private readonly OrderedDictionary<string, string?> _hiddenItems = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, string?> _hiddenCalls = new(StringComparer.Ordinal);

    /// <summary>The extractions in progress.</summary>
    private readonly HashSet<string> _extractions = new(StringComparer.Ordinal);

    /// <summary>Returns the message for the client; empty if it gets none.</summary>
    public ReadOnlyMemory<byte> Filter(ServerEvent serverEvent, ReadOnlyMemory<byte> message)
    {
        if (IsExtraction(serverEvent))
            return default;
        if (serverEvent is SessionCreatedEvent or SessionUpdatedEvent)
            return RelaySessionFilter.Filter(message);
        var forwarded = serverEvent switch
        {
            ErrorEvent { Error.EventId: { Length: > 0 } id } error => RelayEventIds.ToClient(id) is { } own ? WithoutKeys(error with { Error = error.Error with { EventId = own } }) : null,
            ErrorEvent error => WithoutKeys(error),

            // Not readable, so it cannot be checked for credentials.
            MalformedEvent { Type: "session.created" or "session.updated" } => null,
            _ => WithoutHiddenItems(serverEvent),
        };
        if (forwarded is null || ReferenceEquals(forwarded, serverEvent))
            return forwarded is null ? default : message;
        var rewritten = new ArrayBufferWriter<byte>(message.Length);
        RealtimeJson.Serialize(rewritten, forwarded);
        return rewritten.WrittenMemory;
    }

    private bool IsExtraction(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case ResponseCreatedEvent { Response: { Id: { } id } response } when ReplyTag.IsExtraction(response):
                // A server can begin responses and never end them.
                if (_extractions.Count < MaxHidden)
                    _extractions.Add(id);
                return true;
            case ResponseDoneEvent { Response: { } response }:
                _extractions.Remove(response.Id);
                return ReplyTag.IsExtraction(response);
            case ResponseOutputItemAddedEvent { ResponseId: var id }:
                return _extractions.Contains(id);
            case ResponseOutputItemDoneEvent { ResponseId: var id }:
                return _extractions.Contains(id);
            case ResponseFunctionCallArgumentsDeltaEvent { ResponseId: var id }:
                return _extractions.Contains(id);
            case ResponseFunctionCallArgumentsDoneEvent { ResponseId: var id }:
                return _extractions.Contains(id);
            case ResponseContentEvent { ResponseId: var id }:
                return _extractions.Contains(id);
            default:
                return false;
        }
    }

    private ServerEvent? WithoutHiddenItems(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case ResponseOutputItemAddedEvent { Item: { } item }:
                return IsHidden(item) ? null : serverEvent;
            case ResponseOutputItemDoneEvent { Item: { } item }:
                return IsHidden(item) ? null : serverEvent;
            case ResponseFunctionCallArgumentsDeltaEvent { ItemId: var id }:
                return _hiddenItems.ContainsKey(id) ? null : serverEvent;
            case ResponseFunctionCallArgumentsDoneEvent { ItemId: var id }:
                return _hiddenItems.ContainsKey(id) ? null : serverEvent;
            case ConversationItemAddedEvent { Item: { } item } added:
                return IsHidden(item, added.PreviousItemId) ? null : FindVisible(added.PreviousItemId, out var visible) ? added with { PreviousItemId = visible } : added;
            case ConversationItemCreatedEvent { Item: { } item } created:
                return IsHidden(item, created.PreviousItemId) ? null : FindVisible(created.PreviousItemId, out visible) ? created with { PreviousItemId = visible } : created;
            case ConversationItemDoneEvent { Item: { } item } done:
                return IsHidden(item, done.PreviousItemId) ? null : FindVisible(done.PreviousItemId, out visible) ? done with { PreviousItemId = visible } : done;
            case InputAudioBufferCommittedEvent committed:
                return FindVisible(committed.PreviousItemId, out visible) ? committed with { PreviousItemId = visible } : committed;
            case ConversationItemRetrievedEvent { Item: { } item }:
                return IsHidden(item) ? null : serverEvent;
            case ConversationItemDeletedEvent { ItemId: var id }:
                return _hiddenItems.ContainsKey(id) ? null : serverEvent;
            case ResponseCreatedEvent { Response: { Output: { Count: > 0 } output } response } created when output.Any(item => IsHidden(item)):
                return created with { Response = response with { Output = [.. output.Where(item => !IsHidden(item))] } };
            case ResponseDoneEvent { Response: { Output: { Count: > 0 } output } response } done when output.Any(item => IsHidden(item)):
                return done with { Response = response with { Output = [.. output.Where(item => !IsHidden(item))] } };
            default:
                return serverEvent;
        }
    }

    /// <summary>Whether an item is a system message, the call of a function that the server runs, or its output.</summary>
    private bool IsHidden(ConversationItem item, string? previousItemId = null)
    {
        switch (item)
        {
            case MessageItem { Role: var role } when role == ItemRole.System:
                break;
            case FunctionCallItem call when !forwardsFunctionCalls && (runsFunction(call.Name) || (call.CallId is { } id && _hiddenCalls.ContainsKey(id))):
                if (call.CallId is { Length: > 0 } callId)
                    Add(_hiddenCalls, callId, null);
                break;
            case FunctionCallOutputItem output when _hiddenCalls.ContainsKey(output.CallId):
                break;
            default:
                return false;
        }
        if (item.Id is { Length: > 0 } itemId)
            Add(_hiddenItems, itemId, previousItemId);
        return true;
    }

    private static void Add(OrderedDictionary<string, string?> hidden, string id, string? previousItemId)
    {
        if (hidden.TryGetValue(id, out var known) && (known is not null || previousItemId is null))
            return;
        if (hidden.Count == MaxHidden)
            hidden.RemoveAt(0);
        hidden[id] = previousItemId;
    }

    /// <summary>Finds the item that the client knows before a hidden one. Returns false if the given item is not hidden.</summary>
    private bool FindVisible(string? itemId, out string? visible)
    {
        visible = itemId;

        // Bounded, because a server can report items that precede each other.
        for (var steps = 0; visible is not null && steps <= MaxHidden && _hiddenItems.TryGetValue(visible, out var previous); steps++)
            visible = previous;
        return visible != itemId;
    }

    /// <summary>Masks keys in an error. A service can quote the key of the server.</summary>
    private static ErrorEvent WithoutKeys(ErrorEvent errorEvent)
    {
        var error = errorEvent.Error;
        var (message, code, param) = (PeerText.MaskKeys(error.Message), Mask(error.Code), Mask(error.Param));
        return ReferenceEquals(message, error.Message) && code == error.Code && param == error.Param
            ? errorEvent
            : errorEvent with { Error = error with { Message = message, Code = code, Param = param } };

        static string? Mask(string? text) => text is null ? null : PeerText.MaskKeys(text);
    }
}
