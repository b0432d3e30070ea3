using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The guide to functions shows one agent twice, on a conversation and by hand on a connection. Both do the same.</summary>
public sealed partial class SameAgentTests
{
    private const string Promise = "Two soups. They will be with you in ten minutes, with bread and butter and a glass of water.";

    [Fact]
    public Task An_agent_on_a_conversation() => TalkAsync(Waiter.RunAsync);

    [Fact]
    public Task The_same_agent_by_hand() => TalkAsync(WaiterByHand.RunAsync);

    private static async Task TalkAsync(Func<RealtimeClient, Stream, AudioPlayer, Kitchen, Action<string>, CancellationToken, Task> run)
    {
        var time = new VirtualTime();
        var sent = new ConcurrentQueue<ServerEvent>();
        await using var emulator = await RealtimeEmulator.StartAsync(new()
        {
            TimeProvider = time,
            Model = new() { Pace = EmulatorPace.Service, SpeaksInTones = true },
            OnTraffic = message =>
            {
                if (!message.IsFromClient)
                    sent.Enqueue(RealtimeJson.Deserialize<ServerEvent>(message.Bytes.Span));
            },
        });
        emulator.Model.When("").Says("Welcome.").Says("Goodbye.");
        emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says(Promise);
        emulator.Model.When("close").Calls("get_hours").Says("We close at ten.").Says("Goodbye.");
        using var client = emulator.CreateClient();
        await using var microphone = new ScriptedMicrophone(time, TimeSpan.FromSeconds(30), (TimeSpan.FromSeconds(3), "Two soups, please."), (TimeSpan.FromSeconds(13), "When do you close?"));
        using var played = new MemoryStream();
        await using var speaker = AudioPlayer.ToStream(played, timeProvider: time);
        var kitchen = new Kitchen(time);
        var printed = new ConcurrentQueue<string>();

        await time.RunUntilAsync(InContext(time, () => run(client, microphone, speaker, kitchen, printed.Enqueue, CancellationToken.None))).WithTimeout();

        var lines = printed.ToArray();
        var session = emulator.Sessions.Should().ContainSingle().Which;
        var responses = sent.OfType<ResponseDoneEvent>().Select(done => done.Response).ToArray();
        lines.Should().HaveCount(9);
        var cut = session.Received.Select(message => message.Event).OfType<ConversationItemTruncateEvent>().Should().ContainSingle().Which;
        lines[..4].Should().Equal("Agent: Welcome.", "User: Two soups, please.", "[place_order Completed]", lines[3]);
        HeardPromise().IsMatch(lines[3]).Should().BeTrue(lines[3]);
        lines[4..].Should().Equal(
            "User: When do you close?", "[get_hours Completed]", "Agent: We close at ten.", "Agent: Goodbye.", $"Tokens: {responses.Sum(response => response.Usage!.TotalTokens)}");
        kitchen.Orders.Should().Equal(("soup", 2));
        cut.AudioEnd.Should().BeGreaterThan(TimeSpan.FromSeconds(1)).And.BeLessThan(ToneSpeech.DurationOf(Promise));
        ToneSpeech.DecodeText(played.ToArray()).Should().StartWith("Welcome. Two soups. They").And.EndWith("We close at ten. Goodbye.").And.NotContain("water");
        emulator.Violations.Should().BeEmpty();
    }

    /// <summary>Runs a program in the context of the clock, so that the clock stands still while the program works.</summary>
    private static Task InContext(VirtualTime time, Func<Task> run)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(time.CallbackContext);
        try
        {
            return run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    [GeneratedRegex("^Agent: Two soups. They .* …$")]
    private static partial Regex HeardPromise();
}
