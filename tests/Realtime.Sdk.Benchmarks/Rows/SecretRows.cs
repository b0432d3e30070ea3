using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Client secrets over kept-alive loopback connections: CPU time and allocated bytes of the client for each.</summary>
internal static class SecretRows
{
    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return Of("client secret, one after the other", effort, server.Plain, 1);
        yield return Of("client secret, 32 at once", effort, server.Plain, 32);
    }

    private static Row Of(string name, Effort effort, Uri endpoint, int atOnce) =>
        new(name, "µs CPU", () => Task.FromResult(Candidates(effort, endpoint, atOnce)),
            [new(Ours.Plain, Metric.TimeRatio, 0.70), new(Ours.Plain, Metric.BytesRatio, 0.6)])
        { Processes = effort.Processes };

    private static IReadOnlyList<Candidate> Candidates(Effort effort, Uri endpoint, int atOnce)
    {
        var (ours, naive, floor) = (new OurSecrets(endpoint), new NaiveSecrets(endpoint), new FloorSecrets(endpoint));
        return
        [
            Of(Goal.Official, new OfficialSecrets(endpoint).CreateAsync, effort, atOnce),
            Of(Ours.Plain, ours.CreateAsync, effort, atOnce, ours),
            Of("naive HttpClient + JsonSerializer", naive.CreateAsync, effort, atOnce, naive),
            Of("floor: HttpMessageInvoker, fixed bytes", floor.CreateAsync, effort, atOnce, floor),
        ];
    }

    private static Candidate Of(string name, Func<Task<string>> create, Effort effort, int atOnce, IDisposable? owned = null)
    {
        var count = effort.Quick ? 320 : 1600;
        return new(name,
            async () =>
            {
                var warmUp = Stopwatch.StartNew();
                while (warmUp.Elapsed < effort.WarmUp)
                    await RunAsync(name, create, 320, atOnce);
            },
            () => Meter.ProcessAsync(() => RunAsync(name, create, count, atOnce)),
            () =>
            {
                owned?.Dispose();
                return ValueTask.CompletedTask;
            });
    }

    private static async Task<long> RunAsync(string name, Func<Task<string>> create, int count, int atOnce)
    {
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            for (var i = 0; i < count / atOnce; i++)
            {
                if (await create() != SessionJson.ClientSecret)
                    throw new InvalidOperationException($"{name} did not return the client secret.");
            }
        }));
        return count;
    }
}
