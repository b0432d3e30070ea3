namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What must hold for every budget, checked against the log of the server with arithmetic of its own.</summary>
internal sealed class BudgetOracle(BudgetWorld world, IReadOnlyList<BudgetEntry> log)
{
    private readonly List<string> _failures = [];
    private readonly ConversationBudget _budget = world.Budget;
    private long _used, _largest;

    /// <summary>The tokens of transcripts that a request may have crossed, because the client had not settled after them.</summary>
    private long _crossing;

    private bool IsSerial => _budget.Tokens is not null || _budget.Cost is not null;

    private bool IsSpent => IsSpentBy(_used);

    private bool IsTight => IsTightWith(_used);

    /// <summary>Whether the app has ended the conversation, which may come before the end by the budget.</summary>
    public bool IsEndedByApp { get; init; }

    /// <summary>Whether the conversation must have ended by itself.</summary>
    public bool MustEnd { get; private set; }

    public IReadOnlyList<string> Check(ConversationEndReason? reason, TimeSpan elapsed, IReadOnlyList<(ConversationUsage Usage, ConversationUsage Total)> charges, IReadOnlyList<string> warnings)
    {
        var (hasFarewell, hasLast, wasSpentBefore) = (false, false, false);
        int? spentBy = null;
        for (var i = 0; i < log.Count; i++)
        {
            var entry = log[i];
            if (entry.Kind is BudgetEntryKind.Used or BudgetEntryKind.Transcribed)
            {
                _used += entry.Tokens;
                _crossing += entry.Kind == BudgetEntryKind.Transcribed ? entry.Tokens : 0;
                _largest = entry.IsResponse ? Math.Max(_largest, entry.Tokens) : _largest;
                if (IsSpent)
                    spentBy ??= i;
            }
            else if (entry.Kind is BudgetEntryKind.Requested or BudgetEntryKind.Crossed)
            {
                CheckRequest(i, entry, hasFarewell, hasLast);
                hasFarewell |= entry.Is(BudgetWorld.Farewell);
                hasLast |= entry.Is(BudgetWorld.Last);
            }
            else if (entry.Kind == BudgetEntryKind.Settled)
            {
                _crossing = 0;
                wasSpentBefore |= IsSpent && !hasFarewell;
                MustEnd |= IsSpent || entry.At >= _budget.Time || hasFarewell;
            }
        }
        if (spentBy is { } at)
            CheckExcess(at);
        if (reason is { } ended)
            CheckEnd(ended, elapsed, hasFarewell, hasLast, wasSpentBefore);
        CheckCharges(charges);
        CheckWarnings(warnings);
        return _failures;
    }

    private bool IsSpentBy(long used) => used >= _budget.Tokens || used * BudgetWorld.Price >= _budget.Cost;

    private bool IsTightWith(long used) => used + _largest + (_largest / 4) >= _budget.Tokens || (used + (_largest * 1.25m)) * BudgetWorld.Price >= _budget.Cost;

    private void CheckRequest(int at, BudgetEntry entry, bool hasFarewell, bool hasLast)
    {
        var isLast = entry.Is(BudgetWorld.Farewell) || entry.Is(BudgetWorld.Last);
        if (IsSpentBy(_used - _crossing))
            Fail(at, "is requested although the budget is spent");
        if (IsSerial && entry is { Kind: BudgetEntryKind.Requested, InProgress: > 0 })
            Fail(at, $"is requested although {entry.InProgress} others are in progress");
        if (entry.At >= _budget.Time && !isLast)
            Fail(at, "is requested although the time is over");
        if (IsTightWith(_used - _crossing) && !isLast && _budget.OnSpent == WhenSpent.SayGoodbye)
            Fail(at, "is requested although the rest is reserved for the farewell");
        if ((hasFarewell && !entry.Is(BudgetWorld.Farewell)) || (hasLast && !entry.Is(BudgetWorld.Last)))
            Fail(at, "is requested after the last reply");
        if (entry.Is(BudgetWorld.Farewell) && _budget.OnSpent == WhenSpent.EndImmediately)
            Fail(at, "is a farewell of a conversation that is cut");
        if (entry.Is(BudgetWorld.Farewell) && !(IsTight || entry.At >= _budget.Time))
            Fail(at, "is a farewell although the budget is not tight");
    }

    /// <summary>After the response that has spent the budget, only responses that turn detection has begun may use something, or the one in progress when a transcript has spent it.</summary>
    private void CheckExcess(int at)
    {
        var requested = log.Skip(at + 1).Count(entry => entry is { Kind: BudgetEntryKind.Used, Request: not null });
        var allowed = log[at] is { IsResponse: true, Request: not null } ? 0 : 1;
        if (requested > allowed)
            Fail(at, $"has spent the budget, and {requested} requested responses ended after it");
    }

    private void CheckEnd(ConversationEndReason reason, TimeSpan elapsed, bool hasFarewell, bool hasLast, bool wasSpentBefore)
    {
        if (MustEnd && !IsEndedByApp && reason != ConversationEndReason.BudgetSpent)
            _failures.Add($"The budget is spent, but the conversation ended with {reason}.");
        if (!MustEnd && !IsTight && !(elapsed >= _budget.Time) && reason == ConversationEndReason.BudgetSpent)
            _failures.Add("The conversation ended with BudgetSpent, but the budget is not spent.");
        if (reason == ConversationEndReason.BudgetSpent && _budget.OnSpent == WhenSpent.SayGoodbye && !hasFarewell && !hasLast && !wasSpentBefore && !IsSpent)
            _failures.Add("The conversation ended without a farewell, although the budget allows one.");
    }

    private void CheckCharges(IReadOnlyList<(ConversationUsage Usage, ConversationUsage Total)> charges)
    {
        var total = charges.Aggregate(new ConversationUsage(), (sum, charge) => sum + charge.Usage);
        if (charges.Count > 0 && charges[^1].Total != total)
            _failures.Add($"The sum of the usage is {total}, but the last update says {charges[^1].Total}.");
        if (total.TotalTokens + total.TranscriptionTokens > _used)
            _failures.Add($"{total.TotalTokens + total.TranscriptionTokens} tokens were counted, but only {_used} were used.");
        if (total.Responses > 0 && total.Cost != (total.TotalTokens + total.TranscriptionTokens) * BudgetWorld.Price)
            _failures.Add($"The cost is {total.Cost}.");
    }

    private void CheckWarnings(IReadOnlyList<string> warnings)
    {
        foreach (var (unit, text, limit) in new[] { ("tokens", "tokens are used.", _budget.Tokens is not null), ("cost", ": the cost is ", _budget.Cost is not null), ("seconds", "seconds have passed.", _budget.Time is not null) })
        {
            var count = warnings.Count(warning => warning.Contains(text, StringComparison.Ordinal));
            if (count > (limit ? 1 : 0))
                _failures.Add($"There are {count} warnings of {unit}.");
        }
    }

    private void Fail(int at, string failure) => _failures.Add($"Entry {at}, {log[at]}, {failure}: {_used} used, {_largest} the largest.");
}
