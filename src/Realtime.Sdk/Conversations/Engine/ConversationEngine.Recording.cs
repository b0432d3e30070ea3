namespace Realtime.Sdk.Internal;

/// <content>Reports the decisions of the conversation to recorders. Without a recorder, each of these methods returns immediately.</content>
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

            // Under the lock, so that no decision precedes the connection.
            observer.OnConnected(_connection, reason: null);
        }
        return new Observation(this, observer);
    }

    /// <summary>Reports a warning of a recorder, whose output is code of the app. Called outside the lock, on the thread pool.</summary>
    public void WarnOfRecorder(string message, Exception? exception)
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
    public void RecordConnected(RealtimeConnection connection, RenewalReason reason)
    {
        foreach (var observer in _observers)
            observer.OnConnected(connection, reason);
    }

    private void Record(in Decision decision)
    {
        foreach (var observer in _observers)
            observer.OnDecision(in decision);
    }

    private void RecordQueued(ReplyRequest request)
    {
        if (IsObserved)
            Record(new(DecisionTypes.ReplyQueued, GetIdMember(request)));
    }

    private void RecordCombined(ReplyRequest request, ReplyRequest accepted)
    {
        if (IsObserved && request != accepted)
            Record(new(DecisionTypes.ReplyCombined, GetIdMember(request), new("other_reply_id", accepted.Tag)));
    }

    private void HandleRequesting(ReplyRequest request)
    {
        if (IsObserved)
            Record(new(DecisionTypes.ReplyRequested, GetIdMember(request), new("event_id", request.EventId), new("after", request.Corrections > 0 ? "guardrail" : request.IsFollowUp ? "function" : null)));
        BeginUninterruptible(request);
    }

    private void RecordCompletion(ReplyRequest request, ReplyResult result)
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
        Record(new(type, GetIdMember(request), new("response_id", request.Response?.Id), new("status", ToSnakeCase(result.Status))));
    }

    private void RecordStop(ResponseState response, bool isInterruption)
    {
        if (IsObserved)
            Record(new(isInterruption ? DecisionTypes.ResponseInterrupted : DecisionTypes.ResponseCanceled, new("response_id", response.Id)));
    }

    private void RecordHeard(TurnItem item, bool isUnheard = false)
    {
        if (IsObserved)
            Record(new(isUnheard ? DecisionTypes.ItemUnheard : DecisionTypes.ItemTruncated, new("item_id", item.Id), default, new("text", item.HeardText.ToString()), item.HeardDuration));
    }

    private void RecordDeletion(string itemId)
    {
        if (IsObserved)
            Record(new(DecisionTypes.ItemDeleted, new("item_id", itemId)));
    }

    private void RecordCall(string type, CallState call)
    {
        if (IsObserved)
            Record(new(type, new("call_id", call.CallId), new("name", call.Name), new("status", call.IsOver ? ToSnakeCase(call.Status) : null)));
    }

    private void RecordApproval(CallState call, bool isApproved)
    {
        if (IsObserved)
            Record(new(DecisionTypes.ApprovalAnswered, new("call_id", call.CallId), new("name", call.Name), new("answer", isApproved ? "approved" : "denied")));
    }

    private void RecordBlock(Guardrail guardrail, ResponseState? response, CallState? call)
    {
        if (IsObserved)
            Record(new(DecisionTypes.GuardrailBlocked, new("guardrail", guardrail.Name), new("response_id", response?.Id), new("call_id", call?.CallId)));
    }

    private void RecordSwitch(string from, string to)
    {
        if (IsObserved)
            Record(new(DecisionTypes.AgentSwitched, new("from", from), new("to", to)));
    }

    private void RecordWarning(WarningKind kind, string message)
    {
        if (IsObserved)
            Record(new(DecisionTypes.Warning, new("kind", ToSnakeCase(kind)), new("message", PeerText.Sanitize(message))));
    }

    private void RecordEnd(ConversationEnd end)
    {
        if (IsObserved)
            Record(new(DecisionTypes.Ended, new("reason", ToSnakeCase(end.Reason)), new("message", end.Message is { } message ? PeerText.Sanitize(message).ToString() : null)));
    }

    private static DecisionMember GetIdMember(ReplyRequest request) => new("reply_id", request.Tag);

    /// <summary>Returns the name of a value in recordings.</summary>
    public static string ToSnakeCase<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private sealed class Observation(ConversationEngine engine, IConversationObserver observer) : IDisposable
    {
        public void Dispose()
        {
            lock (engine._lock)
                engine._observers = [.. engine._observers.Where(other => other != observer)];
        }
    }
}
