namespace Realtime.Sdk.Internal;

/// <content>Usage, its cost, and the end of a conversation whose budget is spent.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>How often the automatic answers are turned off. Another client of the session may turn them on again without end.</summary>
    private const int MaxTurningsOff = 8;

    /// <summary>The kinds of usage without a price that were reported.</summary>
    private readonly HashSet<string> _unpriced = [];

    /// <summary>The responses that were abandoned before the server has reported their usage.</summary>
    private readonly HashSet<string> _uncharged = [];
    private readonly BudgetLedger? _budget;
    private ConversationUsage _usage = ConversationUsage.None;
    private bool _hasWarnedOfUsage;
    private bool _isFarewellDue;
    private bool _isTurningOff;
    private int _turningsOff;

    /// <summary>Why the budget ends the conversation; null as long as it does not.</summary>
    private string? _spent;

    /// <summary>Ends the call; null if it is not a call, or if the conversation cannot end it.</summary>
    public Func<CancellationToken, Task>? HangUp { get; init; }

    public ConversationUsage Usage
    {
        get
        {
            lock (_lock)
                return _usage;
        }
    }

    /// <summary>Whether the farewell takes the place of the next response.</summary>
    private bool IsReserved => _budget is { IsTight: true } && _options.Budget!.OnSpent == WhenSpent.SayGoodbye;

    private TimeSpan Elapsed => _time.GetElapsedTime(_startedAt);

    /// <summary>Counts the usage of a response.</summary>
    /// <returns>The usage with its cost.</returns>
    private ConversationUsage Charge(RealtimeResponse response)
    {
        var usage = Charge(ConversationUsage.Of(response.Usage), (_connection.Session?.Configuration as RealtimeSessionConfiguration)?.Model, Agent.Session.Model);
        if (_budget is { CountsResponses: true } && response.Usage is null && response.Status == ResponseStatus.Completed && !_hasWarnedOfUsage)
        {
            _hasWarnedOfUsage = true;
            Warn(WarningKind.Usage, "The server did not report the usage of a response, so the budget cannot count it.");
        }
        return usage;
    }

    /// <summary>Called when a response is abandoned before its end, whose usage may still be reported.</summary>
    private void KeepUncharged(ResponseState response)
    {
        // The IDs of the newest settled responses are known, which limits the number here.
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
        var transcribed = ConversationUsage.Of(usage);
        if (ReferenceEquals(transcribed, ConversationUsage.None))
            return transcribed;
        var priced = Charge(transcribed, Effective.TranscriptionModel, (Agent.Session.Audio?.Input?.Transcription as TranscriptionConfiguration)?.Model);
        _telemetry.Transcribed(priced);
        return priced;
    }

    private ConversationUsage Charge(ConversationUsage usage, string? model, string? requestedModel)
    {
        var known = 0m;
        if (_options.Prices is { } prices)
        {
            var row = (model is null ? null : prices.Find(model)) ?? (requestedModel is null ? null : prices.Find(requestedModel));
            var unpriced = new List<string>();
            known = UsagePricing.CostOf(usage, row, unpriced);
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
    private RealtimeBudgetException? Refuse(BudgetLedger budget, ReplyRequest request)
    {
        if (!budget.IsSpent && (request.IsLast || (_spent is null && !budget.IsTimeOver(Elapsed) && !IsReserved)))
            return null;
        _isFarewellDue = true;
        return new(_spent ?? budget.Describe(Elapsed));
    }

    /// <summary>Called after each change: warns of the budget, and ends the conversation when it is spent.</summary>
    private void EnforceBudget()
    {
        if (_budget is null || _end is not null || _requestedEnd is not null)
            return;
        var elapsed = Elapsed;
        while (_budget.NextWarning(elapsed) is { } warning)
            Warn(WarningKind.BudgetLow, warning);
        if (_spent is null && (_budget.IsSpent || _budget.IsTimeOver(elapsed) || _isFarewellDue))
            BeginEndForBudget(_budget);
        if (_spent is not null || IsReserved)
            TurnOffAnswers();
    }

    private void BeginEndForBudget(BudgetLedger budget)
    {
        _spent = budget.Describe(Elapsed);
        var (refusal, isCut) = (new RealtimeBudgetException(_spent), _options.Budget!.OnSpent == WhenSpent.Cut);
        EndContinuations(ReplyStatus.Refused, refusal);

        // A last reply of the app is a farewell too. The farewell must not call functions, because nothing would follow them.
        var farewell = isCut || budget.IsSpent || _replies.IsEnding
            ? null
            : new ReplyRequest(new() { Instructions = _options.Budget.Farewell, Response = new() { ToolChoice = ToolChoice.None } }, this) { IsLast = true };
        _replies.Close(refusal, farewell);
        Defer(() =>
        {
            _callbacks.Run(() => EndForBudgetAsync(farewell, isCut));
            return Task.CompletedTask;
        });
    }

    private async Task EndForBudgetAsync(ReplyRequest? farewell, bool isCut)
    {
        try
        {
            if (farewell is not null)
                await WaitForHeardAsync(farewell, CancellationToken.None).ConfigureAwait(true);
            if (!isCut)
                await WhenAsync(() => _replies.IsIdle && _responses.All.All(response => response is { IsDone: true, IsHeard: true }), MaxEnding, message: null, CancellationToken.None).ConfigureAwait(true);
            Change(() => _requestedEnd ??= ConversationEndReason.BudgetSpent);
            await HangUpAsync().ConfigureAwait(true);
            await CloseAsync(ConversationEndReason.BudgetSpent, CancellationToken.None).ConfigureAwait(true);
        }
#pragma warning disable CA1031 // no code awaits this; the conversation ends in any case
        catch (Exception)
#pragma warning restore CA1031
        {
            await AbortAsync().ConfigureAwait(true);
        }
    }

    /// <summary>Ends the call, which would otherwise continue without the conversation.</summary>
    private async Task HangUpAsync()
    {
        if (HangUp is null)
            return;
        try
        {
            await HangUp(CancellationToken.None).ConfigureAwait(true);
        }
        catch (RealtimeApiException e) when (e.Kind == RealtimeApiErrorKind.NotFound)
        {
            // The caller has hung up.
        }
        catch (RealtimeException e)
        {
            Change(() => Warn(WarningKind.ServerError, $"The budget is spent, but the call could not be ended: {PeerText.Sanitize(e.Message)}", exception: e));
        }
    }

    /// <summary>Cancels the responses that are in progress when another one has spent the budget: each would exceed it too.</summary>
    private void CutOthers(ResponseState done)
    {
        if (_budget is not { IsSpent: true })
            return;
        foreach (var request in _responses.OutOfBand.Append(_responses.Requested).OfType<ReplyRequest>())
            request.IsCancelWanted = true;
        Cut([.. _responses.All.Where(response => response is { IsDone: false, IsCut: false } && response != done)], isInterruption: false);
    }

    /// <summary>Cancels a response that the server or another client has begun although the budget is spent.</summary>
    private void CutUnrequested(ResponseState response)
    {
        if (_budget is { IsSpent: true } && response is { Request: null, IsCut: false, IsDone: false })
            Cut([response], isInterruption: false);
    }

    /// <summary>Called when the user has finished a turn that the server would have answered: the farewell takes the place of the answer.</summary>
    private void AnswerWithFarewell() => _isFarewellDue |= _turningsOff > 0;

    /// <summary>Instructs the server not to begin responses by itself, because they could not be checked before.</summary>
    private void TurnOffAnswers()
    {
        if (_isTurningOff || !Effective.CreatesResponses || _turningsOff == MaxTurningsOff)
            return;
        (_isTurningOff, _turningsOff) = (true, _turningsOff + 1);
        SendTurnDetection(interrupts: null);
    }
}
