using System.Globalization;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>
/// Events of all kinds in any order, with IDs that collide and numbers out of range. Environment variables: <c>REALTIME_SDK_SEED</c> runs one seed,
/// <c>REALTIME_SDK_EXHAUSTIVE=1</c> runs 2,000.
/// </summary>
public sealed class HostileServerFuzzTests
{
    private const int Events = 120;

    private static readonly int? OnlySeed =
        Environment.GetEnvironmentVariable("REALTIME_SDK_SEED") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : null;

    private static readonly int Runs = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 2_000 : 50;

    [Fact]
    public async Task Random_events_never_end_a_conversation()
    {
        var failures = new List<string>();
        foreach (var seed in OnlySeed is { } only ? [only] : Enumerable.Range(0, Runs))
        {
            try
            {
                await RunAsync(seed);
            }
            catch (Exception exception)
            {
                failures.Add($"Seed {seed}: {exception}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} runs failed.\n{string.Join("\n", failures.Take(5))}");
    }

    private static async Task RunAsync(int seed)
    {
        var events = new HostileEvents(seed);
        await using var talk = await ScriptedConversation.StartAsync(
            configure: (options, _) => options with { Limits = new() { MaxTurns = 5, MaxItems = 7, MaxUnreadUpdates = 100_000 } }, inCall: seed % 3 == 0);
        var tasks = new List<Task>();
        var log = new List<string>();
        for (var i = 0; i < Events && !talk.Conversation.Completion.IsCompleted; i++)
        {
            log.Add(events.Next());
            await talk.Server.SendTextAsync(log[^1]);
            switch (events.Random.Next(40))
            {
                case 0:
                    talk.Conversation.Respond(new ReplyOptions { OnBusy = (WhenBusy)events.Random.Next(4), AllowInterruptions = events.Random.Next(4) > 0 });
                    break;
                case 1:
                    tasks.Add(talk.Conversation.InterruptAsync());
                    break;
                case 2:
                    tasks.Add(talk.Conversation.AskAsync("Hello."));
                    break;
                case 3:
                    talk.Time.Advance(TimeSpan.FromSeconds(events.Random.Next(15)));
                    break;
                case 4:
                    await talk.SendAsync();
                    Read(talk.Conversation);
                    break;
                default:
                    break;
            }
        }
        try
        {
            talk.Conversation.Completion.IsCompleted.Should().BeFalse();
            await talk.SendAsync();
            Read(talk.Conversation);
            await (seed % 2 == 0 ? talk.Conversation.EndAsync() : talk.Conversation.DisposeAsync().AsTask()).WithTimeout();
            await talk.Updates.Reading.WithTimeout();
        }
        catch (Exception exception)
        {
            var end = talk.Conversation.Completion.IsCompleted ? $"{(await talk.Conversation.Completion).Exception}" : "";
            throw new InvalidOperationException($"{end}\n{string.Join('\n', log.TakeLast(12))}", exception);
        }

        talk.Updates.All.OfType<EndUpdate>().Should().HaveCount(1);
        talk.Updates.All[^1].Should().BeOfType<EndUpdate>();
        Read(talk.Conversation);
        await Task.WhenAll(tasks).WithTimeout().ContinueWith(static all => all.Exception?.Handle(static e => e is not TimeoutException), TaskScheduler.Default);
    }

    private static void Read(RealtimeConversation conversation)
    {
        conversation.Turns.Should().HaveCountLessThanOrEqualTo(5);
        conversation.Items.Should().HaveCountLessThanOrEqualTo(7);
        foreach (var turn in conversation.Turns)
            _ = (turn.Text, turn.HeardText, turn.ToString(), turn.Duration, turn.HeardDuration);
        _ = (conversation.Usage.TotalTokens, conversation.Status, conversation.Session);
    }
}
