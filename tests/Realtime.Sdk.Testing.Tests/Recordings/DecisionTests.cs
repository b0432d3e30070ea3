using System.Text;

namespace Realtime.Sdk.Testing.Tests.Recordings;

/// <summary>A call of a customer is recorded, and its decisions are compared in virtual time.</summary>
public sealed class DecisionTests
{
    private const string Words = "We have three soups today and all of them are hot.";

    private static readonly RealtimeAgent Waiter = new()
    {
        Name = "waiter",
        Session = new() { Model = "gpt-realtime-2", Instructions = "Take the order." },
        Functions = [AgentFunction.Create("place_order", "Places the order.", (_, _) => Task.FromResult("Order 4711."))],
    };

    [Fact]
    public async Task The_same_agent_makes_the_same_decisions()
    {
        var recording = await RecordAsync();

        recording.Decisions.Select(decision => decision.Type).Should().Equal(
            "reply_requested", "reply_ended", "response_interrupted", "item_truncated", "warning", "function_started", "function_ended", "reply_requested", "reply_ended", "ended");
        var difference = await recording.CompareDecisionsAsync((client, recorder) => ConverseAsync(client, recorder, Waiter)).WithTimeout();

        difference.Should().BeNull();
    }

    [Fact]
    public async Task A_function_that_fails_is_the_first_difference()
    {
        var recording = await RecordAsync();
        var changed = Waiter with { Functions = [AgentFunction.Create("place_order", "Places the order.", Task<string> (_, _) => throw new InvalidOperationException("The kitchen is closed."))] };

        var difference = await recording.CompareDecisionsAsync((client, recorder) => ConverseAsync(client, recorder, changed)).WithTimeout();

        difference!.Number.Should().Be(7);
        (difference.Recorded!.Type, difference.Actual!.Type).Should().Be(("function_ended", "warning"));
        $"{difference}".Should().StartWith("Decision 7 differs. Recorded: ").And.Contain("status=completed").And.NotContain(Words);
    }

    [Fact]
    public async Task An_app_that_does_not_ask_for_the_greeting_differs_at_once_and_the_playback_ends()
    {
        var recording = await RecordAsync();

        var difference = await recording.CompareDecisionsAsync(async (client, recorder) =>
        {
            await using var conversation = await client.StartConversationAsync(Waiter, new() { Recorder = recorder });
            await conversation.Completion;
        }).WithTimeout();

        (difference!.Number, difference.Recorded!.Type, difference.Actual!.Type).Should().Be((1, "reply_requested", "ended"));
        difference.Reason.Should().Contain("did not send the next message");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_conversation_that_was_renewed_is_played_over_as_many_connections(bool isLost)
    {
        var time = new VirtualTime();
        using var output = new MemoryStream();
        await using var recorder = new SessionRecorder(output);
        await using (var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time }))
        {
            using var client = emulator.CreateClient();
            if (isLost)
            {
                var calling = CallAsync(client, recorder);
                await time.AdvanceAsync(TimeSpan.FromMinutes(1)).WithTimeout();
                emulator.Sessions[0].End(ConnectionFailure.Reset);
                await time.RunUntilAsync(calling).WithTimeout();
            }
            else
            {
                await time.RunUntilAsync(CallAsync(client, recorder)).WithTimeout();
            }
        }
        await recorder.DisposeAsync();
        var recording = EmulatorRecording.Parse(Encoding.UTF8.GetString(output.ToArray()));

        recording.StartedAt.Should().Be(new VirtualTime().GetUtcNow());
        recording.Decisions.Single(decision => decision.Type == "renewed").Members["reason"].Should().Be(isLost ? "lost" : "scheduled");
        var virtualTime = new VirtualTime(recording.StartedAt);
        (await recording.CompareDecisionsAsync((replayed, comparing) => CallAsync(replayed, comparing, virtualTime), virtualTime).WithTimeout()).Should().BeNull();

        async Task CallAsync(RealtimeClient client, SessionRecorder recorder, TimeProvider? clock = null)
        {
            await using var conversation = await client.StartConversationAsync(Waiter, new() { Recorder = recorder, Renewal = new() { FirstDelay = TimeSpan.Zero } });
            await conversation.AskAsync("Hi");
            // A session is renewed after 55 minutes.
            await Task.Delay(TimeSpan.FromMinutes(isLost ? 10 : 58), clock ?? time);
            await conversation.AskAsync("Are you still there?");
            await conversation.EndAsync();
        }
    }

    [Fact]
    public async Task An_exception_of_the_app_is_thrown_if_nothing_differs()
    {
        var recording = await RecordAsync();

        var comparing = () => recording.CompareDecisionsAsync(async (client, recorder) =>
        {
            await ConverseAsync(client, recorder, Waiter);
            throw new InvalidOperationException("mine");
        }).WithTimeout();

        await comparing.Should().ThrowAsync<InvalidOperationException>().WithMessage("mine");
    }

    [Theory]
    [InlineData("""{"at_ms":0,"from":"server","event":{"type":"session.created"}}""", "no decisions")]
    [InlineData("{\"at_ms\":0,\"decision\":{\"type\":\"ended\"}}\n{\"at_ms\":0,\"dropped\":{\"lines\":3}}", "3 lines")]
    [InlineData("{\"at_ms\":0,\"decision\":{\"type\":\"ended\"}}\n{\"at_ms\":0,\"conversation\":2,\"decision\":{\"type\":\"ended\"}}", "several conversations")]
    public async Task A_recording_that_cannot_be_compared_is_refused(string lines, string reason)
    {
        var comparing = () => EmulatorRecording.Parse(lines).CompareDecisionsAsync((_, _) => Task.CompletedTask);

        await comparing.Should().ThrowAsync<InvalidOperationException>().WithMessage($"*{reason}*");
    }

    [Theory]
    [InlineData("""{"type":"a","x_id":"1"}{"type":"b","x_id":"1"}""", """{"type":"a","x_id":"7"}{"type":"b","x_id":"7"}""", null)]
    [InlineData("""{"type":"a","x_id":"1"}{"type":"b","x_id":"1"}""", """{"type":"a","x_id":"7"}{"type":"b","x_id":"8"}""", "x_id is '8'")]
    [InlineData("""{"type":"a","x_id":"1"}{"type":"b","x_id":"2"}""", """{"type":"a","x_id":"7"}{"type":"b","x_id":"7"}""", "x_id is '7'")]
    [InlineData("""{"type":"a","audio_end_ms":1,"text":"x","message":"y"}""", """{"type":"a","audio_end_ms":2,"text":"z","message":"z"}""", null)]
    [InlineData("""{"type":"a","status":"completed"}""", """{"type":"a","status":"failed"}""", "status is 'failed' instead of 'completed'")]
    [InlineData("""{"type":"a"}""", """{"type":"a","status":"failed"}""", "status is 'failed' instead of 'missing'")]
    [InlineData("""{"type":"a"}""", """{"type":"b"}""", "The kind is b instead of a.")]
    [InlineData("""{"type":"a"}{"type":"b"}""", """{"type":"a"}""", "No more decisions were made.")]
    [InlineData("""{"type":"a"}""", """{"type":"a"}{"type":"b"}""", "The recording has no more decisions.")]
    public void Decisions_are_compared_by_what_they_mean(string recorded, string actual, string? reason)
    {
        var difference = Parse(recorded).CompareDecisions(Parse(actual));

        if (reason is null)
            difference.Should().BeNull();
        else
            difference!.Reason.Should().Contain(reason);
    }

    [Fact]
    public void A_decision_prints_no_text_of_the_conversation_and_no_key()
    {
        var decision = Parse("""{"type":"item_truncated","item_id":"item_1","audio_end_ms":420,"text":"Secret words.","name":"sk-canary-4711"}""").Decisions.Single();

        $"{decision}".Should().Be("0.000 s item_truncated item_id=item_1 audio_end_ms=420 name=sk-***");
        decision.Members["text"].Should().Be("Secret words.");
    }

    private static EmulatorRecording Parse(string decisions) =>
        EmulatorRecording.Parse(string.Join('\n', decisions.Replace("}{", "}\n{", StringComparison.Ordinal).Split('\n').Select(decision => $$"""{"at_ms":0,"decision":{{decision}}}""")));

    private static async Task ConverseAsync(RealtimeClient client, SessionRecorder recorder, RealtimeAgent agent)
    {
        await using var conversation = await client.StartConversationAsync(agent, new() { Recorder = recorder });
        conversation.Respond("Greet the guest.");
        await conversation.Completion;
    }

    /// <summary>The call of the customer: the agent is interrupted and then places an order.</summary>
    private static async Task<EmulatorRecording> RecordAsync()
    {
        var time = new VirtualTime();
        using var output = new MemoryStream();
        await using var recorder = new SessionRecorder(output);
        await using (var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time }))
        {
            emulator.OnConnect(ServeAsync);
            using var client = emulator.CreateClient();
            await time.RunUntilAsync(ConverseAsync(client, recorder, Waiter)).WithTimeout();
        }
        await recorder.DisposeAsync();
        return EmulatorRecording.Parse(Encoding.UTF8.GetString(output.ToArray()));
    }

    private static async Task ServeAsync(EmulatorSession session)
    {
        await session.SendSessionCreatedAsync();
        await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
        await AnswerAsync(session, "resp_1", "item_1", Words, seconds: 3);
        await session.DelayAsync(TimeSpan.FromSeconds(1.2));
        await session.SendAsync(new InputAudioBufferSpeechStartedEvent { ItemId = "item_2" });
        var truncate = await session.SkipToAsync<ConversationItemTruncateEvent>();
        await session.SendAsync(new ConversationItemTruncatedEvent { ItemId = truncate.ItemId, AudioEnd = truncate.AudioEnd });
        await session.DelayAsync(TimeSpan.FromSeconds(2));
        await session.SendAsync(new InputAudioBufferSpeechStoppedEvent { ItemId = "item_2" });
        await session.SendAsync(new InputAudioBufferCommittedEvent { ItemId = "item_2", PreviousItemId = "item_1" });
        var call = new FunctionCallItem { Id = "item_3", CallId = "call_1", Name = "place_order", Arguments = "{}", Status = ItemStatus.Completed };
        await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "resp_2", ConversationId = "conv_1" } });
        await session.SendAsync(new ResponseOutputItemDoneEvent { ResponseId = "resp_2", Item = call });
        await session.SendAsync(new ResponseDoneEvent { Response = new() { Id = "resp_2", ConversationId = "conv_1", Status = ResponseStatus.Completed, Output = [call] } });
        await session.SkipToAsync<ConversationItemCreateEvent>();
        await AnswerAsync(session, "resp_3", "item_4", "Order 4711.", seconds: 1);
        await session.DelayAsync(TimeSpan.FromSeconds(5));
        await session.CloseAsync();
    }

    private static async Task AnswerAsync(EmulatorSession session, string responseId, string itemId, string words, double seconds)
    {
        var request = await session.SkipToAsync<ResponseCreateEvent>();
        var response = new RealtimeResponse { Id = responseId, ConversationId = "conv_1", Metadata = request.Response!.Metadata };
        await session.DelayAsync(TimeSpan.FromMilliseconds(200));
        await session.SendAsync(new ResponseCreatedEvent { Response = response });
        var item = new MessageItem { Id = itemId, Role = ItemRole.Assistant, Status = ItemStatus.InProgress, Content = [] };
        await session.SendAsync(new ResponseOutputItemAddedEvent { ResponseId = responseId, Item = item });
        await session.SendAsync(new ConversationItemAddedEvent { Item = item });
        await session.SendAsync(new ResponseOutputAudioTranscriptDeltaEvent { ResponseId = responseId, ItemId = itemId, Delta = words });
        await session.SendAsync(new ResponseOutputAudioDeltaEvent { ResponseId = responseId, ItemId = itemId, Delta = Sounds.Speech(seconds) });
        await session.SendAsync(new ResponseOutputAudioDoneEvent { ResponseId = responseId, ItemId = itemId });
        await session.SendAsync(new ResponseDoneEvent { Response = response with { Status = ResponseStatus.Completed } });
    }
}
