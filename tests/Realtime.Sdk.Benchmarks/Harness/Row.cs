namespace Realtime.Sdk.Benchmarks;

/// <summary>What one measurement of one candidate gave, per unit of its row; what was not measured is NaN.</summary>
internal readonly record struct Sample(double Time, double Bytes)
{
    public static Sample OfBytes(double bytes) => new(double.NaN, bytes);
}

/// <summary>One way to do a row's work.</summary>
internal sealed class Candidate(string name, Func<Task> verify, Func<Task<Sample>> measure, Func<ValueTask>? dispose = null)
{
    public string Name => name;

    /// <summary>Throws unless the candidate does the whole work of its row. Runs before anything is timed.</summary>
    public Task VerifyAsync() => verify();

    public Task<Sample> MeasureAsync() => measure();

    public ValueTask DisposeAsync() => dispose?.Invoke() ?? ValueTask.CompletedTask;
}

internal enum Metric
{
    /// <summary>Time or CPU time, as a ratio to another candidate round by round.</summary>
    TimeRatio,

    /// <summary>Time or CPU time per unit beyond that of another candidate, round by round.</summary>
    TimeMore,

    /// <summary>Bytes as a ratio to another candidate.</summary>
    BytesRatio,

    /// <summary>Bytes per unit beyond those of another candidate.</summary>
    BytesMore,

    /// <summary>Bytes per unit.</summary>
    Bytes,

    /// <summary>Time or CPU time per unit, for rows that nothing can be compared with.</summary>
    Time,
}

/// <summary>A bound that a candidate is to keep.</summary>
internal sealed record Goal(string Candidate, Metric Metric, double Bound, string Against = Goal.Official)
{
    public const string Official = "official OpenAI 2.15.0";
}

/// <summary>How much of everything a run does.</summary>
internal sealed record Effort(bool Quick)
{
    public int Rounds => Quick ? 5 : 15;

    public int HeavyRounds => Quick ? 1 : 5;

    /// <summary>Over how many processes a row is spread that starts none itself.</summary>
    public int Processes => Quick ? 1 : 3;

    /// <summary>How long a candidate that awaits is run before it is measured: the last tier of its code comes late.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 1 : 8);

    /// <summary>How long one candidate works in one round.</summary>
    public TimeSpan Slice => TimeSpan.FromMilliseconds(Quick ? 20 : 100);
}

/// <summary>One line of the comparison: the same work, done by several candidates.</summary>
internal sealed record Row(string Name, string TimeUnit, Func<Task<IReadOnlyList<Candidate>>> Candidates, IReadOnlyList<Goal> Goals)
{
    public int? Rounds { get; init; }

    /// <summary>Over how many processes the rounds are spread; 1 is this one.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>What the bytes are: allocated per event mostly, sometimes heap, peak memory or a file's size.</summary>
    public string BytesUnit { get; init; } = "B";
}
