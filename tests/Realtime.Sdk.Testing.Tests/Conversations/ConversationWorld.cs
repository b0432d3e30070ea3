namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>The circumstances of one run, all of which follow from its seed.</summary>
internal sealed record ConversationWorld
{
    private ConversationWorld() { }

    public required int Seed { get; init; }

    public required EmulatorPace Pace { get; init; }

    public required bool ShowsMetadata { get; init; }

    public required bool IsTranscribed { get; init; }

    public required TurnDetection? TurnDetection { get; init; }

    public required PlayerKind Player { get; init; }

    /// <summary>After how many calls a player fails that does.</summary>
    public required int PlayerFailsAfter { get; init; }

    public required bool LeavesConnectionOpen { get; init; }

    public required bool HandlersThrow { get; init; }

    public required ConversationInputOptions Input { get; init; }

    public required int Steps { get; init; }

    public required FunctionWorld Functions { get; init; }

    public required AgentWorld Agents { get; init; }

    public bool Interrupts => TurnDetection switch
    {
        ServerVad vad => vad.InterruptResponse ?? true,
        SemanticVad vad => vad.InterruptResponse ?? true,
        null => true,
        _ => false,
    };

    public static ConversationWorld Create(int seed)
    {
        var random = new Random(seed);
        var (agents, functions) = AgentWorld.Create(seed, FunctionWorld.Create(seed));
        return new()
        {
            Seed = seed,
            Pace = random.Next(5) == 0 ? EmulatorPace.Instant : EmulatorPace.AtFactor(1 + (random.NextDouble() * 19)),
            ShowsMetadata = random.Next(2) == 0,
            IsTranscribed = random.Next(3) > 0,
            TurnDetection = Detection(random),
            Player = random.Next(2) == 0 ? PlayerKind.Good : (PlayerKind)random.Next(Enum.GetValues<PlayerKind>().Length),
            PlayerFailsAfter = random.Next(12),
            LeavesConnectionOpen = random.Next(4) == 0,
            HandlersThrow = random.Next(5) == 0,
            Input = new()
            {
                HalfDuplex = random.Next(8) == 0,
                InterruptionWarmUp = random.Next(6) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 800)) : TimeSpan.Zero,
            },
            Steps = random.Next(3, 14),
            Functions = functions,
            Agents = agents,
        };
    }

    private static TurnDetection? Detection(Random random) => random.Next(10) switch
    {
        0 or 1 => TurnDetection.Disabled,
        2 => null,
        3 or 4 => new SemanticVad { CreateResponse = random.Next(4) > 0, InterruptResponse = random.Next(4) > 0 },
        _ => new ServerVad
        {
            CreateResponse = random.Next(4) > 0,
            InterruptResponse = random.Next(4) > 0,
            SilenceDuration = random.Next(2) == 0 ? TimeSpan.FromMilliseconds(random.Next(200, 700)) : null,
        },
    };
}
