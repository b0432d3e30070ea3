namespace Realtime.Sdk.Tests.Connections;

/// <summary>Replies are the examples of the API reference, with the ids of the test.</summary>
public sealed class VerbTests
{
    public static TheoryData<string, Func<RealtimeConnection, ValueTask>, string> Sent => new()
    {
        { "text", connection => connection.SendTextAsync("hi"), """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}}""" },
        { "tool output", connection => connection.SendToolOutputAsync("call_1", "21"), """{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"call_1","output":"21"}}""" },
        { "create response", connection => connection.CreateResponseAsync(), """{"type":"response.create"}""" },
        { "cancel response", connection => connection.CancelResponseAsync("resp_1"), """{"type":"response.cancel","response_id":"resp_1"}""" },
        { "update session", connection => connection.UpdateSessionAsync(new RealtimeSessionConfiguration { Instructions = "x" }), """{"type":"session.update","session":{"type":"realtime","instructions":"x"}}""" },
        { "add", connection => connection.AddItemAsync(ConversationItem.SystemText("a"), "root"), """{"type":"conversation.item.create","previous_item_id":"root","item":{"type":"message","role":"system","content":[{"type":"input_text","text":"a"}]}}""" },
        { "retrieve", connection => connection.RetrieveItemAsync("i"), """{"type":"conversation.item.retrieve","item_id":"i"}""" },
        { "delete", connection => connection.DeleteItemAsync("i"), """{"type":"conversation.item.delete","item_id":"i"}""" },
        { "truncate", connection => connection.TruncateItemAsync("i", TimeSpan.FromTicks(12_345_678)), """{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":1234}""" },
        { "commit", connection => connection.CommitAudioAsync(), """{"type":"input_audio_buffer.commit"}""" },
        { "clear output", connection => connection.ClearOutputAudioAsync(), """{"type":"output_audio_buffer.clear"}""" },
        { "clear", connection => connection.ClearAudioAsync(), """{"type":"input_audio_buffer.clear"}""" },
    };

    [Theory, MemberData(nameof(Sent))]
    public async Task A_verb_sends_one_event_and_does_not_wait_for_the_reply(string verb, Func<RealtimeConnection, ValueTask> send, string expected)
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        await send(test.Connection).AsTask().WithTimeout();

        (await test.Pair.ReceiveAsync()).Should().Be(expected, verb);
    }

    [Fact]
    public async Task A_verb_that_waits_returns_the_reply_with_its_own_type()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var update = test.Connection.UpdateSessionAndWaitAsync(new RealtimeSessionConfiguration { Instructions = "x" });
        await test.Pair.SendAsync("""{"type":"session.updated","event_id":"event_5678","session":{"type":"realtime","object":"realtime.session","id":"sess_1","instructions":"y"}}""");
        var add = test.Connection.AddItemAndWaitAsync(ConversationItem.UserText("a") with { Id = "a" }, "root");
        await test.Pair.SendAsync("""{"type":"conversation.item.added","event_id":"event_1","previous_item_id":null,"item":{"id":"a","type":"message","role":"user","content":[]}}""");
        var retrieve = test.Connection.RetrieveItemAndWaitAsync("r");
        await test.Pair.SendAsync("""{"type":"conversation.item.retrieved","event_id":"event_1920","item":{"id":"r","object":"realtime.item","type":"message","status":"completed","role":"assistant","content":[]}}""");
        var delete = test.Connection.DeleteItemAndWaitAsync("d");
        await test.Pair.SendAsync("""{"event_id":"event_2728","type":"conversation.item.deleted","item_id":"d"}""");
        var truncate = test.Connection.TruncateItemAndWaitAsync("t", TimeSpan.FromMilliseconds(1500.9));
        await test.Pair.SendAsync("""{"event_id":"event_2526","type":"conversation.item.truncated","item_id":"t","content_index":0,"audio_end_ms":1500}""");
        var commit = test.Connection.CommitAudioAndWaitAsync();
        await test.Pair.SendAsync("""{"event_id":"event_1121","type":"input_audio_buffer.committed","previous_item_id":"msg_001","item_id":"msg_002"}""");
        var clear = test.Connection.ClearAudioAndWaitAsync();
        await test.Pair.SendAsync("""{"event_id":"event_1314","type":"input_audio_buffer.cleared"}""");
        var clearOutput = test.Connection.ClearOutputAudioAndWaitAsync();
        await test.Pair.SendAsync("""{"event_id":"event_3940","type":"output_audio_buffer.cleared","response_id":"resp_1"}""");
        var cancel = test.Connection.CancelResponseAndWaitAsync("resp_2");
        await test.Pair.SendAsync("""{"event_id":"event_3132","type":"response.done","response":{"id":"resp_2","object":"realtime.response","status":"cancelled","status_details":{"type":"cancelled","reason":"client_cancelled"},"output":[]}}""");

        (await update.WithTimeout()).Session.Id.Should().Be("sess_1");
        (await add.WithTimeout()).Item.Id.Should().Be("a");
        (await retrieve.WithTimeout()).Item.Id.Should().Be("r");
        (await delete.WithTimeout()).ItemId.Should().Be("d");
        (await truncate.WithTimeout()).AudioEnd.Should().Be(TimeSpan.FromMilliseconds(1500));
        (await commit.WithTimeout()).ItemId.Should().Be("msg_002");
        (await clear.WithTimeout()).EventId.Should().Be("event_1314");
        (await clearOutput.WithTimeout()).ResponseId.Should().Be("resp_1");
        (await cancel.WithTimeout()).Response.StatusDetails!.Reason.Should().Be(ResponseStatusReason.ClientCancelled);
    }

    [Fact]
    public async Task The_reply_of_a_beta_server_to_an_added_item_is_the_event_of_today()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var add = test.Connection.AddItemAndWaitAsync(ConversationItem.UserText("a") with { Id = "a" });
        await test.Pair.SendAsync("""{"type":"conversation.item.created","event_id":"e","previous_item_id":"p","item":{"id":"a","type":"message","role":"user","content":[]},"later":1}""");

        var added = await add.WithTimeout();
        RealtimeJson.Serialize(added).Should().Be(
            """{"type":"conversation.item.added","event_id":"e","previous_item_id":"p","item":{"type":"message","id":"a","role":"user","content":[]},"later":1}""");
        (await test.ReadAsync()).Should().BeOfType<ConversationItemCreatedEvent>();
    }

    [Theory]
    [InlineData("response.created", "in_progress")]
    [InlineData("response.done", "failed")]
    public async Task The_reply_to_a_created_response_is_one_event_however_the_server_begins(string type, string status)
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var create = test.Connection.CreateResponseAndWaitAsync();
        var metadata = System.Text.Json.JsonElement.Parse((await test.Pair.ReceiveAsync())!).GetProperty("response").GetProperty("metadata");
        await test.Pair.SendAsync($$$"""{"type":"{{{type}}}","event_id":"e","response":{"id":"resp_1","object":"realtime.response","status":"{{{status}}}","metadata":{{{metadata}}}}}""");

        var created = await create.WithTimeout();
        created.Response.Id.Should().Be("resp_1");
        created.Response.Status!.Value.Value.Should().Be(status);
        (await test.ReadAsync())!.Type.Should().Be(type);
    }

    [Fact]
    public async Task A_verb_that_waits_fails_with_the_error_that_names_its_event()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var delete = test.Connection.DeleteItemAndWaitAsync("gone");
        var id = System.Text.Json.JsonElement.Parse((await test.Pair.ReceiveAsync())!).GetProperty("event_id").GetString();
        await test.Pair.SendAsync($$$"""{"type":"error","event_id":"e","error":{"type":"invalid_request_error","code":"item_delete_invalid_item_id","message":"No such item.","event_id":"{{{id}}}"}}""");

        var refused = await FluentActions.Awaiting(() => delete.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        refused.Which.Message.Should().Be("The server refused conversation.item.delete (item_delete_invalid_item_id): No such item.");
    }

    [Theory]
    [InlineData(12_345_000, 1234)]
    [InlineData(12_349_999, 1234)]
    [InlineData(12_350_000, 1235)]
    [InlineData(9_999, 0)]
    public void A_playback_position_is_sent_in_whole_milliseconds_rounded_down(long ticks, int milliseconds)
    {
        var truncate = new ConversationItemTruncateEvent { ItemId = "i", AudioEnd = TimeSpan.FromTicks(ticks) };

        truncate.Validate().Should().BeEmpty();
        RealtimeJson.Serialize(truncate).Should().Be($$"""{"type":"conversation.item.truncate","item_id":"i","content_index":0,"audio_end_ms":{{milliseconds}}}""");
    }

    [Fact]
    public void A_setting_of_a_fraction_of_a_millisecond_is_refused()
    {
        var vad = new ServerVad { SilenceDuration = TimeSpan.FromTicks(12_345_000) };
        var session = new RealtimeSessionConfiguration { Model = "gpt-realtime", Audio = new() { Input = new() { TurnDetection = vad } } };

        session.Validate().Should().ContainSingle().Which.ToString().Should().Be("audio.input.turn_detection.silence_duration_ms is 1234.5, must be a whole number of milliseconds");
    }
}
