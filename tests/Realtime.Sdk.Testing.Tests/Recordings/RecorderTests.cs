using System.Text.Json.Nodes;
using Realtime.Sdk.Testing.Tests.Conversations;

namespace Realtime.Sdk.Testing.Tests.Recordings;

/// <summary>What is recorded of connections and conversations while they are used.</summary>
public sealed class RecorderTests
{
    private readonly TestOutput _output = new();

    [Fact]
    public async Task A_connection_is_recorded_while_its_events_are_read()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime-2", Instructions = "Be brief." });
        var recorder = new SessionRecorder(_output);
        using (recorder.Record(connection))
        {
            await TalkAsync(connection);
        }
        await TalkAsync(connection);
        await recorder.DisposeAsync();

        var opened = _output.Lines[0]["opened"]!;
        opened["is_configured"]!.GetValue<bool>().Should().BeTrue();
        opened["session"]!["instructions"]!.ToString().Should().Be("Be brief.");
        Types(_output, "client").Should().Equal("conversation.item.create", "response.create");
        Types(_output, "server").Should().StartWith(["conversation.item.added"]).And.EndWith(["response.done", "rate_limits.updated"]);
    }

    [Fact]
    public async Task A_recording_of_an_open_connection_is_played_to_a_new_one()
    {
        var configuration = new RealtimeSessionConfiguration { Model = "gpt-realtime-2", Instructions = "Be brief.", OutputModalities = [OutputModality.Text] };
        await using (var emulator = await RealtimeEmulator.StartAsync())
        {
            using var client = emulator.CreateClient();
            await using var connection = await client.ConnectAsync(configuration);
            await using var recorder = new SessionRecorder(_output);
            recorder.Record(connection);
            await TalkAsync(connection);
        }

        await using var second = await RealtimeEmulator.StartAsync();
        second.OnConnect(EmulatorRecording.Parse(_output.Text).PlayAsync);
        using var again = second.CreateClient();
        await using var replayed = await again.ConnectAsync(configuration).WithTimeout();

        (await TalkAsync(replayed)).Should().Be("You said: Hi");
        ((RealtimeSessionConfiguration)replayed.Session!.Configuration!).Instructions.Should().Be("Be brief.");
    }

    [Fact]
    public async Task A_translation_connection_is_recorded()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectTranslationAsync("gpt-realtime-translate");
        await using (var recorder = new SessionRecorder(_output))
        {
            recorder.Record(connection);
            await connection.AppendAudioAsync(new byte[4800]);
        }

        _output.Lines.Single()["event"]!.ToJsonString().Should().Be("""{"type":"session.input_audio_buffer.append","audio":{"omitted_bytes":4800}}""");
    }

    [Fact]
    public async Task A_conversation_is_recorded_from_its_first_message_with_its_decisions()
    {
        await using var recorder = new SessionRecorder(_output);
        var function = new TestFunction();
        await using (var talk = await ScriptedConversation.StartAsync(function.Agent, (options, _) => options with { Recorder = recorder }))
        {
            var reply = talk.Conversation.Respond();
            await talk.WhenRequestedAsync();
            await talk.SpeakAsync("resp_1", "item_1", "We have three soups today and all of them are hot.", 2000);
            await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "We have three soups today and all of them are hot."), Wire.Done("resp_1")]);
            talk.Time.Advance(TimeSpan.FromMilliseconds(1000));
            await talk.SendAsync(Wire.SpeechStarted("item_u"));
            await reply.Heard.WithTimeout();
            await talk.SendAsync(Wire.Committed("item_u", "item_1"));
            await talk.SendAsync(Wire.Calls("resp_2", Wire.Call("call_1")));
            (await function.WhenRunAsync()).Return("done");
            await talk.WhenOutputAsync("call_1");
            await talk.WhenRequestedAsync(2);
            await talk.Conversation.EndAsync().WithTimeout();
        }
        await recorder.DisposeAsync();

        _output.DecisionTypes.Should().Equal(
            "reply_requested", "reply_ended", "response_interrupted", "item_truncated", "function_started", "function_ended", "reply_requested", "reply_withdrawn", "ended");
        _output.Lines.Select(line => $"{line["event"]?["type"]}").Where(type => type.StartsWith("session", StringComparison.Ordinal))
            .Should().Equal("session.created", "session.update", "session.updated");
        var truncated = _output.Decisions[3];
        (truncated["item_id"]!.ToString(), truncated["audio_end_ms"]!.GetValue<int>(), truncated["text"]!.ToString()).Should().Be(("item_1", 1000, "We have three soups today"));
        var requested = _output.Decisions[0];
        var message = _output.Lines.Select(line => line["event"]).First(message => $"{message?["event_id"]}" == requested["event_id"]!.ToString())!;
        message["response"]!["metadata"]!["realtime_sdk_reply"]!.ToString().Should().Be(requested["reply_id"]!.ToString());
        _output.Decisions[5]["status"]!.ToString().Should().Be("completed");
        _output.Decisions[^1]["reason"]!.ToString().Should().Be("ended");
        _output.Lines.Where(line => line["decision"] is not null).Select(line => line["at_ms"]!.GetValue<int>()).Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task Replies_that_wait_or_are_not_requested_are_recorded()
    {
        await using var recorder = new SessionRecorder(_output);
        await using (var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Recorder = recorder }))
        {
            talk.Conversation.Respond();
            await talk.WhenRequestedAsync();
            var queued = talk.Conversation.Respond();
            talk.Conversation.Respond(new ReplyOptions { OnBusy = WhenBusy.Refuse });
            talk.Conversation.Respond(new ReplyOptions { OnBusy = WhenBusy.Coalesce, Instructions = "And be brief." });
            await queued.CancelAsync().WithTimeout();
        }
        await recorder.DisposeAsync();

        _output.DecisionTypes.Should().Equal("reply_requested", "reply_queued", "reply_refused", "reply_combined", "reply_withdrawn", "reply_withdrawn", "ended");
        _output.Decisions[3]["other_reply_id"]!.ToString().Should().Be(_output.Decisions[1]["reply_id"]!.ToString());
        _output.Decisions[^1]["reason"]!.ToString().Should().Be("disposed");
    }

    [Fact]
    public async Task Approvals_switches_and_warnings_are_recorded()
    {
        await using var recorder = new SessionRecorder(_output);
        var function = new TestFunction();
        var agent = function.Agent with { Functions = [function.Function with { RequiresApproval = true }] };
        await using (var talk = await ScriptedConversation.StartAsync(agent, (options, _) => options with { Recorder = recorder }))
        {
            await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
            (await talk.Updates.WhenAsync<ApprovalUpdate>()).Deny("Too hot.").Should().BeTrue();
            await talk.WhenOutputAsync("call_1");
            await talk.SendAsync(Wire.Error("oops", message: "The key sk-canary-4711 is bad."));
            var switching = talk.Conversation.SwitchAgentAsync(agent with { Name = "cook" });
            await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
            await switching.WithTimeout();
        }
        await recorder.DisposeAsync();

        _output.DecisionTypes.Should().StartWith(["approval_requested", "approval_answered", "function_ended", "reply_requested", "warning", "agent_switched"]);
        _output.Decisions[1]["answer"]!.ToString().Should().Be("denied");
        _output.Decisions[2]["status"]!.ToString().Should().Be("denied");
        (_output.Decisions[5]["from"]!.ToString(), _output.Decisions[5]["to"]!.ToString()).Should().Be(("waiter", "cook"));
        _output.Text.Should().NotContain("canary");
    }

    [Fact]
    public async Task A_conversation_that_has_begun_is_recorded_from_then_on()
    {
        await using var recorder = new SessionRecorder(_output);
        await using (var talk = await ScriptedConversation.StartAsync())
        {
            using var recording = recorder.Record(talk.Conversation);
            talk.Conversation.Respond();
            await talk.WhenRequestedAsync();
            recording.Dispose();
            talk.Conversation.Respond();
        }
        await recorder.DisposeAsync();

        _output.Lines[0]["opened"]!["is_configured"]!.GetValue<bool>().Should().BeTrue();
        Types(_output, "client").Should().Equal("response.create");
        _output.DecisionTypes.Should().Equal("reply_requested");
    }

    [Fact]
    public async Task Lines_of_a_second_conversation_have_its_number()
    {
        await using var recorder = new SessionRecorder(_output);
        for (var i = 0; i < 2; i++)
        {
            await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Recorder = recorder });
            talk.Conversation.Respond();
            await talk.WhenRequestedAsync();
        }
        await recorder.DisposeAsync();

        _output.Lines.Where(line => line["event"] is not null).Select(line => line["connection"]?.GetValue<int>()).Distinct().Should().Equal(null, 2);
        EmulatorRecording.Parse(_output.Text).Decisions.Select(decision => decision.Conversation).Distinct().Should().Equal(1, 2);
    }

    private static string[] Types(TestOutput output, string from) =>
        [.. output.Lines.Where(line => line["from"]?.ToString() == from).Select(line => line["event"]).OfType<JsonObject>().Select(message => message["type"]!.ToString())];

    private static async Task<string> TalkAsync(RealtimeConnection connection)
    {
        await connection.AddItemAsync(ConversationItem.UserText("Hi"));
        await connection.CreateResponseAsync();
        using var limit = new CancellationTokenSource(TestTimeout.Limit);
        var answer = "";
        await foreach (var received in connection.ReadEventsAsync(limit.Token))
        {
            if (received is ResponseDoneEvent { Response: { } response })
                answer = response.GetOutputText();
            if (received is RateLimitsUpdatedEvent)
                break;
        }
        return answer;
    }
}
