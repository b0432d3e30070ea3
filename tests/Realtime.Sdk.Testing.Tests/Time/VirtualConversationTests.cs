using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.Testing.Tests.Time;

/// <summary>
/// A real emulator and a real connection in virtual time: every message is sent and received at the same instant in every run. REALTIME_SDK_EXHAUSTIVE=1
/// repeats it 200 times.
/// </summary>
public class VirtualConversationTests
{
    private const int LoadThreads = 3;

    private static readonly int Repetitions = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 200 : 20;

    private static readonly string Speech = string.Join(' ', Enumerable.Range(1, 40).Select(i => $"word{i}"));

    [Theory]
    [InlineData(0)]
    [InlineData(LoadThreads)]
    public async Task Every_message_has_the_same_instant_in_every_run(int loadThreads)
    {
        using var load = new CpuLoad(loadThreads);
        var first = await RecordAsync();

        for (var i = 1; i < Repetitions; i++)
        {
            var other = await RecordAsync();
            other.Except(first).Should().BeEmpty($"run {i} is like the first");
            other.Should().Equal(first, $"run {i} is like the first");
        }

        first.Should().HaveCountGreaterThan(400).And.Contain("00:00:04.2500000 server received response.cancel");
    }

    private static async Task<IReadOnlyList<string>> RecordAsync()
    {
        var time = new VirtualTime();
        var (received, sent, read) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>(), new List<string>());
        await using var emulator = await RealtimeEmulator.StartAsync(new()
        {
            TimeProvider = time,
            Seed = 1,
            Model = new() { Pace = EmulatorPace.Speech },
            OnTraffic = traffic => (traffic.IsFromClient ? received : sent).Enqueue(
                $"{time.Elapsed:c} server {(traffic.IsFromClient ? "received" : "sent")} {(string)JsonNode.Parse(traffic.Bytes.Span)!["type"]!}"),
        });
        emulator.Model.When("talk").Says(Speech);
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2" });
        using var over = new CancellationTokenSource();
        await connection.SendTextAsync("talk");
        await connection.CreateResponseAsync();
        var appending = AppendAsync(connection, time, over.Token);
        var canceling = CancelAsync(connection, time);

        await time.RunUntilAsync(ReadAsync(connection, time, read)).WithTimeout();

        await canceling.WithTimeout();
        await over.CancelAsync();
        await appending.ContinueWith(_ => { }, TaskScheduler.Default).WithTimeout();
        emulator.Violations.Should().BeEmpty();
        return [.. received, .. sent, .. read];
    }

    private static async Task AppendAsync(RealtimeConnection connection, VirtualTime time, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken).ConfigureAwait(false);
            await connection.AppendAudioAsync(new byte[4800], cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CancelAsync(RealtimeConnection connection, VirtualTime time)
    {
        await Task.Delay(TimeSpan.FromSeconds(4.25), time).ConfigureAwait(false);
        await connection.SendAsync(new ResponseCancelEvent()).ConfigureAwait(false);
    }

    /// <summary>Reads two answers: the first is canceled, and its end makes the client ask for the second.</summary>
    private static async Task ReadAsync(RealtimeConnection connection, VirtualTime time, List<string> read)
    {
        var done = 0;
        await foreach (var serverEvent in connection.ReadEventsAsync().ConfigureAwait(false))
        {
            read.Add($"{time.Elapsed:c} client received {serverEvent.Type}");
            if (serverEvent is ResponseDoneEvent && ++done == 2)
                return;
            if (serverEvent is ResponseDoneEvent)
                await connection.CreateResponseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Threads that keep the processors busy.</summary>
    private sealed class CpuLoad : IDisposable
    {
        private readonly Thread[] _threads;
        private volatile bool _isOver;

        public CpuLoad(int threads)
        {
            _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Spin) { IsBackground = true })];
            foreach (var thread in _threads)
                thread.Start();
        }

        public void Dispose()
        {
            _isOver = true;
            foreach (var thread in _threads)
                thread.Join();
        }

        private void Spin()
        {
            while (!_isOver)
                Thread.SpinWait(1000);
        }
    }
}
