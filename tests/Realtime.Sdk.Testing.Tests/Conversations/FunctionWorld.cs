namespace Realtime.Sdk.Testing.Tests.Conversations;

internal enum FunctionKind
{
    Fast, Slow, Fails, ThrowsAtOnce, IgnoresToken, TooLong, CallsBack,

    /// <summary>Declared by the agent, or by its session, and run by nobody here.</summary>
    Declared, InSession,

    /// <summary>Only in the tools of single responses, so that nobody has it.</summary>
    Unknown,

    /// <summary>Run by the conversation: a handoff, or the end of a task.</summary>
    Handoff,
}

/// <summary>One function of a world.</summary>
internal sealed record FunctionPlan(string Name, FunctionKind Kind)
{
    /// <summary>How long the handler takes.</summary>
    public TimeSpan Duration { get; init; }

    public TimeSpan? Timeout { get; init; }

    public bool RequiresApproval { get; init; }

    public bool CancelOnInterruption { get; init; }

    public int? MaxConcurrentCalls { get; init; }

    /// <summary>Whether its arguments are read, so that bad ones are found.</summary>
    public bool TakesArguments { get; init; }

    /// <summary>Whether it runs in the background.</summary>
    public bool Background { get; init; }

    /// <summary>Whether the conversation answers its calls.</summary>
    public bool HasHandler => IsObserved || Kind == FunctionKind.Handoff;

    /// <summary>Whether its runs are in the log.</summary>
    public bool IsObserved => Kind < FunctionKind.Declared;
}

/// <summary>Who answers approvals.</summary>
internal enum ApprovalKind { Callback, Reader, Both, Nobody }

/// <summary>The functions of one run and their limits, all of which follow from its seed.</summary>
internal sealed record FunctionWorld
{
    public const string McpLabel = "shop", McpTool = "mcp_tool";

    public static readonly string[] BadArguments = ["not JSON", """{"a":1,"a":2}""", "[1]", "null", """{"a":"""];

    private static readonly string[] GoodArguments = ["{}", "", """{"a":1}""", """{"a":{"b":[1,2]},"c":"d"}"""];

    public static FunctionWorld None { get; } = new();

    public IReadOnlyList<FunctionPlan> Functions { get; init; } = [];

    public ApprovalKind Approvals { get; init; }

    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan BackgroundTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan ApprovalTimeout { get; init; } = TimeSpan.FromMinutes(1);

    public int MaxConcurrentFunctions { get; init; } = 16;

    public int MaxFunctionRounds { get; init; } = 16;

    /// <summary>False has each response make one call, so that chains are long.</summary>
    public bool? CallsInParallel { get; init; }

    public McpApproval? Mcp { get; init; }

    public bool HasServices { get; init; }

    /// <summary>What the model calls in its answers; empty in an answer without calls.</summary>
    public IReadOnlyList<IReadOnlyList<(string Name, string Arguments)>> Answers { get; init; } = [];

    public bool IsEmpty => Functions.Count == 0;

    public static FunctionWorld Create(int seed)
    {
        // Not the seed itself: the circumstances without functions would follow from the same numbers.
        var random = new Random(unchecked((seed * 7919) + 17));
        if (random.Next(4) == 0)
            return None;
        var world = new FunctionWorld
        {
            Functions = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => Function($"fn{i}", random)), new("nobody", FunctionKind.Unknown)],
            Approvals = (ApprovalKind)random.Next(4),
            FunctionTimeout = random.Next(3) == 0 ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(random.Next(200, 4_000)),
            ApprovalTimeout = TimeSpan.FromMilliseconds(random.Next(100, 3_000)),
            MaxConcurrentFunctions = random.Next(2) == 0 ? random.Next(1, 4) : 16,
            MaxFunctionRounds = random.Next(2) == 0 ? random.Next(1, 4) : 16,
            CallsInParallel = random.Next(3) == 0 ? false : null,
            Mcp = random.Next(3) switch { 0 => McpApproval.Always, 1 when random.Next(2) == 0 => McpApproval.Never, _ => null },
            HasServices = random.Next(3) > 0,
        };
        string[] names = [.. world.Functions.Select(function => function.Name), .. world.Mcp is null ? Array.Empty<string>() : [McpTool, McpTool]];
        return world with
        {
            Answers = [.. Enumerable.Range(0, 40).Select(_ => (IReadOnlyList<(string, string)>)
                [.. Enumerable.Range(0, random.Next(5) < 2 ? 0 : random.Next(1, 4)).Select(_ => (names[random.Next(names.Length)], Arguments(random)))])],
        };
    }

    private static string Arguments(Random random)
    {
        var from = random.Next(8) == 0 ? BadArguments : GoodArguments;
        return from[random.Next(from.Length)];
    }

    private static FunctionPlan Function(string name, Random random) => new(name, (FunctionKind)random.Next((int)FunctionKind.Unknown))
    {
        Duration = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(100) : random.Next(6_000)),
        Timeout = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(50, 4_000)) : null,
        RequiresApproval = random.Next(5) == 0,
        CancelOnInterruption = random.Next(4) == 0,
        MaxConcurrentCalls = random.Next(4) == 0 ? 1 : null,
        TakesArguments = random.Next(2) == 0,
    };
}
