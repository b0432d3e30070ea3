namespace Realtime.Sdk.Benchmarks;

/// <summary>The cost of a turn in a long conversation, and the memory that is kept for a turn.</summary>
internal static class ConversationGrowthRows
{
    private const int Sessions = 8, Measured = 50, Between = 925, Thousand = 1000;
    private const string First = "turns 1 to 50", Last = "turns 976 to 1,025", Kept = "conversation, 1,000 turns";

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return new("growth, a turn of a conversation", "µs CPU", () => Task.FromResult(Cost(effort, server)),
            [new(Last, Metric.TimeRatio, 1.05, First), new(Last, Metric.BytesRatio, 1.05, First)])
        { Rounds = effort.Quick ? 1 : 9 };
        yield return new("growth, what a conversation keeps of a turn", "", () => Task.FromResult<IReadOnlyList<Candidate>>([Memory(server)]), [new(Kept, Metric.Bytes, KeptBytes)])
        {
            Rounds = effort.HeavyRounds,
            BytesUnit = "B heap",
        };
    }

    /// <summary>The size of the text of an average turn in UTF-16, plus one kilobyte.</summary>
    private static double KeptBytes => (sizeof(char) * (NumberedTurn.Question.Length + NumberedTurn.Answer.Length) / 2.0) + 1024;

    private static IReadOnlyList<Candidate> Cost(Effort effort, ServerProcess server) =>
    [
        Turns(First, server, 0, async () =>
        {
            await using var other = await OpenAsync(server);
            await other.WarmUpAsync(effort.WarmUp);
        }),
        Turns(Last, server, Measured + Between, () => Task.CompletedTask),
    ];

    /// <summary>Measures turns after a number of others, in conversations that are new in every round.</summary>
    private static Candidate Turns(string name, ServerProcess server, int before, Func<Task> warmUp) => new(name, warmUp, async () =>
    {
        await using var group = await OpenAsync(server);
        await group.TurnsAsync(before);
        return await Meter.ProcessAsync(() => group.TurnsAsync(Measured));
    });

    /// <summary>Returns the heap of conversations with 1,000 turns, half of them the user's, minus the heap of the same conversations when they are new.</summary>
    private static Candidate Memory(ServerProcess server) => new(Kept, () => FillPoolsAsync(server), async () =>
    {
        await using var group = await OpenAsync(server);
        var before = IdleRows.Heap();
        await group.TurnsAsync(Thousand / 2);
        var kept = IdleRows.Heap() - before;
        foreach (var talk in group.All.Cast<ConversationTalk>())
            Meter.Expect(Kept, new(Thousand, 0, 0), new(talk.Conversation.Turns.Count, 0, 0));
        return Sample.OfBytes((double)kept / (Sessions * Thousand));
    });

    /// <summary>Fills the pools, whose memory is shared by all conversations and does not belong to a turn.</summary>
    private static async Task FillPoolsAsync(ServerProcess server)
    {
        await using var group = await OpenAsync(server);
        await group.TurnsAsync(Measured);
    }

    private static async Task<TalkGroup> OpenAsync(ServerProcess server)
    {
        var client = new RealtimeClient(Ours.Options(server.Plain));
        return await TalkGroup.OpenAsync(
            Kept, async model => await ConversationTalk.StartAsync(client, model, isRead: true),
            $"talk-{NumberedTurn.ShortAnswer}", Talks.Answer(NumberedTurn.ShortAnswer), Sessions);
    }
}
