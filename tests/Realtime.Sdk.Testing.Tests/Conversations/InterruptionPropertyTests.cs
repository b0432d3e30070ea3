namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// Interruptions at random instants of answers whose words can be decoded from the audio: 200, and 2,000 with the environment variable
/// REALTIME_SDK_EXHAUSTIVE=1.
/// </summary>
public sealed class InterruptionPropertyTests(ITestOutputHelper output)
{
    private const int PerConversation = 10;

    private static readonly int Conversations = (Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 2_000 : 200) / PerConversation;

    private static readonly TimeSpan MaxError = TimeSpan.FromMilliseconds(20), MaxAnswer = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_interruption_truncates_at_what_was_played_and_keeps_the_words_that_sounded()
    {
        var results = new List<Interruption>();
        for (var seed = 0; seed < Conversations; seed++)
            results.AddRange(await InterruptAsync(seed));

        foreach (var group in results.GroupBy(result => result.IsSteady))
        {
            var exact = group.Count(result => result.WordsOff == 0);
            output.WriteLine(
                $"{group.Count()} interruptions of {(group.Key ? "a steady voice" : "words of many lengths")}: the heard text ends at the right word in {exact} "
                + $"({100.0 * exact / group.Count():0.0} %), at most {group.Max(result => Math.Abs(result.WordsOff))} words away.");
        }
        results.Should().HaveCount(Conversations * PerConversation);
        results.Should().OnlyContain(result => result.Truncated <= result.Emitted && result.Emitted - result.Truncated <= MaxError);
        results.Should().OnlyContain(result => Math.Abs(result.WordsOff) <= (result.IsSteady ? 1 : 2));
    }

    private static async Task<IReadOnlyList<Interruption>> InterruptAsync(int seed)
    {
        var random = new Random(seed);
        var time = new VirtualTime();
        var log = new RunLog(time);
        var isSteady = random.Next(2) == 0;
        await using var emulator = await RealtimeEmulator.StartAsync(new()
        {
            TimeProvider = time,
            Seed = seed,
            Model = new() { Pace = EmulatorPace.AtFactor(1 + (random.NextDouble() * 19)), SpeaksInTones = true },
        });
        AddAnswers(emulator.Model, random, isSteady);
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2.1" });
        using var tap = connection.OnMessage((in RealtimeMessage message) => log.Add(message));
        await using var player = new TestPlayer(PlayerKind.Good, time, log, failsAfter: 0);
        await using var conversation = await connection.StartConversationAsync(
            new() { Name = "speaker", Session = new() { Audio = new() { Input = new() { TurnDetection = new ServerVad { CreateResponse = false } } } } },
            new() { TimeProvider = time, Player = player });
        var results = new List<Interruption>();
        for (var i = 0; i < PerConversation; i++)
            results.Add(await InterruptOnceAsync(conversation, player, log, time, random) with { IsSteady = isSteady });
        emulator.Violations.Should().BeEmpty();
        return results;
    }

    private static async Task<Interruption> InterruptOnceAsync(
        RealtimeConversation conversation, TestPlayer player, RunLog log, VirtualTime time, Random random)
    {
        var (before, entries) = (player.Pieces.Count, log.Entries.Count);
        var reply = conversation.Respond();
        for (var waited = TimeSpan.Zero; player.Pieces.Count == before; waited += MaxError)
        {
            waited.Should().BeLessThan(MaxAnswer, $"the agent answers\n{log}\n");
            await time.AdvanceAsync(MaxError).WithTimeout();
        }
        await time.AdvanceAsync(TimeSpan.FromTicks(random.NextInt64(TimeSpan.FromMilliseconds(1).Ticks, TimeSpan.FromSeconds(2).Ticks))).WithTimeout();
        var speaking = random.Next(2) == 0
            ? conversation.InterruptAsync()
            : conversation.ListenAsync(AudioSource.FromStream(new MemoryStream(ToneSpeech.Encode("No, stop!")), isLive: false));
        await time.RunUntilAsync(Task.WhenAll(reply.Heard, speaking)).WithTimeout();

        // The turn is complete once its words and its audio are known.
        var turn = conversation.Turns.Last(turn => turn.Role == TurnRole.Agent);
        var pieces = player.Pieces.Skip(before).ToList();
        byte[] emitted = [.. pieces.SelectMany(piece => piece.Audio.Take(player.Format.BytesIn(piece.Emitted)))];
        var sounded = ToneSpeech.Decode(emitted).Count(word => word.IsComplete);
        var truncation = log.Entries.Skip(entries).Single(entry => entry is { Kind: LogKind.Sent, Text: "conversation.item.truncate" });
        return new(
            TimeSpan.FromMilliseconds(truncation.Json.Member("audio_end_ms").GetInt64()),
            pieces.Aggregate(TimeSpan.Zero, (sum, piece) => sum + piece.Emitted),
            turn.HeardText.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length - sounded);
    }

    private static void AddAnswers(EmulatorModel model, Random random, bool isSteady)
    {
        var rule = model.When("");
        for (var i = 0; i < PerConversation; i++)
            rule.Says(string.Join(' ', Enumerable.Range(0, random.Next(12, 25)).Select(_ => Word(random, isSteady ? 4 : random.Next(2, 8)))));
    }

    private static string Word(Random random, int length) => new([.. Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(26)))]);

    /// <summary>What became of one interruption.</summary>
    /// <param name="Truncated">Where the server was told to truncate.</param>
    /// <param name="Emitted">What the player emitted.</param>
    /// <param name="WordsOff">How many words more are in the heard text than have sounded.</param>
    private sealed record Interruption(TimeSpan Truncated, TimeSpan Emitted, int WordsOff)
    {
        public bool IsSteady { get; init; }
    }
}
