namespace Realtime.Sdk.Benchmarks;

/// <summary>What a turn costs when a conversation is long, and what is kept of it.</summary>
internal static class ConversationGrowthRows
{
    private const int Sessions = 8, Measured = 50, Thousand = 1000;
    private const string First = "turns 1 to 50", Last = "turns 951 to 1,000", Kept = "conversation, 1,000 turns";

    public static IEnumerable<Row> All(Effort effort, ServerProcess server)
    {
        yield return new("growth, a turn of a conversation", "µs CPU", () => Task.FromResult(Cost(server)),
            [new(Last, Metric.TimeRatio, 1.05, First), new(Last, Metric.BytesRatio, 1.05, First)]) { Rounds = effort.Quick ? 3 : 9 };
        yield return new("growth, what is kept of a turn", "", () => Task.FromResult<IReadOnlyList<Candidate>>([Memory(server)]), [new(Kept, Metric.Bytes, KeptBytes)])
        {
            Rounds = effort.HeavyRounds,
            BytesUnit = "B heap",
        };
    }

    /// <summary>The text of an average turn, in UTF-16, and a kilobyte.</summary>
    private static double KeptBytes => (sizeof(char) * (NumberedTurn.Question.Length + NumberedTurn.Answer.Length) / 2.0) + 1024;

    /// <summary>The first and the last turns of the same conversations, which are new in every round.</summary>
    private static IReadOnlyList<Candidate> Cost(ServerProcess server)
    {
        TalkGroup? group = null;
        return
        [
            new(First,
                async () =>
                {
                    await using var other = await OpenAsync(server);
                    await other.WarmUpAsync(TimeSpan.FromSeconds(2));
                },
                async () =>
                {
                    group = await OpenAsync(server);
                    return await Meter.ProcessAsync(() => group.TurnsAsync(Measured));
                }),
            new(Last,
                () => Task.CompletedTask,
                async () =>
                {
                    await using var long_ = group!;
                    await long_.TurnsAsync(Thousand - Measured - Measured - 1);
                    return await Meter.ProcessAsync(() => long_.TurnsAsync(Measured));
                }),
        ];
    }

    /// <summary>The heap of conversations of a thousand turns, half of them the user's, less that of the same conversations when they are new.</summary>
    private static Candidate Memory(ServerProcess server) => new(Kept, () => Task.CompletedTask, async () =>
    {
        await using var group = await OpenAsync(server);
        var before = IdleRows.Heap();
        await group.TurnsAsync(Thousand / 2);
        var kept = IdleRows.Heap() - before;
        foreach (var talk in group.All.Cast<ConversationTalk>())
            Meter.Expect(Kept, new(Thousand, 0, 0), new(talk.Conversation.Turns.Count, 0, 0));
        return Sample.OfBytes((double)kept / (Sessions * Thousand));
    });

    private static async Task<TalkGroup> OpenAsync(ServerProcess server)
    {
        var client = new RealtimeClient(Ours.Options(server.Plain));
        return await TalkGroup.OpenAsync(Kept, async model => await ConversationTalk.StartAsync(client, model, isRead: true), NumberedTurn.ShortAnswer, Sessions);
    }
}
