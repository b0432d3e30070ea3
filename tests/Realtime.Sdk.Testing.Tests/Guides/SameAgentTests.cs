using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Guides;

/// <summary>The guide to functions shows one agent twice, on a conversation and by hand on a connection. Both do the same.</summary>
public sealed partial class SameAgentTests
{
    /// <summary>It is spoken for much longer than the guest listens.</summary>
    private const string Promise =
        "Two soups. They will be with you in ten minutes, with bread and butter and a glass of water. Meanwhile let me tell you about the history of this house, "
        + "which was built by two sisters who loved soup more than anything else in the world, and who wrote down all of their recipes.";

    private readonly VirtualTime _time = new();

    [Fact]
    public Task An_agent_on_a_conversation() => TalkAsync(Waiter.RunAsync);

    [Fact]
    public Task The_same_agent_by_hand() => TalkAsync((client, microphone, speaker, kitchen, print, stop) =>
    {
        // The clock knows the work of a conversation, but not that of a program of one's own, unless it runs in this context.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_time.CallbackContext);
        var running = WaiterByHand.RunAsync(client, microphone, speaker, kitchen, print, stop);
        SynchronizationContext.SetSynchronizationContext(outer);
        return running;
    });

    private async Task TalkAsync(Func<RealtimeClient, Stream, AudioPlayer, Kitchen, Action<string>, CancellationToken, Task> run)
    {
        var sent = new ConcurrentQueue<ServerEvent>();
        await using var emulator = await RealtimeEmulator.StartAsync(new()
        {
            TimeProvider = _time,
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
        await using var microphone = new ScriptedMicrophone(_time, TimeSpan.FromSeconds(30), (TimeSpan.FromSeconds(3), "Two soups, please."), (TimeSpan.FromSeconds(13), "When do you close?"));
        await using var speaker = new CallerPlayer(_time);
        var kitchen = new Kitchen(_time);
        var printed = new ConcurrentQueue<string>();

        await _time.RunUntilAsync(run(client, microphone, speaker, kitchen, printed.Enqueue, CancellationToken.None)).WithTimeout();

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
        string.Join(' ', speaker.TakeWords().Where(word => word.IsComplete).Select(word => word.Text)).Should().StartWith("Welcome. Two soups. They").And.EndWith("We close at ten. Goodbye.").And.NotContain("recipes");
        emulator.Violations.Should().BeEmpty();
    }

    [GeneratedRegex("^Agent: Two soups. They .* …$")]
    private static partial Regex HeardPromise();
}
