namespace Realtime.Sdk.Benchmarks;

/// <summary>Prints a row: one line for each candidate, and each goal with its result.</summary>
internal static class Table
{
    public static IReadOnlyList<bool> Print(Row row, IReadOnlyList<Measured> measured)
    {
        Console.WriteLine();
        var hasWakeUps = measured.Any(candidate => !double.IsNaN(candidate.EventsPerWakeUp));
        Console.WriteLine($"{row.Name,-42}{row.TimeUnit,12}   {"ratio (quartiles)",-20}{row.BytesUnit,12}   {"ratio",6}{(hasWakeUps ? "   events/wake-up" : "")}");
        var baseline = measured.FirstOrDefault(candidate => candidate.Name == row.Baseline);
        foreach (var candidate in measured)
        {
            var bytesRatio = baseline is null ? "" : Number(candidate.Bytes / baseline.Bytes);
            Console.WriteLine($"  {candidate.Name,-40}{Number(candidate.Time),12}   {TimeRatio(candidate, baseline),-20}{Number(candidate.Bytes),12}   {bytesRatio,6}{WakeUps(candidate)}");
        }
        return [.. row.Goals.Select(goal => Judge(row, goal, measured))];
    }

    private static bool Judge(Row row, Goal goal, IReadOnlyList<Measured> measured)
    {
        var (mine, other) = (Find(measured, goal.Candidate), goal.Metric is Metric.Bytes or Metric.Time ? null : Find(measured, goal.Against));
        var (value, what) = goal.Metric switch
        {
            Metric.TimeRatio => (mine.TimeBy(other!).Median, $"time by {goal.Against}"),
            Metric.TimeMore => (mine.TimeMore(other!).Median, $"{row.TimeUnit} more than {goal.Against}"),
            Metric.BytesRatio => (mine.Bytes / other!.Bytes, $"bytes by {goal.Against}"),
            Metric.BytesMore => (mine.Bytes - other!.Bytes, $"{row.BytesUnit} more than {goal.Against}"),
            Metric.Time => (mine.Time, "time"),
            _ => (mine.Bytes, "bytes"),
        };
        var met = value <= goal.Bound;
        Console.WriteLine($"    {(met ? "met   " : "MISSED")} {goal.Candidate}: {what} {Number(value)}, goal at most {Number(goal.Bound)}");
        return met;
    }

    private static Measured Find(IReadOnlyList<Measured> measured, string name) => measured.First(candidate => candidate.Name == name);

    private static string TimeRatio(Measured candidate, Measured? baseline)
    {
        if (baseline is null || double.IsNaN(candidate.Time))
            return "";
        var spread = candidate.TimeBy(baseline);
        return $"{spread.Median:0.00} ({spread.Lower:0.00}-{spread.Upper:0.00})";
    }

    private static string WakeUps(Measured candidate) => double.IsNaN(candidate.EventsPerWakeUp) ? "" : $"   {Number(candidate.EventsPerWakeUp),14}";

    private static string Number(double value) => value switch
    {
        double.NaN => "",
        >= 1000 or <= -10 => value.ToString("N0"),
        >= 100 => value.ToString("0"),
        >= 10 => value.ToString("0.0"),
        _ => value.ToString("0.000"),
    };
}
