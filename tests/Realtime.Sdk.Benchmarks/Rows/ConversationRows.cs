namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// What a conversation costs beyond the connection that it runs on, in the same turns: end to end, for each piece of audio, and at the pace of speech.
/// </summary>
internal static class ConversationRows
{
    public const string Bare = "connection, leased", Unread = "conversation", Read = "conversation, one reader of updates";

    private const int Sessions = 16, TurnsPerSession = 20, LongAnswer = 104, LongTurnsPerSession = 2;

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return new($"conversation, a turn of {NumberedTurn.Events} events", "µs CPU", () => Task.FromResult(Candidates(effort, server, Turns)),
            [
                new(Unread, Metric.TimeRatio, 1.10, Bare), new(Read, Metric.TimeRatio, 1.10, Bare),
                new(Unread, Metric.BytesMore, 24 * 1024, Bare), new(Read, Metric.BytesMore, 24 * 1024, Bare),
            ]);
        yield return new("conversation, one more audio event", "µs CPU", () => Task.FromResult(Candidates(effort, server, AudioEvents)),
            [new(Unread, Metric.BytesMore, 1, Bare), new(Read, Metric.BytesMore, 1, Bare)]);
    }

    private static IReadOnlyList<Candidate> Candidates(Effort effort, ServerProcess server, Func<string, Func<string, Task<ITalk>>, Effort, Candidate> create)
    {
        var client = new RealtimeClient(Ours.Options(server.Plain));
        return
        [
            create(Bare, model => ConnectionTalk.ConnectAsync(client, model), effort),
            create(Unread, async model => await ConversationTalk.StartAsync(client, model, isRead: false), effort),
            create(Read, async model => await ConversationTalk.StartAsync(client, model, isRead: true), effort),
        ];
    }

    /// <summary>Short turns in several sessions at once.</summary>
    private static Candidate Turns(string name, Func<string, Task<ITalk>> open, Effort effort)
    {
        TalkGroup? group = null;
        return new(name,
            async () =>
            {
                group = await TalkGroup.OpenAsync(name, open, NumberedTurn.ShortAnswer, Sessions);
                await group.WarmUpAsync(effort.WarmUp);
            },
            () => Meter.ProcessAsync(() => group!.TurnsAsync(TurnsPerSession)),
            () => group?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Long answers less short ones, by the audio events that they have more.</summary>
    private static Candidate AudioEvents(string name, Func<string, Task<ITalk>> open, Effort effort)
    {
        TalkGroup? shorter = null, longer = null;
        return new(name,
            async () =>
            {
                shorter = await TalkGroup.OpenAsync(name, open, NumberedTurn.ShortAnswer, Sessions);
                longer = await TalkGroup.OpenAsync(name, open, LongAnswer, Sessions);
                await shorter.WarmUpAsync(effort.WarmUp / 2);
                await longer.WarmUpAsync(effort.WarmUp / 2);
            },
            async () =>
            {
                var few = await Meter.ProcessAsync(() => shorter!.TurnsAsync(LongTurnsPerSession));
                var many = await Meter.ProcessAsync(() => longer!.TurnsAsync(LongTurnsPerSession));
                const int more = LongAnswer - NumberedTurn.ShortAnswer;
                return new((many.Time - few.Time) / more, (many.Bytes - few.Bytes) / more);
            },
            async () =>
            {
                await (shorter?.DisposeAsync() ?? ValueTask.CompletedTask);
                await (longer?.DisposeAsync() ?? ValueTask.CompletedTask);
            });
    }
}
