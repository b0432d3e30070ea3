namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>Attempts to continue after a loss: which losses, how often, when, and when no more.</summary>
public sealed class RecoveryTests
{
    [Theory]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    public async Task A_close_that_is_temporary_is_followed_by_a_new_session(int code)
    {
        await using var talk = await RenewingConversation.StartAsync();

        await talk.Session.CloseAsync(code, "bye");
        await talk.AdvanceAsync(1);

        var renewal = talk.Renewals.Should().ContainSingle().Subject;
        (renewal.Reason, (renewal.Exception as RealtimeConnectionException)?.CloseCode).Should().Be((RenewalReason.Lost, code));
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Theory]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(1010)]
    public async Task A_close_because_of_an_error_of_the_client_ends_the_conversation(int code)
    {
        await using var talk = await RenewingConversation.StartAsync();

        await talk.Session.CloseAsync(code, "bye");
        var end = await talk.WhenEndedAsync();

        end.Reason.Should().Be(ConversationEndReason.Failed);
        talk.Emulator.Sessions.Should().ContainSingle();
        talk.Emulator.Requests.Count(request => request.IsUpgrade).Should().Be(1);
    }

    [Fact]
    public async Task A_normal_close_ends_the_conversation()
    {
        await using var talk = await RenewingConversation.StartAsync();

        await talk.Session.CloseAsync();

        (await talk.WhenEndedAsync()).Reason.Should().Be(ConversationEndReason.HungUp);
        talk.Emulator.Sessions.Should().ContainSingle();
    }

    [Fact]
    public async Task An_expired_session_is_followed_by_a_new_one()
    {
        // Without a schedule: the agent speaks at the time at which the conversation would be renewed, and the session ends with it.
        await using var talk = await RenewingConversation.StartAsync();

        await talk.Session.SendAsync(new ErrorEvent { Error = new() { Type = "invalid_request_error", Code = "session_expired", Message = "Your session hit the maximum duration." } });
        await talk.Session.CloseAsync(1001);
        await talk.AdvanceAsync(1);

        talk.Renewals.Should().ContainSingle().Which.Exception.Should().BeOfType<RealtimeConnectionException>().Which.IsSessionExpired.Should().BeTrue();
    }

    [Theory]
    [InlineData("insufficient_quota")]
    [InlineData("invalid_api_key")]
    [InlineData("permission_error")]
    [InlineData("model_not_found")]
    public async Task An_error_that_no_new_session_can_mend_ends_the_conversation(string code)
    {
        await using var talk = await RenewingConversation.StartAsync();

        await talk.Session.SendAsync(new ErrorEvent { Error = new() { Type = "invalid_request_error", Code = code, Message = "No." } });
        await talk.Session.CloseAsync(1011, code);

        (await talk.WhenEndedAsync()).Reason.Should().Be(ConversationEndReason.Failed);
        talk.Emulator.Sessions.Should().ContainSingle();
    }

    [Theory]
    [InlineData(401, "{}", RealtimeApiErrorKind.Authentication)]
    [InlineData(403, "{}", RealtimeApiErrorKind.Permission)]
    [InlineData(404, "{}", RealtimeApiErrorKind.NotFound)]
    [InlineData(429, """{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}""", RealtimeApiErrorKind.QuotaExceeded)]
    public async Task Attempts_end_with_the_first_answer_that_no_attempt_can_change(int status, string body, RealtimeApiErrorKind kind)
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.RespondNext(status, body);

        await talk.LoseAsync();
        var end = await talk.WhenEndedAsync();

        end.Reason.Should().Be(ConversationEndReason.Failed);
        end.Exception.Should().BeOfType<RealtimeApiException>().Which.Kind.Should().Be(kind);
        talk.Emulator.Requests.Count(request => request.IsUpgrade).Should().Be(2);
        talk.Updates.All.OfType<EndUpdate>().Should().ContainSingle();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Attempts_are_bounded_and_then_the_loss_tells_how_the_conversation_ended(int max)
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxAttempts = max });
        for (var i = 0; i < max + 5; i++)
            talk.Emulator.RespondNext(503, "{}");

        await talk.LoseAsync();
        var end = await talk.WhenEndedAsync();

        (end.Reason, talk.Warnings.Count).Should().Be((ConversationEndReason.ConnectionLost, max));
        talk.Emulator.Requests.Count(request => request.IsUpgrade).Should().Be(1 + max);
    }

    [Fact]
    public async Task Sessions_that_are_lost_at_once_use_up_the_attempts_and_one_that_lasts_renews_them()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxAttempts = 3 });
        for (var i = 0; i < 2; i++)
            await talk.LoseAsync();
        await talk.AdvanceAsync(61);

        for (var i = 0; i < 3; i++)
            await talk.LoseAsync();
        var status = talk.Conversation.Status;
        await talk.LoseAsync();

        status.Should().Be(ConversationStatus.Listening);
        talk.Renewals.Should().HaveCount(5);
        (await talk.WhenEndedAsync()).Reason.Should().Be(ConversationEndReason.ConnectionLost);
    }

    [Fact]
    public async Task The_server_can_ask_for_a_longer_delay_within_the_maximum()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxDelay = TimeSpan.FromSeconds(8) });
        talk.RefuseNext(TimeSpan.FromHours(1));

        await talk.LoseAsync();
        await talk.AdvanceAsync(6);
        var before = talk.Renewals.Count;
        await talk.AdvanceAsync(2);

        (before, talk.Renewals.Count).Should().Be((0, 1));
        talk.Renewals[0].Gap.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(8)).And.BeLessThan(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task Without_recovery_a_loss_ends_the_conversation_and_scheduled_renewals_remain()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { AfterLoss = false });
        await talk.AdvanceAsync(56 * 60);

        await talk.LoseAsync();

        (await talk.WhenEndedAsync()).Reason.Should().Be(ConversationEndReason.ConnectionLost);
        talk.Renewals.Should().ContainSingle().Which.Reason.Should().Be(RenewalReason.Scheduled);
        talk.Emulator.Sessions.Should().HaveCount(2);
    }

    [Fact]
    public async Task Each_attempt_asks_for_a_fresh_credential_and_prepares_the_agent_again()
    {
        var (tokens, prepared) = (0, 0);
        var agent = ScriptedConversation.Agent with
        {
            Prepare = (context, _) => ValueTask.FromResult(context.Agent.WithInstructions($"Version {++prepared}.")),
        };
        await using var talk = await RenewingConversation.StartAsync(agent: agent, client: options =>
        {
            (var key, options.ApiKey) = (options.ApiKey!, null);
            options.Credential = RealtimeCredential.FromTokenProvider(_ =>
            {
                tokens++;
                return ValueTask.FromResult(key);
            });
        });
        talk.Emulator.RespondNext(503, "{}");

        await talk.LoseAsync();

        (tokens, prepared).Should().Be((3, 3));
        ((RealtimeSessionConfiguration)talk.Session.Session.Configuration!).Instructions.Should().Be("Version 3.");
    }

    [Fact]
    public async Task If_the_agent_cannot_be_prepared_again_it_continues_as_it_was()
    {
        var prepared = 0;
        var agent = ScriptedConversation.Agent with
        {
            Prepare = (context, _) => prepared++ == 0 ? ValueTask.FromResult(context.Agent.WithInstructions("Prepared.")) : throw new InvalidOperationException("secret"),
        };
        await using var talk = await RenewingConversation.StartAsync(agent: agent);

        await talk.LoseAsync();

        talk.Renewals.Should().ContainSingle();
        ((RealtimeSessionConfiguration)talk.Session.Session.Configuration!).Instructions.Should().Be("Prepared.");
        talk.Warnings.Should().ContainSingle().Which.Message.Should().Contain("Prepare").And.NotContain("secret");
    }

    [Fact]
    public async Task The_agent_in_charge_after_a_handoff_continues()
    {
        var prepared = 0;
        await using var talk = await RenewingConversation.StartAsync();
        var cook = new RealtimeAgent
        {
            Name = "cook",
            Session = new() { Instructions = "Cook." },
            Prepare = (context, _) => ValueTask.FromResult(context.Agent.WithInstructions($"Cook {++prepared}.")),
        };
        await talk.Time.RunUntilAsync(talk.Conversation.SwitchAgentAsync(cook)).WithTimeout();

        await talk.LoseAsync();
        await talk.LoseAsync();

        talk.Conversation.Agent.Name.Should().Be("cook");
        var session = (RealtimeSessionConfiguration)talk.Session.Session.Configuration!;
        (session.Instructions, session.Model).Should().Be(("Cook 3.", "gpt-realtime-2"));
        talk.Updates.All.OfType<HandoffUpdate>().Should().ContainSingle();
    }

    [Fact]
    public async Task Events_of_the_old_connection_that_come_late_are_ignored()
    {
        await using var talk = await RenewingConversation.StartAsync();
        var late = 0;
        using var handler = talk.Conversation.OnEvent(serverEvent => late += serverEvent.Type == "test.late" ? 1 : 0);
        var old = talk.Session;
        talk.Emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromSeconds(5) });
        await talk.AdvanceAsync((55 * 60) + 1);

        await old.SendTextAsync("""{"type":"test.late"}""");
        await talk.AdvanceAsync(10);
        await talk.Session.SendTextAsync("""{"type":"test.late"}""");
        await talk.AdvanceAsync(1);

        (late, talk.Renewals.Count).Should().Be((1, 1));
    }

    [Fact]
    public async Task Handlers_get_each_event_once_after_many_renewals()
    {
        await using var talk = await RenewingConversation.StartAsync(new() { MaxAttempts = 100 });
        talk.Emulator.Model.When("soups").Says("Three soups.");
        var done = 0;
        using var handler = talk.Conversation.OnEvent(serverEvent => done += serverEvent is ResponseDoneEvent ? 1 : 0);
        for (var i = 0; i < 20; i++)
            await talk.LoseAsync();

        await talk.AskAsync("Which soups?");
        await talk.AdvanceAsync(0.1);

        done.Should().Be(1);
        talk.Updates.All.OfType<TurnUpdate>().Count(update => update.Turn is { IsComplete: true, Role: TurnRole.Agent }).Should().Be(1);
    }

    [Fact]
    public async Task A_given_connection_cannot_be_renewed()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");

        await connection.Awaiting(given => given.StartConversationAsync(ScriptedConversation.Agent, new() { Renewal = new() })).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_rejected_certificate_ends_the_attempts()
    {
        // The client trusts the emulator's certificate only until the first session is lost.
        var trusts = true;
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => trusts }, PooledConnectionLifetime = TimeSpan.Zero };
        using var client = new RealtimeClient(handler, new() { ApiKey = emulator.ApiKey, BaseUrl = emulator.HttpsBaseUrl });
        await using var conversation = await client.StartConversationAsync(ScriptedConversation.Agent, new() { Renewal = new() { FirstDelay = TimeSpan.Zero } }).WithTimeout();

        trusts = false;
        emulator.Sessions[0].End(ConnectionFailure.Reset);
        var end = await conversation.Completion.WithTimeout();

        (end.Reason, emulator.Sessions.Count).Should().Be((ConversationEndReason.ConnectionLost, 1));
        end.Exception.Should().BeOfType<RealtimeConnectionException>().Which.IsTransient.Should().BeFalse();
    }
}
