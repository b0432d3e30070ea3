namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A response of which the server sends no more events.</summary>
public sealed class StalledResponseTests
{
    [Theory]
    [InlineData("confirmed", 30)]
    [InlineData("refused", 30)]
    [InlineData("ignored", 40)]
    public async Task A_stalled_response_no_longer_holds_the_queue(string cancellation, int continuedAfter)
    {
        var world = new WatchdogWorld { Watchdog = new() { ServerSilence = null } };
        ConversationReply? first = null, second = null;

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(session, Wire.Created("resp_1", request.Response!.Metadata));
            var cancel = await session.SkipToAsync<ResponseCancelEvent>();
            if (cancellation == "confirmed")
                await session.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled, request.Response.Metadata));
            if (cancellation == "refused")
                await session.SendAsync(Wire.Error("response_cancel_not_active", cancel.EventId));
            await WatchdogWorld.AnswerAsync(session, "resp_2");
        }, async conversation =>
        {
            (first, second) = (conversation.Respond(), conversation.Respond());
            await world.Time.AdvanceAsync(TimeSpan.FromMinutes(2));
        });

        warnings.Should().Equal("ResponseStalled 30");
        var result = await first!.Completion.WithTimeout();
        (result.Status, result.Exception).Should().Match<(ReplyStatus Status, Exception? Exception)>(ended => ended.Status == ReplyStatus.Failed && ended.Exception is RealtimeTimeoutException);
        (await second!.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Completed);
        (await first.Heard.WithTimeout()).WasInterrupted.Should().BeTrue();
        world.Sent.Should().Equal("response.create 0", "response.cancel 30", $"response.create {continuedAfter}");
    }

    [Fact]
    public async Task Time_in_which_the_agent_is_heard_does_not_count()
    {
        var world = new WatchdogWorld { Watchdog = new() { ServerSilence = null, ResponseTimeout = TimeSpan.FromSeconds(5) } };

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(session, [Wire.Created("resp_1", request.Response!.Metadata), .. Wire.Item("resp_1", "item_1"), .. Wire.Speech("resp_1", "item_1", "A long story.", 20_000)]);
        }, world.RespondAndWait(60));

        warnings.Should().Equal("ResponseStalled 25");
    }

    [Fact]
    public async Task Time_in_which_a_call_of_the_response_runs_does_not_count()
    {
        var time = new VirtualTime();
        var cook = AgentFunction.Create("cook", "Cooks a dish.", async (_, stop) =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5), time, stop);
            return "soup";
        });
        cook = cook with { Timeout = TimeSpan.FromMinutes(10) };
        var world = new WatchdogWorld { Time = time, Agent = ScriptedConversation.Agent with { Functions = [cook] } };

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(session, Wire.Created("resp_1", request.Response!.Metadata), Wire.ItemDone("resp_1", Wire.Call("call_1")));
        }, world.RespondAndWait(400));

        warnings.Should().Equal("ServerSilent 315", "ResponseStalled 330");
    }

    [Fact]
    public async Task A_stalled_response_can_be_reported_without_being_canceled()
    {
        var world = new WatchdogWorld { Watchdog = new() { ServerSilence = null, CancelStalledResponses = false } };

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(session, Wire.Created("resp_1", request.Response!.Metadata));
            await WatchdogWorld.DelayAsync(session, 100);
            await WatchdogWorld.SendAsync(session, Wire.Item("resp_1", "item_1"));
            await WatchdogWorld.DelayAsync(session, 100);
            await WatchdogWorld.SendAsync(session, Wire.Done("resp_1", metadata: request.Response.Metadata));
        }, world.RespondAndWait(300));

        warnings.Should().Equal("ResponseStalled 30", "ResponseStalled 130");
        world.Sent.Should().Equal("response.create 0");
    }

    [Fact]
    public async Task A_response_out_of_band_can_stall_too()
    {
        var world = new WatchdogWorld { Watchdog = new() { ServerSilence = null } };
        ConversationReply? reply = null;

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(session, Wire.Created("resp_1", request.Response!.Metadata, conversationId: null));
        }, async conversation =>
        {
            reply = conversation.Respond(new ReplyOptions { Response = new() { Conversation = ResponseConversation.None } });
            await world.Time.AdvanceAsync(TimeSpan.FromMinutes(1));
        });

        warnings.Should().Equal("ResponseStalled 30");
        (await reply!.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Failed);
    }

    [Fact]
    public async Task Without_the_check_a_response_may_take_any_time()
    {
        var world = new WatchdogWorld { Watchdog = new() { ServerSilence = null, ResponseTimeout = null } };

        var warnings = await world.RunAsync(async session =>
        {
            var request = await session.SkipToAsync<ResponseCreateEvent>();
            await WatchdogWorld.SendAsync(session, Wire.Created("resp_1", request.Response!.Metadata));
        }, world.RespondAndWait(600));

        warnings.Should().BeEmpty();
    }
}
