namespace Realtime.Sdk.Testing.Tests.Conversations;

internal enum GuardrailKind { Fast, Slow, Fails, Hangs }

/// <summary>One guardrail of a world.</summary>
internal sealed record GuardrailPlan(string Name, GuardrailKind Kind)
{
    public bool IsOfOutput { get; init; }

    /// <summary>The letter that no answer may contain.</summary>
    public char Forbidden { get; init; }

    public TimeSpan Duration { get; init; }

    public TimeSpan Timeout { get; init; }

    public int CheckEvery { get; init; }

    public bool BlocksOnFailure { get; init; }

    /// <summary>Whether each of its checks has a result.</summary>
    public bool IsReliable => Kind <= GuardrailKind.Slow;
}

/// <summary>The agents of one run and what they have besides functions, all of which follow from its seed.</summary>
internal sealed record AgentWorld
{
    public const string Finish = "finish_task";

    /// <summary>The agents to which others hand over, and one whose session the server refuses.</summary>
    public static readonly string[] Names = ["first", "second", "third", Refused];

    public const string Refused = "refused";

    private static readonly string[] Handoffs = [.. Names.Select(name => $"transfer_to_{name}"), "transfer_back"];

    public static AgentWorld None { get; } = new();

    public bool IsEmpty { get; private init; } = true;

    public IReadOnlyList<GuardrailPlan> Guardrails { get; private init; } = [];

    public AgentFiller? Filler { get; private init; }

    /// <summary>Whether agents take time to be prepared, and one of them cannot be.</summary>
    public bool Prepares { get; private init; }

    /// <summary>Creates the agents and extends the functions by what the model calls because of them.</summary>
    public static (AgentWorld Agents, FunctionWorld Functions) Create(int seed, FunctionWorld functions)
    {
        // Not the seed itself, for the same reason as for functions.
        var random = new Random(unchecked((seed * 104_729) + 31));
        if (random.Next(3) == 0)
            return (None, functions);
        var agents = new AgentWorld
        {
            IsEmpty = false,
            Guardrails = [.. Enumerable.Range(0, Math.Max(0, random.Next(6) - 2)).Select(i => Guardrail($"guardrail{i}", random))],
            Filler = random.Next(2) == 0 ? new() { After = TimeSpan.FromMilliseconds(random.Next(100, 3_000)), Instructions = "Say wait." } : null,
            Prepares = random.Next(3) == 0,
        };
        List<FunctionPlan> plans = [.. functions.Functions.Select(plan => plan.IsObserved && random.Next(5) < 2 ? plan with { Background = true, Duration = plan.Duration * 2 } : plan)];
        return (agents, functions with
        {
            Functions = [.. plans, .. Handoffs.Append(Finish).Select(name => new FunctionPlan(name, FunctionKind.Handoff))],
            BackgroundTimeout = TimeSpan.FromMilliseconds(random.Next(1_000, 20_000)),
            Answers = [.. Enumerable.Range(0, 40).Select(i => Answer(functions.Answers.ElementAtOrDefault(i) ?? [], random))],
        });
    }

    private static List<(string Name, string Arguments)> Answer(IReadOnlyList<(string Name, string Arguments)> calls, Random random)
    {
        List<(string Name, string Arguments)> extended = [.. calls];
        for (var count = Math.Max(0, random.Next(6) - 3); count > 0; count--)
            extended.Insert(random.Next(extended.Count + 1), (Handoffs[random.Next(Handoffs.Length)], random.Next(8) == 0 ? "not JSON" : "{}"));
        if (random.Next(3) == 0)
            extended.Add((Finish, random.Next(4) == 0 ? """{"value":"many"}""" : $$"""{"value":{{random.Next(100)}}}"""));
        return extended;
    }

    private static GuardrailPlan Guardrail(string name, Random random) => new(name, (GuardrailKind)random.Next(Enum.GetValues<GuardrailKind>().Length))
    {
        IsOfOutput = random.Next(5) < 3,
        Forbidden = (char)('a' + random.Next(26)),
        Duration = TimeSpan.FromMilliseconds(random.Next(900)),
        Timeout = TimeSpan.FromMilliseconds(random.Next(1_000, 2_000)),
        CheckEvery = random.Next(2) == 0 ? 1 : random.Next(2, 40),
        BlocksOnFailure = random.Next(2) == 0,
    };
}
