using System.Diagnostics;

namespace Realtime.Sdk.Testing.Tests.Conversations;

[Collection(nameof(TelemetryWatch))]
public sealed class TelemetryTests
{
    private const string Model = "gpt-realtime-2.1", Duration = "gen_ai.client.operation.duration", Usage = "gen_ai.client.token.usage";

    private readonly VirtualTime _time = new();

    [Fact]
    public async Task A_turn_of_the_agent_is_a_span_and_each_of_its_responses_one_below_it()
    {
        using var watch = new TelemetryWatch("tree");
        using var call = new Activity("call").Start();
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter("tree"));
        call.Stop();

        await TalkAsync(emulator, caller);

        watch.Turns.Should().HaveCount(3).And.OnlyContain(turn =>
            turn.DisplayName == "invoke_agent tree" && turn.Kind == ActivityKind.Internal && turn.ParentSpanId == call.SpanId && turn.TraceId == call.TraceId);
        watch.Turns.Select(turn => (turn.GetTagItem("realtime.turn.interrupted"), turn.Status, turn.GetTagItem("error.type"))).Should().Equal(
            (true, ActivityStatusCode.Unset, null), (false, ActivityStatusCode.Unset, null), (false, ActivityStatusCode.Error, "server_error"));
        watch.Responses.Should().OnlyContain(response => response.DisplayName == $"chat {Model}" && response.Kind == ActivityKind.Client && response.TraceId == call.TraceId);
        watch.Responses.Select(response => response.ParentSpanId).Should().Equal(watch.Turns[0].SpanId, watch.Turns[1].SpanId, call.SpanId, watch.Turns[2].SpanId);
        watch.Responses.Select(response => (((string[])response.GetTagItem("gen_ai.response.finish_reasons")!).Single(), response.Status, response.GetTagItem("error.type"))).Should().Equal(
            ("stop", ActivityStatusCode.Unset, null), ("stop", ActivityStatusCode.Unset, null), ("stop", ActivityStatusCode.Unset, null), ("error", ActivityStatusCode.Error, "server_error"));
        watch.Started.Should().Be(watch.Turns.Count + watch.Responses.Count);
    }

    [Fact]
    public async Task A_span_says_whose_it_is_and_what_it_cost()
    {
        using var watch = new TelemetryWatch("cost");
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter("cost"));
        ResponseDoneEvent? done = null;
        using var handler = caller.Conversation.OnEvent(serverEvent => done ??= serverEvent as ResponseDoneEvent);

        await caller.SayAsync("Which soups do you have?");
        await caller.HearAsync();

        var common = new Dictionary<string, object?>
        {
            ["gen_ai.provider.name"] = "openai",
            ["gen_ai.conversation.id"] = caller.Conversation.Session!.Id,
            ["gen_ai.request.model"] = Model,
        };
        var turn = watch.Turns.Should().ContainSingle().Subject;
        turn.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>(common)
        {
            ["gen_ai.operation.name"] = "invoke_agent",
            ["gen_ai.agent.name"] = "cost",
            ["realtime.turn.interrupted"] = false,
        });
        var (input, output) = (done!.Response.Usage!.InputTokenDetails!, done.Response.Usage.OutputTokenDetails!);
        var response = watch.Responses.Should().ContainSingle().Subject;
        response.TagObjects.Should().BeEquivalentTo(new Dictionary<string, object?>(common)
        {
            ["gen_ai.operation.name"] = "chat",
            ["gen_ai.response.id"] = done.Response.Id,
            ["gen_ai.response.model"] = Model,
            ["gen_ai.response.finish_reasons"] = new[] { "stop" },
            ["gen_ai.usage.input_tokens"] = (long)done.Response.Usage.InputTokens!,
            ["gen_ai.usage.output_tokens"] = (long)done.Response.Usage.OutputTokens!,
            ["gen_ai.usage.text.input_tokens"] = (long)input.TextTokens!,
            ["gen_ai.usage.audio.input_tokens"] = (long)input.AudioTokens!,
            ["gen_ai.usage.text.output_tokens"] = (long)output.TextTokens!,
            ["gen_ai.usage.audio.output_tokens"] = (long)output.AudioTokens!,
        });
        watch.Measured.Where(measured => measured.Name == Usage)
            .Select(measured => (measured.Tags["gen_ai.token.type"], measured.Tags["gen_ai.token.modality"], (int?)measured.Value)).Should().Equal(
                ("input", "text", input.TextTokens), ("input", "audio", input.AudioTokens), ("output", "text", output.TextTokens), ("output", "audio", output.AudioTokens));
    }

    [Fact]
    public async Task Cached_tokens_are_part_of_the_input_and_named_apart()
    {
        using var watch = new TelemetryWatch("cache");
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter("cache"));
        var cached = new CachedTokenDetails { TextTokens = 30, AudioTokens = 20 };
        var usage = new ResponseUsage
        {
            InputTokens = 100,
            OutputTokens = 0,
            InputTokenDetails = new() { TextTokens = 40, AudioTokens = 60, CachedTokens = 50, CachedTokensDetails = cached },
        };

        await RespondAsync(emulator.Sessions[0], "resp_1", ResponseStatus.Completed, usage);
        await _time.AdvanceAsync(TimeSpan.FromSeconds(1)).WithTimeout();

        var tags = watch.Responses.Should().ContainSingle().Subject.TagObjects.Where(tag => tag.Key.StartsWith("gen_ai.usage", StringComparison.Ordinal));
        tags.Should().BeEquivalentTo(new Dictionary<string, object?>
        {
            ["gen_ai.usage.input_tokens"] = 100L,
            ["gen_ai.usage.output_tokens"] = 0L,
            ["gen_ai.usage.cache_read.input_tokens"] = 50L,
            ["gen_ai.usage.text.input_tokens"] = 40L,
            ["gen_ai.usage.audio.input_tokens"] = 60L,
            ["gen_ai.usage.text.cache_read.input_tokens"] = 30L,
            ["gen_ai.usage.audio.cache_read.input_tokens"] = 20L,
        });
        watch.Of(Usage).Should().Equal(40, 60);
    }

    [Theory]
    [InlineData("incomplete", "max_output_tokens", "length")]
    [InlineData("incomplete", "content_filter", "content_filter")]
    [InlineData("incomplete", "whim sk-canary-4711", "incomplete")]
    [InlineData("cancelled", "client_cancelled", "cancelled")]
    public async Task A_response_that_was_cut_off_says_why_in_a_word_of_ours(string status, string reason, string expected)
    {
        using var watch = new TelemetryWatch($"cut off: {expected}");
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter($"cut off: {expected}"));

        await RespondAsync(emulator.Sessions[0], "resp_1", new(status), details: new() { Reason = new(reason) });
        await _time.AdvanceAsync(TimeSpan.FromSeconds(1)).WithTimeout();

        var response = watch.Responses.Should().ContainSingle().Subject;
        response.GetTagItem("gen_ai.response.finish_reasons").Should().BeEquivalentTo(new[] { expected });
        response.Status.Should().Be(ActivityStatusCode.Unset);
        watch.Measured.Should().ContainSingle(measured => measured.Name == Duration).Which.Tags.Should().NotContainKey("error.type");
    }

    [Theory]
    [InlineData(false, null, "cancelled")]
    [InlineData(true, "connection", "error")]
    public async Task Every_span_ends_with_the_conversation(bool isLost, string? error, string reason)
    {
        using var watch = new TelemetryWatch($"end {isLost}");
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter($"end {isLost}"));
        await emulator.Sessions[0].SendAsync(new ResponseCreatedEvent { Response = Created("resp_1") });
        await _time.AdvanceAsync(TimeSpan.FromSeconds(2)).WithTimeout();

        if (isLost)
            emulator.Sessions[0].End(ConnectionFailure.Reset);
        else
            await caller.Conversation.DisposeAsync().WithTimeout();
        await _time.RunUntilAsync(caller.Conversation.Completion).WithTimeout();

        var response = watch.Responses.Should().ContainSingle().Subject;
        (response.GetTagItem("error.type"), response.Duration).Should().Be((error, TimeSpan.FromSeconds(2)));
        response.GetTagItem("gen_ai.response.finish_reasons").Should().BeEquivalentTo(new[] { reason });
        watch.Turns.Should().ContainSingle().Which.GetTagItem("error.type").Should().Be(error);
        watch.Measured.Should().ContainSingle(measured => measured.Name == Duration).Which.Value.Should().Be(2);
        watch.Started.Should().Be(2);
    }

    [Fact]
    public async Task Nothing_that_was_said_is_traced_unless_it_is_asked_for()
    {
        using var watch = new TelemetryWatch("silent");
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter("silent"));

        await caller.SayAsync("Which soups do you have?");
        await caller.HearAsync();

        watch.Turns.Concat(watch.Responses).Should().HaveCount(2).And.OnlyContain(span => !Printed(span).Contains("soups"));
    }

    [Fact]
    public async Task What_was_said_is_traced_without_its_keys_where_it_is_asked_for()
    {
        using var watch = new TelemetryWatch("talkative");
        await using var emulator = await StartAsync();
        emulator.Model.When("key").Says("Your key is sk-canary-4711 \"and\" no other.");
        var options = new RealtimeCallerOptions { Conversation = new() { TraceContent = true } };
        await using var caller = await emulator.StartCallerAsync(Waiter("talkative"), options);

        await _time.RunUntilAsync(caller.Conversation.AskAsync("My key is sk-canary-0815.")).WithTimeout();

        const string answer = """[{"role":"assistant","parts":[{"type":"text","content":"Your key is sk-*** \"and\" no other."}],"finish_reason":"stop"}]""";
        var turn = watch.Turns.Should().ContainSingle().Subject;
        turn.GetTagItem("gen_ai.input.messages").Should().Be("""[{"role":"user","parts":[{"type":"text","content":"My key is sk-***"}]}]""");
        turn.GetTagItem("gen_ai.output.messages").Should().Be(answer);
        watch.Responses.Should().ContainSingle().Which.GetTagItem("gen_ai.output.messages").Should().Be(answer);
    }

    [Fact]
    public async Task Listeners_that_throw_change_nothing()
    {
        using var watch = new TelemetryWatch("throwing", throws: true);
        await using var emulator = await StartAsync();
        await using var caller = await emulator.StartCallerAsync(Waiter("throwing"));

        await TalkAsync(emulator, caller);
        await caller.Conversation.DisposeAsync().WithTimeout();

        caller.Conversation.Turns.Should().HaveCount(5).And.OnlyContain(turn => turn.IsComplete);
        (await caller.Conversation.Completion).Reason.Should().Be(ConversationEndReason.Disposed);
        (watch.Turns.Count, watch.Responses.Count, watch.Started).Should().Be((3, 4, 7));
        watch.Of(Duration).Should().HaveCount(4);
    }

    /// <summary>A dialog with an interruption, a response out of band, and one that fails.</summary>
    private async Task TalkAsync(RealtimeEmulator emulator, RealtimeCaller caller)
    {
        await caller.SayAsync("Which soups do you have?");
        await caller.InterruptAsync(TimeSpan.FromSeconds(1), "Please stop!");
        await caller.HearAsync();
        var outOfBand = caller.Conversation.Respond(new() { Response = new() { Conversation = ResponseConversation.None, OutputModalities = [OutputModality.Text] } });
        await _time.RunUntilAsync(outOfBand.Completion).WithTimeout();
        await RespondAsync(emulator.Sessions[0], "resp_failed", ResponseStatus.Failed, details: new() { Error = new() { Type = "server_error", Code = "server_error" } });
        await _time.AdvanceAsync(TimeSpan.FromSeconds(1)).WithTimeout();
    }

    /// <summary>A response that the server begins and ends by itself.</summary>
    private static async Task RespondAsync(EmulatorSession session, string id, ResponseStatus status, ResponseUsage? usage = null, ResponseStatusDetails? details = null)
    {
        await session.SendAsync(new ResponseCreatedEvent { Response = Created(id) });
        await session.SendAsync(new ResponseDoneEvent { Response = Created(id) with { Status = status, StatusDetails = details, Usage = usage } });
    }

    private static RealtimeResponse Created(string id) => new() { Id = id, ConversationId = "conv_1", Status = ResponseStatus.InProgress };

    private static string Printed(Activity span) => $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects.Select(tag => tag.Value))}";

    private async Task<RealtimeEmulator> StartAsync()
    {
        var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time, Model = new() { Pace = EmulatorPace.Service } });
        emulator.Model.When("soups").Says("We have three soups today and all of them are very good and very hot.");
        emulator.Model.When("stop").Says("All right.");
        return emulator;
    }

    private static RealtimeAgent Waiter(string name) => new()
    {
        Name = name,
        Session = new()
        {
            Model = Model,
            Instructions = "Take the order.",
            Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } } },
        },
    };
}
