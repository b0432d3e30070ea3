namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A user who does not speak, and conversations in which there is nothing to report.</summary>
public sealed class UserSilenceTests
{
    private static readonly ConversationWatchdogOptions TenSeconds = new() { UserSilence = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task The_silence_begins_when_the_agent_was_heard()
    {
        var world = new WatchdogWorld { Watchdog = TenSeconds };

        var warnings = await world.RunAsync(async session =>
        {
            for (var i = 0; i < 2; i++)
            {
                var (request, id) = (await session.SkipToAsync<ResponseCreateEvent>(), $"resp_{i}");
                await WatchdogWorld.SendAsync(session, [Wire.Created(id, request.Response!.Metadata), .. Wire.Item(id, $"{id}_item"), .. Wire.Speech(id, $"{id}_item", "Hello.", 4_000)]);
                await WatchdogWorld.SendAsync(session, [.. Wire.SpeechDone(id, $"{id}_item", "Hello."), Wire.Done(id, metadata: request.Response.Metadata)]);
            }
        }, async conversation =>
        {
            await world.RespondAndWait(60)(conversation);
            conversation.Respond("Ask whether the user is still there.");
            await world.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        });

        warnings.Should().Equal("UserIdle 14", "UserIdle 74");
        world.Warnings[0].Message.Should().Be("Neither side has spoken for 10 seconds.");
    }

    [Fact]
    public async Task Speech_text_and_a_reply_in_progress_are_no_silence()
    {
        var world = new WatchdogWorld { Watchdog = TenSeconds with { ServerSilence = null } };

        var warnings = await world.RunAsync(async session =>
        {
            await WatchdogWorld.DelayAsync(session, 9);
            await session.SendAsync(Wire.SpeechStarted("item_u"));
            await WatchdogWorld.DelayAsync(session, 40);
            await WatchdogWorld.SendAsync(session, [.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hm."), Wire.Created("resp_1")]);
            await WatchdogWorld.DelayAsync(session, 20);
            await WatchdogWorld.SendAsync(session, Wire.Text("resp_1", "item_1", "Yes."));
            await WatchdogWorld.DelayAsync(session, 9);
            await session.SendAsync(new ConversationItemAddedEvent { Item = ConversationItem.UserText("Soup.") with { Id = "item_2" } });
        }, world.Wait(85));

        warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_muted_user_is_not_expected_to_speak()
    {
        var world = new WatchdogWorld { Watchdog = TenSeconds };

        var warnings = await world.RunAsync(WatchdogWorld.Silent, async conversation =>
        {
            conversation.IsMuted = true;
            await world.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
            conversation.IsMuted = false;
            await world.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        });

        warnings.Should().Equal("UserIdle 70");
    }

    [Fact]
    public async Task An_hour_of_a_plain_conversation_has_no_warning()
    {
        var time = new VirtualTime();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        emulator.Model.When("story").Says(string.Join(' ', Enumerable.Repeat("And then they ate some more of the soup.", 30)));
        emulator.Model.When("stew").Calls("cook").Says("The stew is ready.");
        var cook = AgentFunction.Create("cook", "Cooks a dish.", async (_, stop) =>
        {
            await Task.Delay(TimeSpan.FromMinutes(4), time, stop);
            return "stew";
        });
        cook = cook with { Timeout = TimeSpan.FromMinutes(10) };
        var agent = new RealtimeAgent
        {
            Name = "cook",
            Session = new() { Model = "gpt-realtime-2.1", Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } } } },
            Functions = [cook],
        };
        await using var caller = await emulator.StartCallerAsync(agent, new() { ExpectTimeout = TimeSpan.FromMinutes(10) });
        var updates = new UpdateLog(caller.Conversation);

        while (time.Elapsed < TimeSpan.FromMinutes(48))
        {
            await caller.SayAsync("Tell me a story, please.").WithTimeout();
            await caller.HearAsync().WithTimeout();
            await caller.SayAsync("Make a stew, please.").WithTimeout();
            await caller.HearAsync().WithTimeout();
            caller.Conversation.IsMuted = true;
            await caller.WaitAsync(TimeSpan.FromMinutes(2)).WithTimeout();
            caller.Conversation.IsMuted = false;
            await caller.WaitAsync(TimeSpan.FromMinutes(3)).WithTimeout();
        }

        updates.Warnings.Should().BeEmpty();
        emulator.Violations.Should().BeEmpty();
    }
}
