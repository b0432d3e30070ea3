using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// What a conversation costs for each function call, beyond a program that answers the same calls on the bare connection. Responses with nine calls less
/// responses with one, by the eight calls that they have more, so that what a response and a turn cost is left out.
/// </summary>
internal static class FunctionRows
{
    private const string Inline = "connection, in the reading loop", Pooled = "connection, on the thread pool";
    private const string Plain = "conversation", Scoped = "conversation, a scope per call", Read = "conversation, one reader of updates";

    private const int Sessions = 4, Few = 1, Many = 9, MaxBytes = 2 * 1024;
    private const double MaxTime = 5;

    public static IEnumerable<Row> All(Effort effort) => [Of("function calls, text", isJson: false, effort), Of("function calls, JSON", isJson: true, effort)];

    private static Row Of(string name, bool isJson, Effort effort) => new(name, "µs CPU", () => Task.FromResult<IReadOnlyList<Candidate>>(
        [
            Create(Inline, () => CallTalk.BareAsync(isJson, isPooled: false), effort),
            Create(Pooled, () => CallTalk.BareAsync(isJson, isPooled: true), effort),
            Create(Plain, () => CallTalk.ConversationAsync(isJson, hasScopes: false, isRead: false), effort),
            Create(Scoped, () => CallTalk.ConversationAsync(isJson, hasScopes: true, isRead: false), effort),
            Create(Read, () => CallTalk.ConversationAsync(isJson, hasScopes: false, isRead: true), effort),
        ]),
        [.. new[] { Plain, Scoped, Read }.SelectMany(ours => new Goal[] { new(ours, Metric.TimeMore, MaxTime, Pooled), new(ours, Metric.BytesMore, MaxBytes, Inline) })])
    {
        Processes = effort.Processes,
    };

    private static Candidate Create(string name, Func<Task<CallTalk>> open, Effort effort)
    {
        CallTalk[] talks = [];
        return new(name,
            async () =>
            {
                talks = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => open()));
                for (var watch = Stopwatch.StartNew(); watch.Elapsed < effort.WarmUp;)
                    await RoundsAsync(talks, Many, 100);
            },
            async () =>
            {
                var rounds = effort.Quick ? 500 : 2_000;
                var few = await Meter.ProcessAsync(() => RoundsAsync(talks, Few, rounds));
                var many = await Meter.ProcessAsync(() => RoundsAsync(talks, Many, rounds));
                return new((many.Time - few.Time) / (Many - Few), (many.Bytes - few.Bytes) / (Many - Few));
            },
            async () =>
            {
                foreach (var talk in talks)
                    await talk.DisposeAsync();
            });
    }

    private static async Task<long> RoundsAsync(CallTalk[] talks, int calls, int rounds)
    {
        await Task.WhenAll(talks.Select(talk => Task.Run(async () =>
        {
            for (var i = 0; i < rounds; i++)
                await talk.RoundAsync(calls);
        })));
        return (long)rounds * talks.Length;
    }
}
