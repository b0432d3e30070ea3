using System.Globalization;

namespace Realtime.Sdk.Internal;

/// <summary>Counts the part of a budget that a conversation has used. Used under the conversation's lock.</summary>
internal sealed class BudgetTracker(ConversationBudget budget)
{
    /// <summary>The maximum time until the next check, because timers have a maximum duration.</summary>
    private static readonly TimeSpan MaxCheck = TimeSpan.FromDays(1);

    private long _tokens, _maxTokens;
    private decimal _cost, _maxCost;
    private bool _hasWarnedOfTokens, _hasWarnedOfCost, _hasWarnedOfTime;

    /// <summary>Whether the budget limits tokens or cost, so that only one response may be in progress at a time.</summary>
    public bool LimitsResponses => budget is { Tokens: not null } or { Cost: not null };

    /// <summary>Whether the tokens or the cost are spent. No response may follow, not even a farewell.</summary>
    public bool IsSpent => _tokens >= budget.Tokens || _cost >= budget.Cost;

    /// <summary>Whether the next response will probably spend the tokens or the cost. It is assumed to be a quarter larger than the largest so far, because the context grows.</summary>
    public bool IsNearlySpent => Sum(_tokens, _maxTokens, _maxTokens / 4) >= budget.Tokens
        || UsagePricing.Sum(_cost, UsagePricing.Sum(_maxCost, _maxCost / 4)) >= budget.Cost;

    /// <summary>Adds the usage of a response or of a transcript.</summary>
    /// <param name="usage">The usage.</param>
    /// <param name="cost">The cost of the part of it that has prices.</param>
    public void Add(ConversationUsage usage, decimal cost)
    {
        var tokens = Sum(usage.TotalTokens, usage.TranscriptionTokens);
        (_tokens, _cost) = (Sum(_tokens, tokens), UsagePricing.Sum(_cost, cost));
        if (usage.Responses > 0)
            (_maxTokens, _maxCost) = (Math.Max(_maxTokens, tokens), Math.Max(_maxCost, cost));
    }

    public bool IsTimeOver(TimeSpan elapsed) => elapsed >= budget.Time;

    /// <summary>Returns the next warning; null if there is none. There is one warning for each limit.</summary>
    public string? NextWarning(TimeSpan elapsed)
    {
        if (!_hasWarnedOfTokens && _tokens >= budget.WarnAt * budget.Tokens)
        {
            _hasWarnedOfTokens = true;
            return $"The budget is low: {UsedTokens}.";
        }
        if (!_hasWarnedOfCost && _cost >= (decimal)budget.WarnAt * budget.Cost)
        {
            _hasWarnedOfCost = true;
            return $"The budget is low: {UsedCost}.";
        }
        if (!_hasWarnedOfTime && elapsed >= budget.WarnAt * budget.Time)
        {
            _hasWarnedOfTime = true;
            return $"The budget is low: {UsedTime(elapsed)}.";
        }
        return null;
    }

    /// <summary>The time until the next warning about the time, or until the time is over; null if there is neither.</summary>
    public TimeSpan? NextCheck(TimeSpan elapsed)
    {
        if (budget.Time is not { } time || elapsed >= time)
            return null;
        var next = _hasWarnedOfTime ? time : budget.WarnAt * time;
        return next - elapsed < MaxCheck ? next - elapsed : MaxCheck;
    }

    /// <summary>Describes why the conversation ends.</summary>
    public string Describe(TimeSpan elapsed) =>
        _tokens >= budget.Tokens ? $"The budget is spent: {UsedTokens}."
        : _cost >= budget.Cost ? $"The budget is spent: {UsedCost}."
        : IsTimeOver(elapsed) ? $"The budget is spent: {UsedTime(elapsed)}."
        : $"The rest of the budget is reserved for the farewell: {(Sum(_tokens, _maxTokens, _maxTokens / 4) >= budget.Tokens ? UsedTokens : UsedCost)}.";

    private string UsedTokens => Invariant($"{_tokens} of {budget.Tokens} tokens are used");

    private string UsedCost => Invariant($"the cost is {_cost:0.############} of {budget.Cost:0.############}");

    private string UsedTime(TimeSpan elapsed) => Invariant($"{elapsed.TotalSeconds:0.#} of {budget.Time?.TotalSeconds:0.#} seconds have passed");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static long Sum(params ReadOnlySpan<long> counts)
    {
        Int128 sum = 0;
        foreach (var count in counts)
            sum += count;
        return (long)Int128.Min(sum, long.MaxValue);
    }
}
