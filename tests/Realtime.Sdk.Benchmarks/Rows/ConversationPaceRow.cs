namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// Conversations at the pace of speech, event by event: CPU time, and the number of hand-overs of work to a thread of the pool. A connection has one for
/// each event that is received separately. A conversation may have one more per turn, for the timer that fires when the answer was heard.
/// </summary>
internal static class ConversationPaceRow
{
    private const int Sessions = 200, EventsPerSecond = 5;
    private const double TimerOfTurn = 2.0 / NumberedTurn.Events;

    public static Row Create(Effort effort, ServerProcess server)
    {
        var client = new RealtimeClient(Ours.Options(server.Plain));
        return new($"conversation at real pace, {Sessions} sessions", "µs CPU", () => Task.FromResult<IReadOnlyList<Candidate>>(
            [
                Of(ConversationRows.Bare, effort, () => ListenAsync(client)),
                Of(ConversationRows.Unread, effort, () => ConverseAsync(client, isRead: false)),
                Of(ConversationRows.Read, effort, () => ConverseAsync(client, isRead: true)),
            ]),
            [
                new(ConversationRows.Unread, Metric.TimeRatio, 1.10, ConversationRows.Bare), new(ConversationRows.Read, Metric.TimeRatio, 1.10, ConversationRows.Bare),
                new(ConversationRows.Unread, Metric.BytesMore, TimerOfTurn, ConversationRows.Bare),
            ])
        { Rounds = effort.HeavyRounds, BytesUnit = "hand-overs" };
    }

    private static Candidate Of(string name, Effort effort, Func<Task<Listener>> open) => new(name, () => Task.CompletedTask, async () =>
    {
        var listeners = new Listener[Sessions];
        await Parallel.ForAsync(0, Sessions, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) => listeners[i] = await open());
        var duration = TimeSpan.FromSeconds(effort.Quick ? 1.5 : 5);
        await Task.Delay(duration);
        GC.Collect();
        var wakeUps = WakeUps.Of(Environment.ProcessId);
        var (events, handedOver, cpu) = (listeners.Sum(listener => listener.Events), ThreadPool.CompletedWorkItemCount, Environment.CpuUsage.TotalTime);
        await Task.Delay(duration);
        (cpu, handedOver) = (Environment.CpuUsage.TotalTime - cpu, ThreadPool.CompletedWorkItemCount - handedOver);
        events = listeners.Sum(listener => listener.Events) - events;
        var perWakeUp = WakeUps.Of(Environment.ProcessId).EventsSince(wakeUps, events);
        foreach (var listener in listeners)
            await listener.DisposeAsync();
        return events > Sessions * EventsPerSecond * duration.TotalSeconds / 2
            ? new Sample(cpu.TotalMicroseconds / events, (double)handedOver / events, perWakeUp)
            : throw new InvalidOperationException($"{name} did not keep the pace: {events} events.");
    });

    private static async Task<Listener> ListenAsync(RealtimeClient client)
    {
        var connection = await client.ConnectAsync(Talks.Session($"chat-{EventsPerSecond}"));
        var listener = new Listener(connection);
        connection.OnOutputAudio((in _) => listener.Events++);
        listener.Reading = ReadAsync();
        return listener;

        async Task ReadAsync()
        {
            await foreach (var _ in connection.ReadEventsAsync())
                listener.Events++;
        }
    }

    private static async Task<Listener> ConverseAsync(RealtimeClient client, bool isRead)
    {
        var conversation = await client.StartConversationAsync(new RealtimeAgent { Name = "agent", Session = Talks.Session($"chat-{EventsPerSecond}") });
        var listener = new Listener(conversation);
        conversation.OnEvent(_ => listener.Events++);
        conversation.OnAudio((in _) => listener.Events++);
        if (isRead)
            listener.Reading = ReadAsync();
        return listener;

        async Task ReadAsync()
        {
            await foreach (var _ in conversation.ReadUpdatesAsync()) { }
        }
    }

    /// <summary>A session and the number of its events so far. Only one thread may write.</summary>
    private sealed class Listener(IAsyncDisposable session) : IAsyncDisposable
    {
        public long Events { get; set; }

        public Task Reading { get; set; } = Task.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            await session.DisposeAsync();
            await Reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
