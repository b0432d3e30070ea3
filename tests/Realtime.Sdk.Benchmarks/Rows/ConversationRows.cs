namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// The cost of a conversation beyond that of its connection, in the same turns: received at once, asked and heard, for each piece of audio, and at the pace
/// of speech.
/// </summary>
internal static class ConversationRows
{
    public const string Bare = "connection, leased", Unread = "conversation", Read = "conversation, one reader of updates";

    /// <summary>The plain connection reads a turn in the method that asks, and does not wait until it was heard. This candidate does both as a conversation must.</summary>
    private const string Heard = "connection, leased, heard";

    private const int Sessions = 16, LongAnswer = 104;

    /// <summary>Less than the smallest object. It is not zero, because occasional allocations of the thread pool are counted too.</summary>
    private const double NoObject = 8;

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        var client = new RealtimeClient(Ours.Options(server.Plain));
        yield return Of($"conversation, {NumberedTurn.Events} events as they come", () => Task.FromResult<IReadOnlyList<Candidate>>(
            [
                Pushed(Bare, model => PushedConnection.ConnectAsync(client, model), effort),
                Pushed(Unread, model => PushedConversation.StartAsync(client, model, isRead: false), effort),
                Pushed(Read, model => PushedConversation.StartAsync(client, model, isRead: true), effort),
            ]));
        yield return ConversationCodeRow.Create(effort, server);
        yield return Of("conversation, a turn asked and heard", () => AskedAsync(client, effort), new Goal(Unread, Metric.TimeRatio, 1.10, Heard), new Goal(Read, Metric.TimeRatio, 1.10, Heard));
        yield return new("conversation, one more audio event", "µs CPU", () => Candidates(client, effort, AudioEvents),
            [new(Unread, Metric.BytesMore, NoObject, Bare), new(Read, Metric.BytesMore, NoObject, Bare)]);
        yield return ConversationPaceRow.Create(effort, server);
    }

    private static Row Of(string name, Func<Task<IReadOnlyList<Candidate>>> candidates, params Goal[] more) => new(name, "µs CPU", candidates,
        [
            new(Unread, Metric.TimeRatio, 1.10, Bare), new(Read, Metric.TimeRatio, 1.10, Bare), .. more,
            new(Unread, Metric.BytesMore, 24 * 1024, Bare), new(Read, Metric.BytesMore, 24 * 1024, Bare),
        ]);

    private static async Task<IReadOnlyList<Candidate>> AskedAsync(RealtimeClient client, Effort effort) =>
        [.. await Candidates(client, effort, Turns), Turns(Heard, model => HeardTalk.ConnectAsync(client, model), effort)];

    private static Task<IReadOnlyList<Candidate>> Candidates(RealtimeClient client, Effort effort, Func<string, Func<string, Task<ITalk>>, Effort, Candidate> create) =>
        Task.FromResult<IReadOnlyList<Candidate>>(
        [
            create(Bare, model => ConnectionTalk.ConnectAsync(client, model), effort),
            create(Unread, async model => await ConversationTalk.StartAsync(client, model, isRead: false), effort),
            create(Read, async model => await ConversationTalk.StartAsync(client, model, isRead: true), effort),
        ]);

    private static Candidate Pushed(string name, Func<string, Task<ITalk>> open, Effort effort) =>
        Of(name, open, $"push-{NumberedTurn.ShortAnswer}", Talks.Answer(NumberedTurn.ShortAnswer) * WholeTurns.Pushed, effort, each: 4);

    private static Candidate Turns(string name, Func<string, Task<ITalk>> open, Effort effort) =>
        Of(name, open, Model(NumberedTurn.ShortAnswer), Talks.Answer(NumberedTurn.ShortAnswer), effort, each: 20);

    private static Candidate Of(string name, Func<string, Task<ITalk>> open, string model, Work expected, Effort effort, int each)
    {
        TalkGroup? group = null;
        return new(name,
            async () =>
            {
                group = await TalkGroup.OpenAsync(name, open, model, expected, Sessions);
                await group.WarmUpAsync(effort.WarmUp);
            },
            () => Meter.ProcessAsync(() => group!.TurnsAsync(each)),
            () => group?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>The difference between long and short answers, divided by the difference in audio events.</summary>
    private static Candidate AudioEvents(string name, Func<string, Task<ITalk>> open, Effort effort)
    {
        const int more = LongAnswer - NumberedTurn.ShortAnswer, each = 8;
        TalkGroup? shorter = null, longer = null;
        return new(name,
            async () =>
            {
                shorter = await TalkGroup.OpenAsync(name, open, Model(NumberedTurn.ShortAnswer), Talks.Answer(NumberedTurn.ShortAnswer), Sessions);
                longer = await TalkGroup.OpenAsync(name, open, Model(LongAnswer), Talks.Answer(LongAnswer), Sessions);
                await longer.TurnsAsync(each);
            },
            async () =>
            {
                var few = await Meter.ProcessAsync(() => shorter!.TurnsAsync(each));
                var many = await Meter.ProcessAsync(() => longer!.TurnsAsync(each));
                return new((many.Time - few.Time) / more, (many.Bytes - few.Bytes) / more);
            },
            async () =>
            {
                await (shorter?.DisposeAsync() ?? ValueTask.CompletedTask);
                await (longer?.DisposeAsync() ?? ValueTask.CompletedTask);
            });
    }

    private static string Model(int audioEvents) => $"talk-{audioEvents}";
}
