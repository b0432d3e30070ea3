namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The circumstances of one conversation with a budget, all of which follow from its seed.</summary>
internal sealed record BudgetWorld
{
    public const string Farewell = "Say farewell.", Last = "Say the last words.";

    /// <summary>The price of a token.</summary>
    public const decimal Price = 0.001m;

    private BudgetWorld() { }

    public required int Seed { get; init; }

    public required ConversationBudget Budget { get; init; }

    public required TurnDetection TurnDetection { get; init; }

    public required bool LeavesConnectionOpen { get; init; }

    public required bool ShowsMetadata { get; init; }

    public required bool IsTranscribed { get; init; }

    public required int Steps { get; init; }

    public bool CreatesResponses => TurnDetection is ServerVad { CreateResponse: true };

    public bool Interrupts => TurnDetection is ServerVad { InterruptResponse: true };

    public static PriceTable Prices { get; } = new()
    {
        Models = new Dictionary<string, ModelPrices>
        {
            ["gpt-realtime"] = new() { TextInput = Price * 1_000_000, TextOutput = Price * 1_000_000 },
            ["gpt-4o-transcribe"] = new() { AudioInput = Price * 1_000_000, TextOutput = Price * 1_000_000 },
        },
    };

    public static BudgetWorld Create(int seed)
    {
        var random = new Random(seed);
        var kinds = random.Next(1, 8);
        return new()
        {
            Seed = seed,
            Budget = new()
            {
                Tokens = (kinds & 1) > 0 ? random.Next(1, 8_000) : null,
                Cost = (kinds & 2) > 0 ? random.Next(1, 8_000) * Price : null,
                Time = (kinds & 4) > 0 ? TimeSpan.FromMilliseconds(random.Next(1, 20_000)) : null,
                WarnAt = 1 - (random.NextDouble() * 0.9),
                OnSpent = (WhenSpent)random.Next(2),
                Farewell = Farewell,
            },
            TurnDetection = random.Next(4) == 0 ? TurnDetection.Disabled : new ServerVad { CreateResponse = random.Next(3) > 0, InterruptResponse = random.Next(2) == 0 },
            LeavesConnectionOpen = random.Next(4) == 0,
            ShowsMetadata = random.Next(2) == 0,
            IsTranscribed = random.Next(2) == 0,
            Steps = random.Next(5, 60),
        };
    }
}
