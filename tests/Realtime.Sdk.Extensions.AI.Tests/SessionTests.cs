namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>The life of clients and sessions, and messages that are events.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task A_text_turn_streams_its_answer()
    {
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"] });

        var messages = await talk.AskAsync("Good morning");

        string.Concat(messages.OfType<OutputTextAudioRealtimeServerMessage>().Where(message => message.Type == RealtimeServerMessageType.OutputTextDelta).Select(message => message.Text))
            .Should().Be("You said: Good morning");
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_turn_that_the_client_commits_itself_is_answered_when_it_asks()
    {
        await using var talk = await Talk.StartAsync(new() { VoiceActivityDetection = new() { Enabled = false } });

        await talk.SendAsync(new InputAudioBufferAppendRealtimeClientMessage(new DataContent(new byte[48_000], "audio/pcm")));
        await talk.SendAsync(new InputAudioBufferCommitRealtimeClientMessage { MessageId = "commit-1" });
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        var messages = await talk.UntilAsync(RealtimeServerMessageType.ResponseDone);

        messages.OfType<ErrorRealtimeServerMessage>().Should().BeEmpty();
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_error_of_the_server_names_the_message()
    {
        await using var talk = await Talk.StartAsync(new() { VoiceActivityDetection = new() { Enabled = false } });

        await talk.SendAsync(new InputAudioBufferCommitRealtimeClientMessage { MessageId = "too-early" });
        var error = (ErrorRealtimeServerMessage)(await talk.UntilAsync(RealtimeServerMessageType.Error))[^1];

        (error.Error!.ErrorCode, error.OriginatingMessageId).Should().Be(("input_audio_buffer_commit_empty", "too-early"));
    }

    public static TheoryData<object> RawMessages =>
    [
        new ConversationItemDeleteEvent { ItemId = "item_1" },
        """{"type":"conversation.item.delete","item_id":"item_1"}""",
        JsonElement.Parse("""{"type":"conversation.item.delete","item_id":"item_1"}"""),
        new System.Text.Json.Nodes.JsonObject { ["type"] = "conversation.item.delete", ["item_id"] = "item_1" },
        """{"type":"conversation.item.delete","item_id":"item_1"}"""u8.ToArray(),
        new ReadOnlyMemory<byte>("""{"type":"conversation.item.delete","item_id":"item_1"}"""u8.ToArray()),
    ];

    [Theory, MemberData(nameof(RawMessages), DisableDiscoveryEnumeration = true)]
    public async Task Any_event_can_be_sent(object raw)
    {
        var sent = (await Talk.SayAsync(new() { RawRepresentation = raw, MessageId = "m1" }))[0];

        JsonElement.DeepEquals(sent, JsonElement.Parse("""{"type":"conversation.item.delete","item_id":"item_1","event_id":"m1"}""")).Should().BeTrue(sent.GetRawText());
    }

    [Fact]
    public async Task Events_that_break_a_rule_and_messages_without_an_event_are_refused()
    {
        await using var talk = await Talk.StartAsync();

        await talk.Session.Invoking(session => session.SendAsync(new() { RawRepresentation = new ConversationItemDeleteEvent { ItemId = "" } })).Should().ThrowAsync<RealtimeValidationException>();
        await talk.Session.Invoking(session => session.SendAsync(new() { RawRepresentation = "{" })).Should().ThrowAsync<RealtimeProtocolException>();
        await talk.Session.Invoking(session => session.SendAsync(new() { RawRepresentation = 7 })).Should().ThrowAsync<ArgumentException>().WithMessage("*must be a ClientEvent or JSON, not Int32*");
        await talk.Session.Invoking(session => session.SendAsync(new())).Should().ThrowAsync<ArgumentException>().WithMessage("*has no event in the API*");
        await talk.Session.Invoking(session => session.SendAsync(null!)).Should().ThrowAsync<ArgumentNullException>();
        talk.Emulator.Sessions[0].Received.Should().BeEmpty();
    }

    [Fact]
    public async Task Reading_can_be_canceled_and_continued()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        using var realtime = client.AsIRealtimeClient("gpt-realtime");
        await using var session = await realtime.CreateSessionAsync(new() { OutputModalities = ["text"] }).WithTimeout();
        using var canceled = new CancellationTokenSource();
        var reading = ReadAsync(session, message => message.Type == RealtimeServerMessageType.ResponseDone, canceled.Token);

        await canceled.CancelAsync();
        await reading.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        await session.SendAsync(new CreateResponseRealtimeClientMessage { Items = [new([new TextContent("Good morning")], role: ChatRole.User)] }).WithTimeout();
        var messages = await ReadAsync(session, message => message.Type == RealtimeServerMessageType.ResponseDone).WithTimeout();

        messages.Should().Contain(message => message.Type == RealtimeServerMessageType.OutputTextDelta);
    }

    [Fact]
    public async Task A_canceled_token_sends_nothing_and_opens_nothing()
    {
        await using var talk = await Talk.StartAsync();
        var canceled = new CancellationToken(canceled: true);

        await talk.Session.Invoking(session => session.SendAsync(new CreateResponseRealtimeClientMessage(), canceled)).Should().ThrowAsync<OperationCanceledException>();
        await talk.Client.Invoking(client => client.CreateSessionAsync(null, canceled)).Should().ThrowAsync<OperationCanceledException>();

        talk.Emulator.Sessions.Should().ContainSingle().Which.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task Disposing_a_session_closes_its_connection_normally()
    {
        await using var talk = await Talk.StartAsync();

        await talk.Session.DisposeAsync();
        await talk.Session.DisposeAsync();
        await talk.Emulator.Sessions[0].Completion.WithTimeout();

        talk.Emulator.Sessions[0].CloseCode.Should().Be(1000);
        await talk.Session.Invoking(session => session.SendAsync(new InputAudioBufferCommitRealtimeClientMessage())).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Disposing_the_client_disposes_neither_the_client_of_the_SDK_nor_its_sessions()
    {
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"] });

        talk.Client.Dispose();

        (await talk.AskAsync("Good morning"))[^1].Type.Should().Be(RealtimeServerMessageType.ResponseDone);
        await talk.Client.Invoking(client => client.CreateSessionAsync()).Should().ThrowAsync<ObjectDisposedException>();
        using var another = talk.Client.GetService<RealtimeClient>()!.AsIRealtimeClient("gpt-realtime-2");
        await using var session = await another.CreateSessionAsync().WithTimeout();
    }

    [Fact]
    public async Task The_end_of_a_lost_connection_is_its_exception()
    {
        await using var talk = await Talk.StartAsync(arrange: emulator => emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.CloseAsync(1011, "The server is going away.");
        }));

        var ended = await talk.Invoking(subject => subject.ReadToEndAsync()).Should().ThrowAsync<RealtimeConnectionException>();

        ended.Which.CloseCode.Should().Be(1011);
    }

    [Fact]
    public async Task Services_are_the_client_the_connection_and_their_metadata()
    {
        await using var talk = await Talk.StartAsync();

        talk.Client.GetService<RealtimeClient>().Should().NotBeNull();
        talk.Client.GetService<IRealtimeClient>().Should().BeSameAs(talk.Client);
        talk.Client.GetService<ChatClientMetadata>().Should().BeEquivalentTo(new { ProviderName = "openai", DefaultModelId = "gpt-realtime" });
        talk.Client.GetService<RealtimeClient>("key").Should().BeNull();
        talk.Client.GetService<Uri>().Should().BeNull();
        talk.Session.GetService<RealtimeConnection>().Should().NotBeNull();
        talk.Session.GetService<IRealtimeClientSession>().Should().BeSameAs(talk.Session);
        talk.Session.GetService<ChatClientMetadata>()!.DefaultModelId.Should().Be("gpt-realtime");
        talk.Session.GetService<RealtimeConnection>("key").Should().BeNull();
    }

    [Fact]
    public void Arguments_are_checked()
    {
        using var client = new RealtimeClient("sk-test");

        FluentActions.Invoking(() => ((RealtimeClient)null!).AsIRealtimeClient()).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => client.AsIRealtimeClient(" ")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => ((AIFunction)null!).AsAgentFunction()).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => ((AgentFunction)null!).AsAIFunctionDeclaration()).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public async Task A_session_can_join_a_call()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var client = emulator.CreateClient();
        var call = await client.Calls.CreateAsync(Realtime.Sdk.Tests.Shared.Offers.Browser, new RealtimeSessionConfiguration { Model = "gpt-realtime" }).WithTimeout();
        using var realtime = client.AsIRealtimeClient();

        RealtimeSessionOptions Join(string? instructions, int? tokens = null) =>
            new() { Instructions = instructions, MaxOutputTokens = tokens, RawRepresentationFactory = () => new RealtimeConnectOptions { CallId = call.CallId } };

        await using var observing = await realtime.CreateSessionAsync(Join(null)).WithTimeout();
        await using var changing = await realtime.CreateSessionAsync(Join("Hurry.")).WithTimeout();
        await realtime.Invoking(subject => subject.CreateSessionAsync(Join(null, tokens: -1))).Should().ThrowAsync<RealtimeValidationException>();

        observing.Options!.Model.Should().Be("gpt-realtime", "the session is that of the call");
        changing.Options!.Instructions.Should().Be("Hurry.");
        emulator.Sessions.Sum(session => session.Received.Count).Should().Be(1);
    }

    private static async Task<List<RealtimeServerMessage>> ReadAsync(IRealtimeClientSession session, Predicate<RealtimeServerMessage> last, CancellationToken cancellationToken = default)
    {
        var read = new List<RealtimeServerMessage>();
        await foreach (var message in session.GetStreamingResponseAsync(cancellationToken))
        {
            read.Add(message);
            if (last(message))
                break;
        }
        return read;
    }
}
