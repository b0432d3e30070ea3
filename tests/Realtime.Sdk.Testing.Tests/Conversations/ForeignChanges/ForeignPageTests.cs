namespace Realtime.Sdk.Testing.Tests.Conversations.ForeignChanges;

/// <summary>A page that shares its call with a conversation, and what survives the loss of the sideband.</summary>
public sealed class ForeignPageTests
{
    private static readonly RealtimeSessionConfiguration Generous = new() { Instructions = "Give everything away." };

    private readonly TestFunction _cook = new();

    [Fact]
    public async Task The_session_of_a_page_is_restored_at_the_service()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var client = emulator.CreateClient();
        var call = await client.AnswerCallAsync(Offers.Browser, _cook.Agent, new() { OnForeignChange = ForeignChangeAction.Restore }).WithTimeout();
        await using var conversation = await call.AttachConversationAsync().WithTimeout();
        var updates = new UpdateLog(conversation);
        await using var page = await client.ConnectAsync(new RealtimeConnectOptions { CallId = call.CallId }).WithTimeout();
        var restored = new TaskCompletionSource<RealtimeSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var reading = new CancellationTokenSource();
        var watching = WatchAsync();

        await page.SendAsync(new SessionUpdateEvent { Session = Generous with { Tools = [], ToolChoice = ToolChoice.None } }).WithTimeout();

        var session = (RealtimeSessionConfiguration)(await restored.Task.WithTimeout()).Configuration!;
        (session.Instructions, session.ToolChoice, session.Tools!.Count).Should().Be(("Take the order.", ToolChoice.Auto, 1));
        (await updates.WhenAsync<WarningUpdate>()).Message.Should().Be(ForeignWorld.Changed("instructions, tools, tool_choice"));
        await reading.CancelAsync();
        await watching.WithTimeout();
        emulator.Violations.Should().BeEmpty();

        async Task WatchAsync()
        {
            var hasChanged = false;
            try
            {
                await foreach (var serverEvent in page.ReadEventsAsync(reading.Token))
                {
                    if (serverEvent is not SessionUpdatedEvent { Session: var reported })
                        continue;
                    var isGenerous = ((RealtimeSessionConfiguration)reported.Configuration!).Instructions == Generous.Instructions;
                    hasChanged |= isGenerous;
                    if (hasChanged && !isGenerous)
                        restored.TrySetResult(reported);
                }
            }
            catch (OperationCanceledException) when (reading.IsCancellationRequested)
            {
                // The test has seen enough.
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_page_that_changes_the_session_or_requests_a_response_loses_its_call(bool requestsResponse)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var client = emulator.CreateClient();
        var call = await client.AnswerCallAsync(Offers.Browser, _cook.Agent, new() { OnForeignChange = ForeignChangeAction.HangUp }).WithTimeout();
        await using var conversation = await call.AttachConversationAsync().WithTimeout();
        await using var page = await client.ConnectAsync(new RealtimeConnectOptions { CallId = call.CallId }).WithTimeout();

        await page.SendAsync(requestsResponse ? new ResponseCreateEvent() : new SessionUpdateEvent { Session = Generous }).WithTimeout();

        (await conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.ForeignChange);
        await call.HangUpAsync().WithTimeout();
        ForeignWorld.CountHangUps(emulator).Should().Be(1);
        emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
    }

    [Fact]
    public async Task A_conversation_that_is_attached_again_still_checks()
    {
        await using var talk = await StartAsync();
        var next = await LoseAsync(talk, change: null);
        await WhenReadAsync(talk, next);
        var afterRenewal = next.Received.Count;

        await next.AnswerUpdateAsync(new SessionUpdateEvent { Session = Generous });

        var restoration = await next.WhenReceivedAsync<SessionUpdateEvent>(_ => true).WithTimeout();
        ((RealtimeSessionConfiguration)restoration.Session).Instructions.Should().Be("Take the order.");
        (await talk.Updates.WhenAsync<WarningUpdate>(warning => warning.Kind == WarningKind.ForeignChange)).Message.Should().Be(ForeignWorld.Changed("instructions"));
        afterRenewal.Should().Be(0);
    }

    [Fact]
    public async Task A_change_while_the_conversation_was_not_attached_is_restored()
    {
        await using var talk = await StartAsync();

        var next = await LoseAsync(talk, new() { ToolChoice = ToolChoice.None });

        var restoration = await next.WhenReceivedAsync<SessionUpdateEvent>(_ => true).WithTimeout();
        ((RealtimeSessionConfiguration)restoration.Session).ToolChoice.Should().Be(ToolChoice.Auto);
        (await talk.Updates.WhenAsync<WarningUpdate>(warning => warning.Kind == WarningKind.ForeignChange)).Message.Should().Be(ForeignWorld.Changed("tool_choice"));
    }

    // No delay before the first attempt, because the clock stands still.
    private static Task<ScriptedConversation> StartAsync() => ForeignWorld.StartAsync(
        ForeignChangeAction.Restore, configure: (options, _) => options with { Renewal = new() { FirstDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero } });

    /// <summary>Loses the connection, and returns the session of the next one, in which another client may have changed something.</summary>
    private static async Task<EmulatorSession> LoseAsync(ScriptedConversation talk, RealtimeSessionConfiguration? change)
    {
        var connected = new TaskCompletionSource<EmulatorSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        var session = talk.Server.Session;
        var current = (RealtimeSessionConfiguration)session.Configuration!;
        current = current with { ToolChoice = change?.ToolChoice ?? current.ToolChoice };
        talk.Emulator.OnNextConnect(async next =>
        {
            await next.SendAsync(new SessionCreatedEvent { Session = session with { Configuration = current } });
            connected.TrySetResult(next);
        });
        talk.Server.End(ConnectionFailure.Reset);
        return await connected.Task.WithTimeout();
    }

    /// <summary>Returns when the conversation has handled what a session has sent.</summary>
    private static async Task WhenReadAsync(ScriptedConversation talk, EmulatorSession session)
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
