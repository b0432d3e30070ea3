namespace Realtime.Sdk.Extensions.AI.Comparison;

/// <summary>A result: the higher the score, the better.</summary>
internal sealed record Result(double Score, string Text)
{
    public static Result Of(bool isGood, string good = "yes", string bad = "no") => new(isGood ? 1 : 0, isGood ? good : bad);

    public static Result Of(int count, int all) => new(count, count == all ? $"all {all}" : count == 0 ? "none" : $"{count} of {all}");

    public static Result Of(params bool[] parts) => Of(parts.Count(part => part), parts.Length);
}

/// <summary>A row of the table: what is measured, and how. A candidate that throws has the lowest score.</summary>
internal sealed record Row(string Name, Func<Candidate, Task<Result>> Measure)
{
    public async Task<Result> MeasureAsync(Candidate candidate)
    {
        try
        {
            return await Measure(candidate);
        }
#pragma warning disable CA1031 // any exception is the result of the candidate
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(-1, $"throws `{e.GetType().Name}`");
        }
    }
}
