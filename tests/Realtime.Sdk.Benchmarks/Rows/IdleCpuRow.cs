using System.Diagnostics;
using System.Globalization;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// The CPU time of sessions on which nothing happens, except what keeps them alive. Each candidate has its own process, and all are measured at the same time. The
/// period is that of the slowest candidate, the 30 seconds between two pongs of a <c>ClientWebSocket</c> without a timeout, and a multiple of the 15 seconds
/// between two pings of this SDK. Each timer of each session then fires equally often, whenever it was started. A quick run is shorter. It verifies the
/// sessions, but contains only a part of the work, so it has no goal.
/// </summary>
internal static class IdleCpuRow
{
    /// <summary>A session that answers one request with events that have no audio.</summary>
    private const string Model = $"{RelayedSession.Replay}-0";

    /// <summary>The time in which the code that has opened the sessions is compiled again, which is not part of the period.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private static readonly string[] Names = [Goal.Official, Ours.Owned, Connectors.WebSocket];

    public static Row Create(Effort effort, ServerProcess server)
    {
        var (sessions, period) = effort.Quick ? (500, TimeSpan.FromSeconds(3)) : (5000, TimeSpan.FromSeconds(30));
        return new($"idle CPU of 1,000 sessions, {sessions:N0} at once", "ms CPU/s",
            () =>
            {
                var rounds = new Rounds(server.Plain, sessions, period);
                return Task.FromResult<IReadOnlyList<Candidate>>([.. Names.Select(name => new Candidate(name, () => Task.CompletedTask, () => rounds.MeasureAsync(name)))]);
            },
            effort.Quick ? [] : [new(Ours.Owned, Metric.TimeRatio, 1.2)])
        { Rounds = effort.Quick ? 1 : 3, BytesUnit = "" };
    }

    /// <summary>The verb <c>idle-cpu</c>: opens sessions, waits for a line of input, prints the CPU time of the period, and then has every session answer.</summary>
    public static async Task<int> RunAsync(Uri endpoint, string name, int count, TimeSpan period)
    {
        var connect = Connectors.OfClients(endpoint).Single(connector => connector.Name == name).Connect;
        await using var sessions = await ManySessions.OpenAsync(connect, Model, count);
        var reading = sessions.All.Select(session => session.ReadAsync(new(), "response.done")).ToArray();
        GC.Collect();
        Console.WriteLine("open");
        Console.ReadLine();
        await Task.Delay(Settling);
        var cpu = Environment.CpuUsage.TotalTime;
        await Task.Delay(period);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        if (Array.Exists(reading, task => task.IsCompleted))
            return 1;
        foreach (var session in sessions.All)
            await session.AskAsync();
        var answered = await Task.WhenAll(reading);
        Console.WriteLine((cpu.TotalMilliseconds / period.TotalSeconds * 1000 / count).ToString(CultureInfo.InvariantCulture));
        return answered.All(isAnswered => isAnswered) ? 0 : 1;
    }

    /// <summary>Starts the processes of all candidates when the first candidate of a round is measured.</summary>
    private sealed class Rounds(Uri endpoint, int sessions, TimeSpan period)
    {
        private Dictionary<string, Task<Sample>> _left = [];

        public Task<Sample> MeasureAsync(string name)
        {
            if (_left.Count == 0)
            {
                var (opened, isOpen) = (Names.Length, new TaskCompletionSource());
                Task AllOpenAsync()
                {
                    if (Interlocked.Decrement(ref opened) == 0)
                        isOpen.SetResult();
                    return isOpen.Task;
                }
                _left = Names.ToDictionary(name => name, name => MeasureAsync(name, AllOpenAsync));
            }
            return _left.Remove(name, out var sample) ? sample : throw new InvalidOperationException($"{name} was measured twice in a round.");
        }

        private async Task<Sample> MeasureAsync(string name, Func<Task> allOpenAsync)
        {
            string[] arguments = ["idle-cpu", endpoint.ToString(), name, $"{sessions}", $"{period.TotalSeconds}"];
            using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            var opened = await process.StandardOutput.ReadLineAsync();
            // If a process fails, the others must not wait for it.
            await allOpenAsync();
            process.StandardInput.Close();
            var printed = await process.StandardOutput.ReadLineAsync();
            await process.WaitForExitAsync();
            return opened == "open" && process.ExitCode == 0 && double.TryParse(printed, CultureInfo.InvariantCulture, out var milliseconds)
                ? new(milliseconds, double.NaN)
                : throw new InvalidOperationException($"The sessions of {name} did not stay open.");
        }
    }
}
