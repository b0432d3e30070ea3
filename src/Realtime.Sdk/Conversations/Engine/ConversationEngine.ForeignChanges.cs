namespace Realtime.Sdk.Internal;

/// <content>Changes of the session, and responses, that another client of the call has caused.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>A page can cause any number of changes, and each warning is a fact that every reader of updates gets.</summary>
    private static readonly TimeSpan MinForeignWarningInterval = TimeSpan.FromSeconds(5);

    /// <summary>The members that another client must not change, as they were requested last; null if they are not checked.</summary>
    private RealtimeSessionConfiguration? _protected;

    /// <summary>
    /// Where the session differed from the requested one immediately after the request, which is how this server reports it. The first report after the request can be that of
    /// another client's change; a report without differences then proves that this server changes nothing.
    /// </summary>
    private string _acceptedDifferences = "";
    private int _suspendedForeignChecks;
    private string? _restorationId;
    private long _restoredAt;
    private long? _foreignWarningAt;
    private bool _isIdleAnswerDue;

    /// <summary>Whether other clients of the session can exist, and the app wants to know what they do.</summary>
    private bool ChecksForeignChanges => _options.OnForeignChange is not null && _connection.CallId is not null;

    /// <summary>Called when the server has accepted a session of the conversation: later sessions are compared with it.</summary>
    /// <param name="requested">The session that was requested.</param>
    /// <param name="effective">The session that the server reported.</param>
    public void Protect(RealtimeSessionConfiguration requested, RealtimeSession? effective) => Change(() =>
    {
        SetProtected(requested, effective);

        // The reading loop may already have handled a change that another client made after the request.
        if (_connection.Session is { } session)
            CheckForForeignChange(session);
    });

    private void SetProtected(RealtimeSessionConfiguration requested, RealtimeSession? effective)
    {
        if (!ChecksForeignChanges)
            return;
        _protected = new() { Instructions = requested.Instructions, Tools = requested.Tools, ToolChoice = requested.ToolChoice };
        _acceptedDifferences = effective is null ? "" : Describe(effective.DifferencesFrom(_protected));
    }

    /// <summary>Called before the conversation itself changes the session.</summary>
    private void SuspendForeignChecks()
    {
        lock (_lock)
            _suspendedForeignChecks++;
    }

    /// <summary>Called when that change was accepted or refused. Another client may have changed the session meanwhile.</summary>
    private void ResumeForeignChecks() => Change(() =>
    {
        _suspendedForeignChecks--;
        if (_connection.Session is { } session)
            CheckForForeignChange(session);
    });

    /// <summary>Called with each session that the server reports.</summary>
    private void CheckForForeignChange(RealtimeSession session)
    {
        if (_protected is null || _suspendedForeignChecks > 0 || _requestedEnd is not null)
            return;
        var differences = session.DifferencesFrom(_protected);
        if (differences.Count == 0)
            _acceptedDifferences = "";
        if (Describe(differences) == _acceptedDifferences)
        {
            _restorationId = null;
            return;
        }

        // The restoration that was sent last also reverts the changes that the server has made before it.
        if (_restorationId is not null && _time.GetElapsedTime(_restoredAt) < _options.Limits.ReplyTimeout)
            return;
        var members = differences.Select(difference => difference.Path.Split('.', '[')[0]).Distinct(StringComparer.Ordinal);
        ReactToForeignChange($"Another client of the call has changed the session ({string.Join(", ", members)})");
        if (_options.OnForeignChange == ForeignChangeAction.Restore)
            RestoreSession(_protected);
    }

    private void RestoreSession(RealtimeSessionConfiguration session)
    {
        (_restorationId, _restoredAt) = (_outbox.NewEventId(), _time.GetTimestamp());
        _outbox.Add(new SessionUpdateEvent { EventId = _restorationId, Session = session });
    }

    /// <summary>Called when the server has refused an event, which may be a restoration: the next change is answered with another one.</summary>
    private void RestorationRefused(string? eventId)
    {
        if (eventId is { Length: > 0 } && eventId == _restorationId)
            _restorationId = null;
    }

    /// <summary>Called when a response is known for the first time.</summary>
    private void ReportIfForeign(ResponseState response)
    {
        // The service answers by itself when the idle timeout of turn detection has passed.
        var isIdleAnswer = _isIdleAnswerDue && !response.IsOutOfBand;
        _isIdleAnswerDue &= !isIdleAnswer;
        if (!response.IsForeign)
            return;
        response.IsForeign = false;
        if (ChecksForeignChanges && !isIdleAnswer && _requestedEnd is null)
            ReactToForeignChange("Another client of the call has requested a response");
    }

    private void ReactToForeignChange(string what)
    {
        var isEnd = _options.OnForeignChange == ForeignChangeAction.HangUp;
        if (isEnd || _foreignWarningAt is not { } warnedAt || _time.GetElapsedTime(warnedAt) >= MinForeignWarningInterval)
        {
            _foreignWarningAt = _time.GetTimestamp();
            Warn(WarningKind.ForeignChange, isEnd ? $"{what}: the conversation ends." : $"{what}.");
        }
        if (!isEnd)
            return;
        _requestedEnd = ConversationEndReason.ForeignChange;
        Defer(() =>
        {
            _callbacks.Run(EndForForeignChangeAsync);
            return Task.CompletedTask;
        });
    }

    private async Task EndForForeignChangeAsync()
    {
        try
        {
            await HangUpAsync().ConfigureAwait(true);
            await CloseAsync(ConversationEndReason.ForeignChange, CancellationToken.None).ConfigureAwait(true);
        }
#pragma warning disable CA1031 // no code awaits this; the conversation ends in any case
        catch (Exception)
#pragma warning restore CA1031
        {
            await AbortAsync().ConfigureAwait(true);
        }
    }

    private static string Describe(IReadOnlyList<SessionDifference> differences) => string.Join('\n', differences.Select(static difference => $"{difference.Path} {difference.Effective}"));
}
