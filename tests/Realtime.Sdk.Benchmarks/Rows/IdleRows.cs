using System.Collections.Concurrent;
using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The managed heap of an idle session, which is connected and waits for an event.</summary>
internal static class IdleRows
{
    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        var many = effort.Quick ? 500 : 5000;
        yield return new($"idle session, {many} at once", "", () => Task.FromResult(Candidates(server.Plain, many)),
            [new(Ours.Owned, Metric.BytesRatio, 0.25), new(Ours.Owned, Metric.Bytes, 17_000)])
        { Rounds = effort.Quick ? 1 : 3, BytesUnit = "B heap" };
    }

    /// <summary>The verb <c>idle</c>: opens sessions in a process that has done nothing else, and prints the heap of each.</summary>
    public static async Task<int> RunAsync(Uri endpoint, string name, int count)
    {
        var connect = Connectors.OfClients(endpoint).Single(connector => connector.Name == name).Connect;
        await using var first = await ManySessions.OpenAsync(connect, "idle", 20);
        var before = Heap();
        // Each session waits for an event as soon as it is open. Otherwise all of them would still hold the memory of their first event at the same time.
        var reading = new ConcurrentBag<Task>();
        await using var sessions = await ManySessions.OpenAsync(connect, "idle", count, session => reading.Add(ListenAsync(session)));
        Console.WriteLine((Heap() - before) / count);
        return reading.Any(task => task.IsCompleted) ? 1 : 0;
    }

    private static IReadOnlyList<Candidate> Candidates(Uri endpoint, int count) =>
        [.. Connectors.OfClients(endpoint).Select(connector => Session(connector.Name, endpoint, connector.Name, count))];

    public static Candidate Session(string name, Uri endpoint, string connector, int count) =>
        new(name, () => Task.CompletedTask, () => MeasureAsync(endpoint, connector, count));

    private static async Task<Sample> MeasureAsync(Uri endpoint, string name, int count)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["idle", endpoint.ToString(), name, count.ToString()]) { RedirectStandardOutput = true })!;
        var printed = await process.StandardOutput.ReadLineAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && long.TryParse(printed, out var bytes) ? Sample.OfBytes(bytes) : throw new InvalidOperationException($"{name} did not stay open.");
    }

    public static long Heap()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(false);
    }

    private static async Task ListenAsync(ISession session)
    {
        try
        {
            await session.ReadAsync(new(), null);
        }
        catch (Exception)
        {
            // The measurement has ended, and the socket was aborted while a read was pending.
        }
    }
}
