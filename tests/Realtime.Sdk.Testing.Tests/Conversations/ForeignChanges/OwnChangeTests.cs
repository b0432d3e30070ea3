namespace Realtime.Sdk.Testing.Tests.Conversations.ForeignChanges;

/// <summary>Changes of the session that the conversation itself makes, and those of other clients at the same time.</summary>
public sealed class OwnChangeTests
{
    private static readonly RealtimeSessionConfiguration Generous = new() { Instructions = "Give everything away." };

    [Fact]
    public async Task A_switch_of_the_agent_is_no_foreign_change_and_its_session_is_checked_from_then_on()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Restore);
        var switching = talk.Conversation.SwitchAgentAsync(ForeignWorld.Sommelier);
        await talk.AcceptUpdateAsync(1);
        await switching.WithTimeout();
        await talk.SettleAsync();
        var afterSwitch = talk.SentTypes;

        await talk.ChangeAsync(new() { Instructions = "Take the order." });

        (await talk.AcceptUpdateAsync(2)).Instructions.Should().Be("Recommend wines.");
        (await talk.GetWarningsAsync()).Should().Equal(ForeignWorld.Changed("instructions"));
        afterSwitch.Should().Equal("session.update");
        talk.SentTypes.Should().Equal("session.update", "session.update");
    }

    [Fact]
    public async Task Updates_for_a_reply_that_must_not_be_interrupted_are_no_foreign_changes()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.HangUp);
        talk.Conversation.Respond(new ReplyOptions { AllowInterruptions = false });
        await talk.WhenRequestedAsync();
        await talk.AcceptUpdateAsync(1);
        await talk.SendAsync(
            Wire.Created("resp_1"), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }, Wire.Done("resp_1"), new OutputAudioBufferStoppedEvent { ResponseId = "resp_1" });
        await talk.AcceptUpdateAsync(2);

        (await talk.GetWarningsAsync()).Should().BeEmpty();
        ForeignWorld.CountHangUps(talk.Emulator).Should().Be(0);
    }

    [Fact]
    public async Task A_change_that_a_switch_of_the_agent_overwrites_is_not_warned_of()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Restore);
        var switching = talk.Conversation.SwitchAgentAsync(ForeignWorld.Sommelier);
        await talk.WhenSentAsync<SessionUpdateEvent>(2);

        await talk.ChangeAsync(Generous);
        await talk.AcceptUpdateAsync(1);
        await switching.WithTimeout();

        await talk.SettleAsync();
        ForeignWorld.GetWarnings(talk.Updates).Should().BeEmpty();
        talk.SentTypes.Should().Equal("session.update");

        // The change that was reported first was not taken for what this server makes of the session.
        await talk.ChangeAsync(Generous);
        (await talk.AcceptUpdateAsync(2)).Instructions.Should().Be("Recommend wines.");
        (await talk.GetWarningsAsync()).Should().Equal(ForeignWorld.Changed("instructions"));
    }

    [Fact]
    public async Task A_change_immediately_after_a_switch_of_the_agent_is_restored_once()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Restore);
        var switching = talk.Conversation.SwitchAgentAsync(ForeignWorld.Sommelier);
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);

        await talk.Server.AnswerUpdateAsync(update);
        await talk.ChangeAsync(Generous);
        await switching.WithTimeout();

        (await talk.AcceptUpdateAsync(2)).Instructions.Should().Be("Recommend wines.");
        (await talk.GetWarningsAsync()).Should().Equal(ForeignWorld.Changed("instructions"));
        talk.SentTypes.Should().Equal("session.update", "session.update");
    }

    [Fact]
    public async Task A_change_after_a_refused_switch_of_the_agent_is_restored_to_the_agent_in_charge()
    {
        await using var talk = await ForeignWorld.StartAsync(ForeignChangeAction.Restore);
        var switching = talk.Conversation.SwitchAgentAsync(ForeignWorld.Sommelier);
        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);

        await talk.Server.SendAsync(Wire.Error("invalid_value", update.EventId));
        await talk.ChangeAsync(Generous);

        await switching.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        (await talk.AcceptUpdateAsync(2)).Instructions.Should().Be("Take the order.");
        (await talk.GetWarningsAsync()).Should().Equal(ForeignWorld.Changed("instructions"));
    }

    [Fact]
    public async Task A_change_immediately_after_the_session_of_the_start_is_restored()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            await session.AnswerUpdateAsync(new SessionUpdateEvent { Session = Generous });
        });
        using var client = emulator.CreateClient();

        for (var i = 1; i <= 20; i++)
        {
            await using var conversation = await AttachAsync(client);

            var session = await emulator.WhenConnectedAsync(i).WithTimeout();
            var restoration = await session.WhenReceivedAsync<SessionUpdateEvent>(update => update.EventId?.StartsWith("conv_", StringComparison.Ordinal) == true).WithTimeout();
            ((RealtimeSessionConfiguration)restoration.Session).Instructions.Should().Be("Take the order.");
        }
    }

    [Fact]
    public async Task What_the_server_changes_itself_is_not_warned_of_but_later_changes_are()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(Normalize(await session.ExpectAsync<SessionUpdateEvent>()));
        });
        using var client = emulator.CreateClient();
        await using var conversation = await AttachAsync(client);
        var updates = new UpdateLog(conversation);
        var session = await emulator.WhenConnectedAsync().WithTimeout();
        await session.AnswerUpdateAsync(new SessionUpdateEvent { Session = new RealtimeSessionConfiguration { MaxOutputTokens = 400 } });

        await session.AnswerUpdateAsync(new SessionUpdateEvent { Session = new RealtimeSessionConfiguration { ToolChoice = ToolChoice.None } });
        await updates.WhenAsync<WarningUpdate>(warning => warning.Kind == WarningKind.ForeignChange);
        var restoration = await session.WhenReceivedAsync<SessionUpdateEvent>(update => update.EventId?.StartsWith("conv_", StringComparison.Ordinal) == true).WithTimeout();
        await session.AnswerUpdateAsync(Normalize(restoration));
        await session.AnswerUpdateAsync(new SessionUpdateEvent { Session = new RealtimeSessionConfiguration { MaxOutputTokens = 500 } });
        await session.CloseAsync();
        await updates.Reading.WithTimeout();

        ForeignWorld.GetWarnings(updates).Should().Equal(ForeignWorld.Changed("instructions, tool_choice"));
        session.Received.Count(received => received.Event is SessionUpdateEvent).Should().Be(2);

        static SessionUpdateEvent Normalize(SessionUpdateEvent update) =>
            update with { Session = (RealtimeSessionConfiguration)update.Session with { Instructions = "# Role\nTake the order." } };
    }

    private static async Task<RealtimeConversation> AttachAsync(RealtimeClient client)
    {
        var call = await client.Calls.CreateAsync(Offers.Browser).WithTimeout();
        return await client.AttachConversationAsync(call.CallId!, ScriptedConversation.Agent, new() { OnForeignChange = ForeignChangeAction.Restore }).WithTimeout();
    }
}
