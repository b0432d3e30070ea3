using System.Text.Json;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>Which event is the reply to the creating and canceling responses, and to clearing the audio of a call.</summary>
public sealed class ResponseReplyTests
{
    [Fact]
    public async Task A_canceled_response_is_matched_by_its_id_before_its_status()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var current = test.Connection.SendAndWaitForReplyAsync(new ResponseCancelEvent());
        var other = test.Connection.SendAndWaitForReplyAsync(new ResponseCancelEvent { ResponseId = "resp_side" });
        await test.Pair.SendAsync("""{"type":"response.done","event_id":"1","response":{"id":"resp_more","status":"completed"}}""");
        await test.Pair.SendAsync("""{"type":"response.done","event_id":"2","response":{"id":"resp_side","status":"cancelled"}}""");
        await test.Pair.SendAsync("""{"type":"response.done","event_id":"3","response":{"id":"resp_main","status":"cancelled"}}""");

        (await other.WithTimeout()).EventId.Should().Be("2");
        (await current.WithTimeout()).EventId.Should().Be("3");
        foreach (var id in new[] { "1", "2", "3" })
            (await test.ReadAsync())!.EventId.Should().Be(id);
    }

    [Fact]
    public async Task A_response_that_ends_by_itself_answers_the_cancel_that_names_it()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var cancel = test.Connection.SendAndWaitForReplyAsync(new ResponseCancelEvent { ResponseId = "resp_1" });
        await test.Pair.SendAsync("""{"type":"response.done","event_id":"1","response":{"id":"resp_1","status":"completed"}}""");

        (await cancel.WithTimeout()).EventId.Should().Be("1");
    }

    [Fact]
    public async Task An_awaited_response_is_not_the_reply_to_a_cancel()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var cancel = test.Connection.SendAndWaitForReplyAsync(new ResponseCancelEvent());
        var create = test.Connection.SendAndWaitForReplyAsync(new ResponseCreateEvent { Response = new() { Conversation = ResponseConversation.None } });
        await test.Pair.ReceiveAsync();
        var metadata = Json(await test.Pair.ReceiveAsync()).GetProperty("response").GetProperty("metadata");
        await test.Pair.SendAsync($$$"""{"type":"response.done","event_id":"side","response":{"id":"resp_2","status":"cancelled","metadata":{{{metadata}}}}}""");
        await test.Pair.SendAsync("""{"type":"response.done","event_id":"main","response":{"id":"resp_1","status":"cancelled"}}""");

        (await create.WithTimeout()).EventId.Should().Be("side");
        (await cancel.WithTimeout()).EventId.Should().Be("main");
    }

    [Fact]
    public async Task Clearing_the_output_of_a_call_is_answered_by_the_next_that_is_cleared()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var clear = test.Connection.SendAndWaitForReplyAsync(new OutputAudioBufferClearEvent());
        await test.Pair.SendAsync("""{"type":"output_audio_buffer.stopped","event_id":"1","response_id":"resp_1"}""");
        await test.Pair.SendAsync("""{"type":"input_audio_buffer.cleared","event_id":"2"}""");
        await test.Pair.SendAsync("""{"type":"output_audio_buffer.cleared","event_id":"3","response_id":"resp_2"}""");

        (await clear.WithTimeout()).EventId.Should().Be("3");
    }

    /// <summary>The code is that of the service; the words are made up.</summary>
    [Fact]
    public async Task A_cancel_without_a_response_fails_with_the_servers_error()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var cancel = test.Connection.SendAndWaitForReplyAsync(new ResponseCancelEvent { EventId = "e1" });
        await test.Pair.SendAsync("""{"type":"error","error":{"type":"invalid_request_error","code":"response_cancel_not_active","message":"Nothing to cancel.","event_id":"e1"}}""");

        var refused = await FluentActions.Awaiting(() => cancel.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        refused.Which.Message.Should().Be("The server refused response.cancel (response_cancel_not_active): Nothing to cancel.");
    }

    private static JsonElement Json(string? text) => JsonSerializer.Deserialize<JsonElement>(text!);
}
