namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class StartTests
{
    private static readonly RealtimeAgent Texter = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { OutputModalities = [OutputModality.Text] } };

    [Fact]
    public async Task A_connection_that_was_given_becomes_the_agents_and_is_closed_with_the_conversation()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("hello").Says("Hi.");
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");

        await using (var conversation = await connection.StartConversationAsync(Texter).WithTimeout())
        {
            ((RealtimeSessionConfiguration)conversation.Session!.Configuration!).Instructions.Should().Be("Take the order.");
            (await conversation.AskAsync("hello").WithTimeout()).Text.Should().Be("Hi.");
        }

        await connection.Awaiting(open => open.SendTextAsync("Still there?")).Should().ThrowAsync<ObjectDisposedException>();
        emulator.Violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_is_to_stay_open_does(bool ends)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("hello").Says("Hi.");
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        var conversation = await connection.StartConversationAsync(Texter, new() { LeaveConnectionOpen = true }).WithTimeout();
        await conversation.AskAsync("hello").WithTimeout();

        if (ends)
            await conversation.EndAsync().WithTimeout();
        await conversation.DisposeAsync().WithTimeout();

        await connection.SendTextAsync("hello");
        await connection.CreateResponseAsync();
        await foreach (var serverEvent in connection.ReadEventsAsync())
        {
            if (serverEvent is ResponseDoneEvent)
                break;
        }
        (await conversation.Completion).Reason.Should().Be(ends ? ConversationEndReason.Ended : ConversationEndReason.Disposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_is_refused_fails_the_start_and_leaves_open_only_what_is_to_stay_open(bool leavesOpen)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            var update = await session.ExpectAsync<SessionUpdateEvent>();
            await session.SendAsync(Wire.Error("invalid_value", update.EventId, "No such voice."));
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");

        var start = connection.Awaiting(open => open.StartConversationAsync(Texter, new() { LeaveConnectionOpen = leavesOpen }).WithTimeout());

        (await start.Should().ThrowAsync<RealtimeApiException>()).Which.Message.Should().Contain("No such voice.");
        var send = connection.Awaiting(open => open.SendTextAsync("Still there?"));
        if (leavesOpen)
            await send.Should().NotThrowAsync();
        else
            await send.Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_session_that_is_refused_leaves_no_connection_of_the_client_open()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.SendAsync(Wire.Error("invalid_value", (await session.ExpectAsync<SessionUpdateEvent>()).EventId, "No such voice."));
        });
        using var client = emulator.CreateClient();

        var start = client.Awaiting(open => open.StartConversationAsync(Texter).WithTimeout());

        await start.Should().ThrowAsync<RealtimeApiException>();
        await emulator.Sessions.Single().Completion.WithTimeout();
    }

    [Fact]
    public async Task An_exception_of_Prepare_closes_the_connection_that_was_given()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        var broken = Texter with { Prepare = (_, _) => throw new TimeZoneNotFoundException() };

        var start = connection.Awaiting(open => open.StartConversationAsync(broken).WithTimeout());

        await start.Should().ThrowAsync<TimeZoneNotFoundException>();
        await connection.Awaiting(open => open.SendTextAsync("Still there?")).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Options_that_contradict_the_agent_are_refused()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();

        var start = client.Awaiting(open => open.StartConversationAsync(Texter, new() { Connect = new() { CallId = "rtc_1" } }));

        await start.Should().ThrowAsync<ArgumentException>();
        emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task Canceling_the_token_of_the_start_does_not_end_the_conversation()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("hello").Says("Hi.");
        using var client = emulator.CreateClient();
        using var opening = new CancellationTokenSource();
        await using var conversation = await client.StartConversationAsync(Texter, cancellationToken: opening.Token).WithTimeout();

        await opening.CancelAsync();

        (await conversation.AskAsync("hello").WithTimeout()).Text.Should().Be("Hi.");
    }

    [Fact]
    public async Task Over_a_connection_of_its_own_everything_is_possible()
    {
        await using var talk = await ScriptedConversation.StartAsync();

        talk.Conversation.Capabilities.Should().Match<ConversationCapabilities>(can => can.LocalAudio && can.ExactHeardDuration && can.Recording && can.Mute);
    }

    [Fact]
    public async Task A_session_that_was_in_effect_before_is_not_compared_with_the_agents()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2", Instructions = "Be somebody else." });
        await using var conversation = await connection.StartConversationAsync(ScriptedConversation.Agent);

        await conversation.EndAsync().WithTimeout();

        (await conversation.ReadUpdatesAsync().OfType<WarningUpdate>().ToListAsync()).Should().BeEmpty();
    }
}
