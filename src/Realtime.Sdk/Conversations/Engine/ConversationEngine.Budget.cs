namespace Realtime.Sdk.Internal;

/// <content>Usage, its cost, and the end of a conversation whose budget is spent.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum number of times that automatic responses are turned off, because another client of the session may turn them on again each time.</summary>
    private const int MaxTurnOffAttempts = 8;

    /// <summary>The kinds of usage without a price that were reported.</summary>
    private readonly HashSet<string> _unpriced = [];

    /// <summary>The IDs of the responses that were abandoned before the server reported their usage.</summary>
    private readonly HashSet<string> _uncharged = [];
    private readonly BudgetTracker? _budget;
    private ConversationUsage _usage = ConversationUsage.None;
    private bool _hasWarnedOfUsage;
    private bool _isFarewellDue;
    private bool _isTurnOffPending;
    private int _turnOffAttempts;

    /// <summary>Why the budget ends the conversation; null as long as it does not.</summary>
    private string? _budgetEndMessage;

    public ConversationUsage Usage
    {
        get
        {
            lock (_lock)
                return _usage;
        }
    }

    /// <summary>Whether the farewell takes the place of the next response.</summary>
    private bool IsFarewellReserved => _budget is { IsNearlySpent: true } && _options.Budget!.OnSpent == WhenSpent.SayGoodbye;

    private TimeSpan Elapsed => _time.GetElapsedTime(_startedAt);

    /// <summary>Counts the usage of a response.</summary>
    /// <returns>The usage with its cost.</returns>
    private ConversationUsage Charge(RealtimeResponse response)
    {
        var usage = Charge(ConversationUsage.From(response.Usage), (_connection.Session?.Configuration as RealtimeSessionConfiguration)?.Model, Agent.Session.Model);
        if (_budget is { LimitsResponses: true } && response.Usage is null && response.Status == ResponseStatus.Completed && !_hasWarnedOfUsage)
        {
            _hasWarnedOfUsage = true;
            Warn(WarningKind.Usage, "The server did not report the usage of a response, so the budget cannot count it.");
        }
        return usage;
    }

    /// <summary>Records a response that is abandoned before its end, because its usage may still be reported.</summary>
    private void AddUncharged(ResponseState response)
    {
        // Only the IDs of the newest settled responses are kept there, which limits the number here as well.
        _uncharged.RemoveWhere(id => !_responses.IsSettled(id));
        _uncharged.Add(response.Id);
    }

    /// <summary>Counts the usage of a response that was abandoned before its end.</summary>
    private void ChargeLate(RealtimeResponse response)
    {
        if (_uncharged.Remove(response.Id))
            Charge(response);
    }

    /// <summary>Counts the usage of a transcript.</summary>
    /// <returns>The usage with its cost.</returns>
    private ConversationUsage Charge(TranscriptionUsage? usage)
    {
        var transcribed = ConversationUsage.From(usage);
        if (ReferenceEquals(transcribed, ConversationUsage.None))
            return transcribed;
        var priced = Charge(transcribed, Effective.TranscriptionModel, (Agent.Session.Audio?.Input?.Transcription as TranscriptionConfiguration)?.Model);
        _telemetry.RecordTranscription(priced);
        return priced;
    }

    private ConversationUsage Charge(ConversationUsage usage, string? model, string? requestedModel)
    {
        var known = 0m;
        if (_options.Prices is { } prices)
        {
            // On Azure, a row can have the name of the deployment, which the agent requests.
            var row = (model is null ? null : prices.Find(model)) ?? (requestedModel is null ? null : prices.Find(requestedModel));
            var unpriced = new List<string>();
            known = UsagePricing.GetCost(usage, row, unpriced);
            if (unpriced.Count == 0)
                usage = usage with { Cost = known };
            WarnOfUnpriced(unpriced, model ?? requestedModel);
        }
        _usage += usage;
        _budget?.Add(usage, known);
        _updates.Publish(new UsageUpdate { Usage = usage, Total = _usage });
        return usage;
    }

    private void WarnOfUnpriced(List<string> kinds, string? model)
    {
        kinds.RemoveAll(kind => !_unpriced.Add(kind));
        if (kinds.Count > 0)
            Warn(WarningKind.Usage, $"Prices has no price for {string.Join(", ", kinds)} of {(model is null ? "a model that is not known" : $"the model '{PeerText.Sanitize(model)}'")}. This usage has no cost{(_options.Budget?.Cost is null ? "." : ", and Budget.Cost does not count it.")}");
    }

    /// <summary>Returns why a reply must not be requested now; null if it may be.</summary>
    private RealtimeBudgetException? GetRefusal(BudgetTracker budget, ReplyRequest request)
    {
        if (!budget.IsSpent && (request.IsLast || (_budgetEndMessage is null && !budget.IsTimeOver(Elapsed) && !IsFarewellReserved)))
            return null;

        // The farewell takes the place of the refused reply.
        _isFarewellDue = true;
        return new(_budgetEndMessage ?? budget.Describe(Elapsed));
    }

    /// <summary>Reports warnings of the budget, and ends the conversation when it is spent. Called after each change.</summary>
    private void EnforceBudget(TimeSpan elapsed)
    {
        if (_budget is null || _end is not null || _requestedEnd is not null)
            return;

        // One response can reach several limits.
        while (_budget.NextWarning(elapsed) is { } warning)
            Warn(WarningKind.BudgetLow, warning);
        if (_budgetEndMessage is null && (_budget.IsSpent || _budget.IsTimeOver(elapsed) || _isFarewellDue))
            BeginEndForBudget(_budget);
        if (_budgetEndMessage is not null || IsFarewellReserved)
            TurnOffAutomaticResponses();
    }

    private void BeginEndForBudget(BudgetTracker budget)
    {
        _budgetEndMessage = budget.Describe(Elapsed);
        var (refusal, isImmediate) = (new RealtimeBudgetException(_budgetEndMessage), _options.Budget!.OnSpent == WhenSpent.EndImmediately);

        // Functions in progress do not hold back the farewell, and no reply may follow them.
        EndContinuations(ReplyStatus.Refused, refusal);

        // A last reply that the app has requested replaces the farewell. The farewell must not call functions, because no reply would follow them.
        var farewell = isImmediate || budget.IsSpent || _replies.IsEnding
            ? null
            : new ReplyRequest(new() { Instructions = _options.Budget.Farewell, Response = new() { ToolChoice = ToolChoice.None } }, this) { IsLast = true };
        _replies.Close(refusal, farewell);
        Defer(() =>
        {
            _callbacks.Run(() => EndForBudgetAsync(farewell, isImmediate));
            return Task.CompletedTask;
        });
    }

    private async Task EndForBudgetAsync(ReplyRequest? farewell, bool isImmediate)
    {
        try
        {
            if (farewell is not null)
                await WaitForHeardAsync(farewell, CancellationToken.None).ConfigureAwait(true);

            // Without a farewell, the response in progress is heard to its end.
            if (!isImmediate)
                await WhenAsync(() => _replies.IsIdle && _responses.All.All(response => response is { IsDone: true, HasFinishedPlayback: true }), MaxEndWait, message: null, CancellationToken.None).ConfigureAwait(true);
            Change(() => _requestedEnd ??= ConversationEndReason.BudgetSpent);

            // Before the connection is closed, because no warning can be reported after the end.
            await HangUpAsync().ConfigureAwait(true);
            await CloseAsync(ConversationEndReason.BudgetSpent, CancellationToken.None).ConfigureAwait(true);
        }
#pragma warning disable CA1031 // no code awaits this method, and the conversation must end in any case
        catch (Exception)
#pragma warning restore CA1031
        {
            await AbortAsync().ConfigureAwait(true);
        }
    }

    /// <summary>Stops the other responses in progress when a response has spent the budget, because each of them would exceed it further.</summary>
    private void StopOthers(ResponseState done)
    {
        if (_budget is not { IsSpent: true })
            return;

        // Responses that have not begun are canceled when they begin.
        foreach (var request in _responses.OutOfBand.Append(_responses.Requested).OfType<ReplyRequest>())
            request.IsCancelRequested = true;
        StopResponses([.. _responses.All.Where(response => response is { IsDone: false, IsStopped: false } && response != done)], isInterruption: false);
    }

    /// <summary>Stops a response that the server or another client has begun although the budget is spent.</summary>
    private void StopUnrequested(ResponseState response)
    {
        if (_budget is { IsSpent: true } && response is { Request: null, IsStopped: false, IsDone: false })
            StopResponses([response], isInterruption: false);
    }

    /// <summary>Requests the farewell when the user has finished a turn that the server no longer answers by itself.</summary>
    private void AnswerWithFarewell() => _isFarewellDue |= _turnOffAttempts > 0;

    /// <summary>Turns off the responses that the server begins by itself, because the budget cannot be checked before them.</summary>
    private void TurnOffAutomaticResponses()
    {
        if (_isTurnOffPending || !Effective.CreatesResponses || _turnOffAttempts == MaxTurnOffAttempts)
            return;

        // One attempt at a time: session.updated ends it.
        (_isTurnOffPending, _turnOffAttempts) = (true, _turnOffAttempts + 1);
        SendTurnDetection(interrupts: null);
    }
}
