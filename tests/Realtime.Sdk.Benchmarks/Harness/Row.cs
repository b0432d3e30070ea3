namespace Realtime.Sdk.Benchmarks;

/// <summary>The result of one measurement of one candidate, per unit of its row. A value that was not measured is NaN.</summary>
/// <param name="Time">Time or CPU time per unit.</param>
/// <param name="Bytes">Bytes per unit.</param>
/// <param name="EventsPerWakeUp">The number of events for each time that a thread was woken up (<see cref="WakeUps"/>).</param>
internal readonly record struct Sample(double Time, double Bytes, double EventsPerWakeUp = double.NaN)
{
    public static Sample OfBytes(double bytes) => new(double.NaN, bytes);
}

/// <summary>A way to do the work of a row.</summary>
internal sealed class Candidate(string name, Func<Task> verify, Func<Task<Sample>> measure, Func<ValueTask>? dispose = null)
{
    public string Name => name;

    /// <summary>Throws unless the candidate does all of the work of its row. Runs before anything is measured.</summary>
    public Task VerifyAsync() => verify();

    public Task<Sample> MeasureAsync() => measure();

    public ValueTask DisposeAsync() => dispose?.Invoke() ?? ValueTask.CompletedTask;
}

internal enum Metric
{
    /// <summary>Time or CPU time as a ratio to another candidate in the same round.</summary>
    TimeRatio,

    /// <summary>Time or CPU time per unit beyond that of another candidate, round by round.</summary>
    TimeMore,

    /// <summary>Bytes as a ratio to another candidate.</summary>
    BytesRatio,

    /// <summary>Bytes per unit beyond those of another candidate.</summary>
    BytesMore,

    /// <summary>Bytes per unit.</summary>
    Bytes,

    /// <summary>Time or CPU time per unit, for rows without another candidate.</summary>
    Time,
}

/// <summary>A goal for a candidate: the maximum of a value.</summary>
internal sealed record Goal(string Candidate, Metric Metric, double Bound, string Against = Goal.Official)
{
    public const string Official = "official OpenAI 2.15.0";
}

/// <summary>The numbers of rounds and the durations of a run.</summary>
internal sealed record Effort(bool Quick)
{
    public int Rounds => Quick ? 3 : 15;

    public int HeavyRounds => Quick ? 1 : 5;

    /// <summary>The number of processes for a row that does not start processes itself.</summary>
    public int Processes => Quick ? 1 : 3;

    /// <summary>The warm-up time of an asynchronous candidate, whose code reaches the last tier of compilation late.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? 0.5 : 8);

    /// <summary>The warm-up time of a candidate that handles tens of thousands of events per second.</summary>
    public TimeSpan ShortWarmUp => TimeSpan.FromSeconds(Quick ? 0.1 : 2);

    /// <summary>The warm-up time of a loop on one thread.</summary>
    public TimeSpan LoopWarmUp => TimeSpan.FromMilliseconds(Quick ? 250 : 600);

    /// <summary>The duration of the work of one candidate in one round.</summary>
    public TimeSpan Slice => TimeSpan.FromMilliseconds(Quick ? 20 : 100);
}

/// <summary>A row of the comparison: the same work, done by several candidates.</summary>
internal sealed record Row(string Name, string TimeUnit, Func<Task<IReadOnlyList<Candidate>>> Candidates, IReadOnlyList<Goal> Goals)
{
    public int? Rounds { get; init; }

    /// <summary>The candidate to which the printed ratios refer, if it is one of the row.</summary>
    public string Baseline { get; init; } = Goal.Official;

    /// <summary>The number of processes over which the rounds are spread; 1 uses only this process.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>The meaning of the bytes: mostly allocated bytes per event, sometimes heap, peak memory or the size of a file.</summary>
    public string BytesUnit { get; init; } = "B";
}
