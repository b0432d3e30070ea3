using System.Diagnostics;
using System.Globalization;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// The verb <c>pace</c>: what an event costs, and how late it is read, in a gateway of many sessions at the pace of speech. It runs with the settings of the platform
/// that the environment contains.
/// </summary>
internal static class PaceVerb
{
    private const int Sessions = 600, EventsPerSecond = 5, BusyShare = 20;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4), Duration = TimeSpan.FromSeconds(8), BusyTime = TimeSpan.FromMilliseconds(2);

    public static async Task<int> RunAsync(string[] options)
    {
        await using var server = await ServerProcess.StartAsync();
        using var client = new RealtimeClient(Ours.Options(options.Contains("--tls") ? server.Tls : server.Plain));
        var latencies = new Latencies((int)(2 * Sessions * EventsPerSecond * Duration.TotalSeconds));
        var readers = new List<Reader>();
        for (var i = 0; i < Sessions; i++)
            readers.Add(new(await client.ConnectAsync($"{RelayedSession.Paced}-{EventsPerSecond}"), latencies, options.Contains("--busy") ? i : null));
        var reading = readers.Select(reader => reader.RunAsync()).ToArray();

        await Task.Delay(WarmUp);
        var (cpu, before) = (Environment.CpuUsage.TotalTime, readers.Sum(reader => reader.Events));
        latencies.IsOn = true;
        await Task.Delay(Duration);
        latencies.IsOn = false;
        var (used, events) = (Environment.CpuUsage.TotalTime - cpu, readers.Sum(reader => reader.Events) - before);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{used.TotalMicroseconds / events:0.0} µs CPU per event, read after {latencies.At(0.5):0} µs (median), {latencies.At(0.99):0} µs (p99); {events} events"));

        foreach (var reader in readers)
            reader.Abort();
        await Task.WhenAll(reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    /// <summary>Reads the events of one session.</summary>
    /// <param name="connection">The session.</param>
    /// <param name="latencies">Where it adds the time from the sending of each event to its arrival.</param>
    /// <param name="busyAt">
    /// If it is not null, the reader computes at one event in <see cref="BusyShare"/>, beginning with this one, and its thread can do nothing else meanwhile. It differs
    /// between sessions, because not all of them compute at the same time.
    /// </param>
    private sealed class Reader(RealtimeConnection connection, Latencies latencies, int? busyAt)
    {
        public long Events { get; private set; }

        public async Task RunAsync()
        {
            await connection.SendAsync(new ResponseCreateEvent());
            await foreach (var serverEvent in connection.ReadEventsAsync())
            {
                if (EventStamp.ReadId(serverEvent.EventId) is { } sent)
                    latencies.Add(Stopwatch.GetTimestamp() - sent);
                if ((++Events - busyAt) % BusyShare == 0)
                    Compute();
            }
        }

        public void Abort() => connection.Abort();

        private static void Compute()
        {
            var begun = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begun) < BusyTime)
                Thread.SpinWait(100);
        }
    }
}
