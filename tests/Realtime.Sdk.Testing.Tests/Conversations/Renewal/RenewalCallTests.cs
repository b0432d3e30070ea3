namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>A conversation that is attached to a call, whose connection is lost: it is attached to the same call again.</summary>
public sealed class RenewalCallTests
{
    private readonly TestFunction _cook = new();

    [Fact]
    public async Task It_is_attached_again_without_an_update_and_without_a_history()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync([.. Wire.Item("resp_1", "item_1"), Wire.DoneWith("resp_1", Wire.Message("item_1", "We have soup."))]);

        var next = await LoseAsync(talk);
        await next.SendAsync(Wire.Created("resp_2"));
        await next.WhenReadAsync(talk);

        next.Received.Should().BeEmpty();
        next.Request.Query.Should().Be(talk.Server.Request.Query).And.Contain("call_id=");
        var renewal = await talk.Updates.WhenAsync<RenewalUpdate>();
        (renewal.Reason, renewal.HistoryItems).Should().Be((RenewalReason.Lost, 0));
        renewal.NotCarriedOver.Should().ContainSingle(loss => loss.Kind == RenewalLossKind.Events);
    }

    [Fact]
    public async Task A_function_that_runs_at_the_loss_continues_and_its_output_is_sent_over_the_new_connection()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync([.. Wire.Calls("resp_1", Wire.Call("call_1"))]);
        var run = await _cook.WhenRunAsync();

        var next = await LoseAsync(talk);
        await next.WhenReadAsync(talk);
        run.Return("Done.");

        var sent = await next.WhenReceivedAsync<ConversationItemCreateEvent>().WithTimeout();
        sent.Item.Should().BeOfType<FunctionCallOutputItem>().Which.Output.Should().Be("Done.");
        await next.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();
        run.Token.IsCancellationRequested.Should().BeFalse();
        (await talk.Updates.WhenAsync<RenewalUpdate>()).NotCarriedOver.Should().NotContain(loss => loss.Kind == RenewalLossKind.FunctionCall);
        _cook.Runs.Should().ContainSingle();
    }

    [Fact]
    public async Task A_call_that_has_ended_meanwhile_was_hung_up()
    {
        await using var talk = await StartAsync();
        talk.Emulator.RespondNext(404, "{}");

        talk.Server.End(ConnectionFailure.Reset);
        var end = await talk.Conversation.Completion.WithTimeout();

        (end.Reason, end.Exception).Should().Be((ConversationEndReason.HungUp, null));
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.All.OfType<EndUpdate>().Should().ContainSingle();
    }

    [Fact]
    public async Task No_reply_after_the_loss_is_requested_because_the_session_goes_on()
    {
        await using var talk = await StartAsync(new() { ReplyAfterLoss = "Say that the connection was interrupted." });
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1")]);

        var next = await LoseAsync(talk);
        await next.WhenReadAsync(talk);

        next.Received.Should().BeEmpty();
        (await talk.Updates.WhenAsync<RenewalUpdate>()).NotCarriedOver.Should().Contain(loss => loss.Kind == RenewalLossKind.Response && loss.Id == "resp_1");
    }

    [Fact]
    public async Task Its_session_is_not_renewed_on_schedule()
    {
        await using var talk = await StartAsync(new() { MaxSessionDuration = TimeSpan.FromMinutes(1) });

        talk.Time.Advance(TimeSpan.FromHours(2));
        await talk.SettleAsync();

        talk.Emulator.Sessions.Should().ContainSingle();
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    private async Task<ScriptedConversation> StartAsync(RenewalOptions? renewal = null)
    {
        // No delay before the first attempt, because the clock stands still.
        renewal = (renewal ?? new()) with { FirstDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero };
        return await ScriptedConversation.StartAsync(_cook.Agent, (options, _) => options with { Renewal = renewal }, inCall: true);
    }

    /// <summary>Loses the connection, and returns the session of the next one.</summary>
    private static async Task<EmulatorSession> LoseAsync(ScriptedConversation talk)
    {
        var connected = new TaskCompletionSource<EmulatorSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        talk.Emulator.OnNextConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            connected.TrySetResult(session);
        });
        talk.Server.End(ConnectionFailure.Reset);
        return await connected.Task.WithTimeout();
    }
}

file static class EmulatorSessions
{
    /// <summary>Returns when the conversation has handled what a session has sent.</summary>
    public static async Task WhenReadAsync(this EmulatorSession session, ScriptedConversation talk)
    {
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var handler = talk.Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent.Type == "test.read")
                handled.TrySetResult();
        });
        await session.SendTextAsync("""{"type":"test.read"}""");
        await handled.Task.WithTimeout();
    }
}
