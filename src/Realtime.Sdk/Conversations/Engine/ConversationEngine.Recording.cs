namespace Realtime.Sdk.Internal;

/// <content>The decisions of the conversation as a recorder sees them. Without a recorder, each of these methods returns at once.</content>
internal sealed partial class ConversationEngine
{
    private IConversationObserver[] _observers = [];

    /// <summary>The clock of the conversation.</summary>
    public TimeProvider Time => _time;

    private bool IsObserved => _observers.Length > 0;

    /// <summary>Registers an observer until the result is disposed.</summary>
    public IDisposable Observe(IConversationObserver observer)
    {
        lock (_lock)
        {
            _observers = [.. _observers, observer];
            observer.Connected(_connection, reason: null);
        }
        return new Observation(this, observer);
    }

    /// <summary>Reports a warning of a recorder, whose output is code of the app. Called outside the lock, on the thread pool.</summary>
    public void RecorderFailed(string message, Exception? exception)
    {
        _work?.BeginWork();
        Change(() =>
        {
            if (_end is null)
                Warn(WarningKind.Handler, message, exception: exception);
        });
        _work?.EndWork();
    }

    /// <summary>Called under the lock when the conversation continues over another connection.</summary>
    public void NoteConnected(RealtimeConnection connection, RenewalReason reason)
    {
        foreach (var observer in _observers)
            observer.Connected(connection, reason);
    }

    private void Note(in Decision decision)
    {
        foreach (var observer in _observers)
            observer.Decided(in decision);
    }

    private void NoteQueued(ReplyRequest request)
    {
        if (IsObserved)
            Note(new(DecisionTypes.ReplyQueued, IdOf(request)));
    }

    private void NoteCombined(ReplyRequest request, ReplyRequest taken)
    {
        if (IsObserved && request != taken)
            Note(new(DecisionTypes.ReplyCombined, IdOf(request), new("other_reply_id", taken.Tag)));
    }

    private void Requested(ReplyRequest request)
    {
        if (IsObserved)
            Note(new(DecisionTypes.ReplyRequested, IdOf(request), new("event_id", request.EventId), new("after", request.IsFollowUp ? "function" : null)));
        BeginUninterruptible(request);
    }

    /// <inheritdoc/>
    public void Completed(ReplyRequest request, ReplyResult result)
    {
        if (!IsObserved)
            return;
        var type = (request.Response, result.Status) switch
        {
            (not null, _) => DecisionTypes.ReplyEnded,
            (_, ReplyStatus.Refused) => DecisionTypes.ReplyRefused,
            (_, ReplyStatus.Failed) => DecisionTypes.ReplyFailed,
            _ => DecisionTypes.ReplyWithdrawn,
        };
        Note(new(type, IdOf(request), new("response_id", request.Response?.Id), new("status", WordOf(result.Status))));
    }

    private void NoteCut(ResponseState response, bool isInterruption)
    {
        if (IsObserved)
            Note(new(isInterruption ? DecisionTypes.ResponseInterrupted : DecisionTypes.ResponseCanceled, new("response_id", response.Id)));
    }

    private void NoteHeard(TurnItem item, bool isUnheard = false)
    {
        if (IsObserved)
            Note(new(isUnheard ? DecisionTypes.ItemUnheard : DecisionTypes.ItemTruncated, new("item_id", item.Id), default, new("text", item.HeardText.ToString()), item.Heard));
    }

    private void NoteDeleted(string itemId)
    {
        if (IsObserved)
            Note(new(DecisionTypes.ItemDeleted, new("item_id", itemId)));
    }

    private void NoteCall(string type, CallState call)
    {
        if (IsObserved)
            Note(new(type, new("call_id", call.CallId), new("name", call.Name), new("status", call.IsOver ? WordOf(call.Status) : null)));
    }

    private void NoteAnswer(CallState call, bool isApproved)
    {
        if (IsObserved)
            Note(new(DecisionTypes.ApprovalAnswered, new("call_id", call.CallId), new("name", call.Name), new("answer", isApproved ? "approved" : "denied")));
    }

    private void NoteSwitched(string from, string to)
    {
        if (IsObserved)
            Note(new(DecisionTypes.AgentSwitched, new("from", from), new("to", to)));
    }

    private void NoteWarning(WarningKind kind, string message)
    {
        if (IsObserved)
            Note(new(DecisionTypes.Warning, new("kind", WordOf(kind)), new("message", PeerText.Sanitize(message))));
    }

    private void NoteEnd(ConversationEnd end)
    {
        if (IsObserved)
            Note(new(DecisionTypes.Ended, new("reason", WordOf(end.Reason)), new("message", end.Message is { } message ? PeerText.Sanitize(message).ToString() : null)));
    }

    private static DecisionMember IdOf(ReplyRequest request) => new("reply_id", request.Tag);

    /// <summary>Returns the name of a value as it is recorded.</summary>
    public static string WordOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private sealed class Observation(ConversationEngine engine, IConversationObserver observer) : IDisposable
    {
        public void Dispose()
        {
            lock (engine._lock)
                engine._observers = [.. engine._observers.Where(other => other != observer)];
        }
    }
}
