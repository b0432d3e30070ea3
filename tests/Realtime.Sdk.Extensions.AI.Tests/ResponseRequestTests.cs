namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Requests for responses, which the service refuses while one is in progress.</summary>
public sealed class ResponseRequestTests
{
    private static readonly AIFunction Weather = AIFunctionFactory.Create((string city) => $"Sunny in {city}.", "get_weather", "The weather in a city.");

    [Fact]
    public async Task Every_override_of_a_response_is_sent_under_its_name_on_the_wire()
    {
        var sent = (await Talk.SayAsync(new CreateResponseRealtimeClientMessage
        {
            MessageId = "m1",
            Instructions = "Say hello.",
            OutputModalities = ["text"],
            OutputVoice = "cedar",
            OutputAudioOptions = new("audio/pcma", 8_000),
            MaxOutputTokens = 50,
            ToolMode = ChatToolMode.None,
            Tools = [Weather],
            ExcludeFromConversation = true,
            Items = [new([new TextContent("Hi")], role: ChatRole.User), new([], "item_7")],
            AdditionalProperties = new() { ["topic"] = "soup", ["count"] = 2, ["none"] = null },
        }))[0];

        sent.GetProperty("event_id").GetString().Should().Be("m1");
        JsonElement.DeepEquals(sent.GetProperty("response"), JsonElement.Parse("""
            {
              "instructions": "Say hello.", "output_modalities": ["text"], "max_output_tokens": 50, "tool_choice": "none", "conversation": "none",
              "tools": [{ "type": "function", "name": "get_weather", "description": "The weather in a city.",
                "parameters": { "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] } }],
              "audio": { "output": { "format": { "type": "audio/pcma" }, "voice": "cedar" } },
              "input": [{ "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "Hi" }] }, { "type": "item_reference", "id": "item_7" }],
              "metadata": { "topic": "soup", "count": "2" }
            }
            """)).Should().BeTrue(sent.GetRawText());
    }

    [Fact]
    public async Task A_request_without_overrides_has_no_response()
    {
        var sent = (await Talk.SayAsync(new CreateResponseRealtimeClientMessage()))[0];

        sent.TryGetProperty("response", out _).Should().BeFalse();
    }

    [Fact]
    public async Task What_the_message_has_no_property_for_comes_from_its_raw_representation()
    {
        var message = new CreateResponseRealtimeClientMessage { Instructions = "Say hello.", RawRepresentation = new ResponseConfiguration { Instructions = "Say nothing.", ParallelToolCalls = false } };

        var sent = (await Talk.SayAsync(message))[0];

        sent.GetProperty("response").ToString().Should().Be("""{"instructions":"Say hello.","parallel_tool_calls":false}""");
    }

    [Fact]
    public async Task A_request_during_a_response_waits_for_its_end()
    {
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"] });
        await talk.SayTextAsync("Good morning");
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());

        await talk.SendAsync(new CreateResponseRealtimeClientMessage { Instructions = "Again." });
        var messages = await talk.UntilAsync(RealtimeServerMessageType.ResponseDone);
        messages.AddRange(await talk.UntilAsync(RealtimeServerMessageType.ResponseDone));

        messages.OfType<ErrorRealtimeServerMessage>().Should().BeEmpty();
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Equal_requests_that_wait_are_one()
    {
        var requests = new List<string>();
        var told = new TaskCompletionSource();
        await using var talk = await Talk.StartAsync(arrange: emulator => emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.ExpectAsync<ResponseCreateEvent>();
            await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "r1", ConversationId = "c" } });
            await told.Task;
            await session.SendAsync(new ResponseDoneEvent { Response = new() { Id = "r1", ConversationId = "c" } });
            while (requests.Count < 2)
            {
                var request = await session.ExpectAsync<ResponseCreateEvent>();
                requests.Add(request.Response?.Instructions ?? "none");
                await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = $"r{requests.Count + 1}", ConversationId = "c" } });
                await session.SendAsync(new ResponseDoneEvent { Response = new() { Id = $"r{requests.Count + 1}", ConversationId = "c" } });
            }
            await session.SendAsync(new InputAudioBufferClearedEvent());
        }));

        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        await talk.UntilAsync(RealtimeServerMessageType.ResponseCreated);
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        await talk.SendAsync(new CreateResponseRealtimeClientMessage { Instructions = "Another." });
        told.SetResult();
        await talk.UntilAsync(new("input_audio_buffer.cleared"));

        requests.Should().Equal("none", "Another.");
    }

    [Fact]
    public async Task A_request_outside_the_conversation_does_not_wait()
    {
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"] });
        await talk.SayTextAsync("Good morning");

        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        await talk.SendAsync(new CreateResponseRealtimeClientMessage { ExcludeFromConversation = true, AdditionalProperties = new() { ["topic"] = "side" } });
        await talk.UntilAsync(RealtimeServerMessageType.ResponseDone);
        await talk.UntilAsync(RealtimeServerMessageType.ResponseDone);
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        var last = (ResponseCreatedRealtimeServerMessage)(await talk.UntilAsync(RealtimeServerMessageType.ResponseDone))[^1];

        last.Status.Should().Be(RealtimeResponseStatus.Completed);
        talk.Emulator.Sessions[0].Received.Count(message => message.Type == "response.create").Should().Be(3);
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_request_that_was_refused_does_not_hold_back_the_next()
    {
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"] });
        await talk.SayTextAsync("Good morning");

        await talk.SendAsync(new CreateResponseRealtimeClientMessage { OutputVoice = "nova" });
        var error = (ErrorRealtimeServerMessage)(await talk.UntilAsync(RealtimeServerMessageType.Error))[^1];
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        var messages = await talk.UntilAsync(RealtimeServerMessageType.ResponseDone);

        error.Error!.Message.Should().Contain("nova");
        error.OriginatingMessageId.Should().NotBeNullOrEmpty();
        ((ResponseCreatedRealtimeServerMessage)messages[^1]).Status.Should().Be(RealtimeResponseStatus.Completed);
    }

    [Fact]
    public async Task A_request_that_breaks_a_rule_is_refused_even_while_others_wait()
    {
        await using var talk = await Talk.StartAsync();
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());

        await talk.Session.Invoking(session => session.SendAsync(new CreateResponseRealtimeClientMessage { MaxOutputTokens = -5 })).Should().ThrowAsync<RealtimeValidationException>();
    }

    [Fact]
    public async Task A_request_that_came_after_the_server_began_a_response_is_repeated_at_its_end()
    {
        var repeated = new TaskCompletionSource<string?>();
        await using var talk = await Talk.StartAsync(arrange: emulator => emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            var refused = await session.ExpectAsync<ResponseCreateEvent>();
            await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "r1", ConversationId = "c" } });
            await session.SendAsync(new ErrorEvent { Error = new() { Message = "Busy.", Code = "conversation_already_has_active_response", EventId = refused.EventId } });
            await session.SendAsync(new ResponseDoneEvent { Response = new() { Id = "r1", ConversationId = "c" } });
            repeated.SetResult((await session.ExpectAsync<ResponseCreateEvent>()).EventId == refused.EventId ? refused.Response?.Instructions : null);
        }));

        await talk.SendAsync(new CreateResponseRealtimeClientMessage { Instructions = "Say hello." });
        await talk.UntilAsync(RealtimeServerMessageType.ResponseDone);

        (await repeated.Task.WithTimeout()).Should().Be("Say hello.");
    }

    [Theory]
    [InlineData("""{"type":"response.done","response":{"id":"another"}}""")]
    [InlineData("""{"type":"response.done","response":7}""")]
    public async Task The_end_of_a_response_that_cannot_be_attributed_does_not_hold_back_the_next_request(string end)
    {
        var next = new TaskCompletionSource<string?>();
        await using var talk = await Talk.StartAsync(arrange: emulator => emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.ExpectAsync<ResponseCreateEvent>();
            await session.SendTextAsync(end);
            await session.SendAsync(new InputAudioBufferClearedEvent());
            next.SetResult((await session.ExpectAsync<ResponseCreateEvent>()).Response?.Instructions);
        }));
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        await talk.UntilAsync(new("input_audio_buffer.cleared"));

        await talk.SendAsync(new CreateResponseRealtimeClientMessage { Instructions = "Next." });

        (await next.Task.WithTimeout()).Should().Be("Next.");
    }

    [Fact]
    public async Task A_request_that_could_not_be_sent_does_not_hold_back_the_next()
    {
        await using var talk = await Talk.StartAsync();
        await talk.Session.GetService<RealtimeConnection>()!.CloseAsync().WithTimeout();

        for (var i = 0; i < 2; i++)
            await talk.Session.Invoking(session => session.SendAsync(new CreateResponseRealtimeClientMessage())).Should().ThrowAsync<Exception>("the connection is closed");
        await talk.Session.Invoking(session => session.SendAsync(new CreateResponseRealtimeClientMessage { ExcludeFromConversation = true })).Should().ThrowAsync<Exception>();
    }

    [Fact]
    public async Task The_end_of_a_connection_ends_the_stream_although_a_request_waits()
    {
        await using var talk = await Talk.StartAsync(arrange: emulator => emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.ExpectAsync<ResponseCreateEvent>();
            await session.SendAsync(new ResponseCreatedEvent { Response = new() { Id = "r1", ConversationId = "c" } });
            await session.SendAsync(new ResponseDoneEvent { Response = new() { Id = "r1", ConversationId = "c" } });
            await session.CloseAsync();
        }));
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        await talk.SendAsync(new CreateResponseRealtimeClientMessage { Instructions = "Again." });
        await talk.Emulator.Sessions[0].Completion.WithTimeout();

        var messages = await talk.ReadToEndAsync();

        messages[^1].Type.Should().Be(RealtimeServerMessageType.ResponseDone);
    }

    [Fact]
    public async Task Overrides_can_be_a_whole_event_of_the_SDK()
    {
        var sent = (await Talk.SayAsync(new CreateResponseRealtimeClientMessage
        {
            OutputVoice = "marin",
            RawRepresentation = new ResponseCreateEvent { EventId = "mine", Response = new() { Audio = new() { Output = new() { Format = AudioFormat.Pcmu } } } },
        }))[0];
        var json = (await Talk.SayAsync(new CreateResponseRealtimeClientMessage { RawRepresentation = """{"type":"response.create","response":{"instructions":"Hi"}}""" }))[0];
        await using var talk = await Talk.StartAsync();

        sent.ToString().Should().Be("""{"type":"response.create","event_id":"mine","response":{"audio":{"output":{"format":{"type":"audio/pcmu"},"voice":"marin"}}}}""");
        json.GetProperty("response").GetProperty("instructions").GetString().Should().Be("Hi");
        await talk.Session.Invoking(session => session.SendAsync(new CreateResponseRealtimeClientMessage { RawRepresentation = new InputAudioBufferClearEvent() })).Should().ThrowAsync<ArgumentException>();
    }
}
