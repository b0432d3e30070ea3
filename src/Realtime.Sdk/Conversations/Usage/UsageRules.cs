namespace Realtime.Sdk.Internal;

/// <summary>Validates budgets and prices. Reports all violations together.</summary>
internal static class UsageRules
{
    /// <summary>The maximum price. It is far above any real price, and low enough that the cost of a response does not overflow.</summary>
    public const decimal MaxPrice = 1_000_000_000;

    /// <summary>Throws if a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public static void ThrowIfInvalid(RealtimeConversationOptions options)
    {
        var errors = new List<string>();
        if (options.Budget is { } budget)
            Check(budget, options.Prices, errors);
        if (options.Prices is { } table)
        {
            foreach (var (model, prices) in table.Models)
                Check(model, prices, errors);
        }
        Throw(errors);
    }

    /// <summary>Throws if the budget limits the cost, but a model that the conversation uses has no prices: its usage would count as free.</summary>
    /// <param name="options">The options.</param>
    /// <param name="model">The model; null if it is not known.</param>
    /// <param name="agent">The agent, whose transcription has a model of its own.</param>
    /// <exception cref="ArgumentException">A model has no prices.</exception>
    public static void ThrowIfUnpriced(RealtimeConversationOptions options, string? model, RealtimeAgent agent)
    {
        if (options is not { Budget.Cost: not null, Prices: { } prices })
            return;
        var errors = new List<string>();
        foreach (var name in new[] { model, (agent.Session.Audio?.Input?.Transcription as TranscriptionConfiguration)?.Model })
        {
            if (name is not null && prices.Find(name) is null)
                errors.Add($"Budget.Cost requires prices of the model '{name}', but Prices has no row for it.");
        }
        Throw(errors);
    }

    private static void Check(ConversationBudget budget, PriceTable? prices, List<string> errors)
    {
        if (budget.Tokens <= 0)
            errors.Add($"Budget.Tokens is {budget.Tokens}, must be more than 0.");
        if (budget.Time <= TimeSpan.Zero)
            errors.Add($"Budget.Time is {budget.Time}, must be more than zero.");
        if (budget.Cost <= 0)
            errors.Add(FormattableString.Invariant($"Budget.Cost is {budget.Cost}, must be more than 0."));
        if (budget is { Tokens: null, Time: null, Cost: null })
            errors.Add("Budget must set Tokens, Time or Cost.");
        if (budget.Cost is not null && prices is null)
            errors.Add("Budget.Cost requires Prices, which is not set.");
        if (budget.WarnAt is not (> 0 and <= 1))
            errors.Add(FormattableString.Invariant($"Budget.WarnAt is {budget.WarnAt}, must be more than 0 and at most 1."));
        if (!Enum.IsDefined(budget.OnSpent))
            errors.Add($"Budget.OnSpent is {(int)budget.OnSpent}, must be a value of {nameof(WhenSpent)}.");
        if (string.IsNullOrWhiteSpace(budget.Farewell))
            errors.Add("Budget.Farewell must not be blank.");
        foreach (var violation in new ResponseCreateEvent { Response = new() { Instructions = budget.Farewell } }.Validate())
        {
            if (violation.Severity == ConstraintSeverity.Error)
                errors.Add($"Budget.Farewell {violation.Rule}.");
        }
    }

    private static void Check(string model, ModelPrices? prices, List<string> errors)
    {
        var row = $"Prices.Models[\"{model}\"]";
        if (prices is null || prices == new ModelPrices())
        {
            errors.Add($"{row} must have a price.");
            return;
        }
        Check(nameof(prices.TextInput), prices.TextInput);
        Check(nameof(prices.AudioInput), prices.AudioInput);
        Check(nameof(prices.ImageInput), prices.ImageInput);
        Check(nameof(prices.CachedTextInput), prices.CachedTextInput);
        Check(nameof(prices.CachedAudioInput), prices.CachedAudioInput);
        Check(nameof(prices.CachedImageInput), prices.CachedImageInput);
        Check(nameof(prices.TextOutput), prices.TextOutput);
        Check(nameof(prices.AudioOutput), prices.AudioOutput);
        Check(nameof(prices.TranscriptionMinute), prices.TranscriptionMinute);

        void Check(string name, decimal? price)
        {
            if (price is < 0 or > MaxPrice)
                errors.Add(FormattableString.Invariant($"{row}.{name} is {price}, must be 0 to {MaxPrice}."));
        }
    }

    private static void Throw(List<string> errors)
    {
        if (errors.Count > 0)
            throw new ArgumentException(PeerText.Sanitize(string.Join(' ', errors), maxLength: 16_000));
    }
}
