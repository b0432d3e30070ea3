using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Connections;

public sealed class ConfirmTests
{
    [Fact]
    public async Task Answers_without_a_name_are_matched_first_in_first_out_and_reach_the_reader_too()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        string[] answers =
        [
            """{"type":"session.updated","event_id":"s1","session":{"type":"realtime","instructions":"1"}}""",
            """{"type":"input_audio_buffer.committed","event_id":"c1","item_id":"i"}""",
            """{"type":"session.updated","event_id":"s2","session":{"type":"realtime","instructions":"2"}}""",
            """{"type":"input_audio_buffer.cleared","event_id":"b1"}""",
        ];

        var first = test.Connection.SendAndWaitForReplyAsync(Update("1"));
        var commit = test.Connection.SendAndWaitForReplyAsync(new InputAudioBufferCommitEvent());
        var clear = test.Connection.SendAndWaitForReplyAsync(new InputAudioBufferClearEvent());
        var second = test.Connection.SendAndWaitForReplyAsync(Update("2"));
        foreach (var answer in answers)
            await test.Pair.SendAsync(answer);

        (await first.WithTimeout()).EventId.Should().Be("s1");
        (await second.WithTimeout()).EventId.Should().Be("s2");
        (await commit.WithTimeout()).EventId.Should().Be("c1");
        (await clear.WithTimeout()).EventId.Should().Be("b1");
        test.Connection.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("2");
        foreach (var id in new[] { "s1", "c1", "s2", "b1" })
            (await test.ReadAsync())!.EventId.Should().Be(id);
        test.Connection.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("2");
    }

    [Fact]
    public async Task An_update_sent_without_asking_takes_its_place_in_the_order_of_answers()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        await test.Connection.SendAsync(Update("unasked"));
        var asked = test.Connection.SendAndWaitForReplyAsync(Update("asked"));
        (await test.Pair.ReceiveAsync()).Should().Be("""{"type":"session.update","session":{"type":"realtime","instructions":"unasked"}}""");
        await test.Pair.SendAsync("""{"type":"session.updated","event_id":"1","session":{}}""");
        await test.Pair.SendAsync("""{"type":"session.updated","event_id":"2","session":{}}""");

        (await asked.WithTimeout()).EventId.Should().Be("2");
    }

    [Fact]
    public async Task An_error_without_a_culprit_frees_the_places_of_those_who_did_not_ask()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        await test.Connection.SendAsync(Update("unasked"));
        var asked = test.Connection.SendAndWaitForReplyAsync(Update("asked"));
        await test.Pair.SendAsync("""{"type":"error","event_id":"1","error":{"type":"invalid_request_error","message":"no"}}""");
        await test.Pair.SendAsync("""{"type":"session.updated","event_id":"2","session":{}}""");

        (await asked.WithTimeout()).EventId.Should().Be("2");
    }

    [Fact]
    public async Task Items_are_matched_by_their_id_which_the_sdk_gives_where_there_is_none()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var named = test.Connection.SendAndWaitForReplyAsync(new ConversationItemCreateEvent { Item = ConversationItem.UserText("a") with { Id = "mine" } });
        var unnamed = test.Connection.SendAndWaitForReplyAsync(new ConversationItemCreateEvent { Item = ConversationItem.UserText("b") });
        await test.Pair.ReceiveAsync();
        var id = Json(await test.Pair.ReceiveAsync()).GetProperty("item").GetProperty("id").GetString();
        await test.Pair.SendAsync($$$"""{"type":"conversation.item.created","event_id":"b","item":{"type":"message","id":"{{{id}}}","role":"user","content":[]}}""");
        await test.Pair.SendAsync("""{"type":"conversation.item.added","event_id":"a","item":{"type":"message","id":"mine","role":"user","content":[]}}""");

        id.Should().MatchRegex("^item_[0-9a-f]{24}$");
        (await named.WithTimeout()).EventId.Should().Be("a");
        (await unnamed.WithTimeout()).EventId.Should().Be("b");
    }

    [Fact]
    public async Task Deleting_retrieving_and_truncating_are_matched_by_the_item()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var delete = test.Connection.SendAndWaitForReplyAsync(new ConversationItemDeleteEvent { ItemId = "d" });
        var retrieve = test.Connection.SendAndWaitForReplyAsync(new ConversationItemRetrieveEvent { ItemId = "r" });
        var truncate = test.Connection.SendAndWaitForReplyAsync(new ConversationItemTruncateEvent { ItemId = "t", AudioEnd = TimeSpan.Zero });
        await test.Pair.SendAsync("""{"type":"conversation.item.truncated","event_id":"other","item_id":"x","content_index":0,"audio_end_ms":0}""");
        await test.Pair.SendAsync("""{"type":"conversation.item.truncated","event_id":"1","item_id":"t","content_index":0,"audio_end_ms":0}""");
        await test.Pair.SendAsync("""{"type":"conversation.item.retrieved","event_id":"2","item":{"type":"message","id":"r","role":"user","content":[]}}""");
        await test.Pair.SendAsync("""{"type":"conversation.item.deleted","event_id":"3","item_id":"d"}""");

        (await truncate.WithTimeout()).EventId.Should().Be("1");
        (await retrieve.WithTimeout()).EventId.Should().Be("2");
        (await delete.WithTimeout()).EventId.Should().Be("3");
    }

    [Fact]
    public async Task A_response_is_matched_by_a_metadata_entry_and_keeps_the_callers_own()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var response = new ResponseConfiguration { Metadata = new Dictionary<string, string> { ["mine"] = "1" } };

        var asked = test.Connection.SendAndWaitForReplyAsync(new ResponseCreateEvent { Response = response });
        var metadata = Json(await test.Pair.ReceiveAsync()).GetProperty("response").GetProperty("metadata");
        await test.Pair.SendAsync("""{"type":"response.created","event_id":"vad","response":{"id":"r1","metadata":null}}""");
        await test.Pair.SendAsync($$$"""{"type":"response.created","event_id":"ours","response":{"id":"r2","metadata":{{{metadata}}}}}""");

        metadata.EnumerateObject().Select(pair => pair.Name).Should().Equal("mine", "realtime_sdk_request");
        (await asked.WithTimeout()).EventId.Should().Be("ours");
        response.Metadata.Should().HaveCount(1);
    }

    [Fact]
    public async Task An_error_that_names_the_event_fails_it_at_once_and_no_other()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var refused = test.Connection.SendAndWaitForReplyAsync(new ConversationItemDeleteEvent { ItemId = "d", EventId = "e7" });
        var other = test.Connection.SendAndWaitForReplyAsync(new ConversationItemDeleteEvent { ItemId = "o" });
        await test.Pair.SendAsync("""{"type":"error","error":{"type":"invalid_request_error","code":"x","message":"Not yours.","event_id":"e8"}}""");
        await test.Pair.SendAsync("""{"type":"error","error":{"type":"invalid_request_error","code":"item_not_found","message":"No such item.","event_id":"e7"}}""");

        var error = await FluentActions.Awaiting(() => refused.WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        error.Which.Message.Should().Be("The server refused conversation.item.delete (item_not_found): No such item.");
        error.Which.Kind.Should().Be(RealtimeApiErrorKind.InvalidRequest);
        other.IsCompleted.Should().BeFalse();
        await test.Pair.SendAsync("""{"type":"conversation.item.deleted","item_id":"o"}""");
        await other.WithTimeout();
    }

    [Fact]
    public async Task No_answer_is_a_timeout_and_a_late_one_confirms_nothing_else()
    {
        var time = new FakeTimeProvider();
        await using var test = await ConnectionUnderTest.StartAsync(new() { TimeProvider = time, ReplyTimeout = TimeSpan.FromSeconds(3) });

        var late = test.Connection.SendAndWaitForReplyAsync(Update("late"));
        await test.Pair.ReceiveAsync();
        time.Advance(TimeSpan.FromSeconds(3));
        var timeout = await FluentActions.Awaiting(() => late.WithTimeout()).Should().ThrowAsync<RealtimeTimeoutException>();
        var next = test.Connection.SendAndWaitForReplyAsync(Update("next"));
        await test.Pair.SendAsync("""{"type":"session.updated","event_id":"late","session":{}}""");
        await test.Pair.SendAsync("""{"type":"session.updated","event_id":"next","session":{}}""");

        timeout.Which.Deadline.Should().Be(RealtimeDeadline.Reply);
        timeout.Which.Message.Should().Be("The server did not reply to session.update within 3 s.");
        (await next.WithTimeout()).EventId.Should().Be("next");
    }

    [Fact]
    public async Task The_end_of_the_connection_fails_everyone_who_waits()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var waiting = test.Connection.SendAndWaitForReplyAsync(Update("x"));
        await test.Pair.ReceiveAsync();
        test.Pair.Reset();

        var lost = await FluentActions.Awaiting(() => waiting.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
        lost.Which.IsDeliveryUncertain.Should().BeTrue();
    }

    [Fact]
    public async Task Cancelling_the_wait_sends_the_event_all_the_same_and_harms_no_other()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        using var cancellation = new CancellationTokenSource();

        var cancelled = test.Connection.SendAndWaitForReplyAsync(Update("1"), cancellation.Token);
        await test.Pair.ReceiveAsync();
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => cancelled.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        var next = test.Connection.SendAndWaitForReplyAsync(Update("2"));
        await test.Pair.SendAsync("""{"type":"session.updated","event_id":"1","session":{}}""");
        await test.Pair.SendAsync("""{"type":"session.updated","event_id":"2","session":{}}""");

        (await next.WithTimeout()).EventId.Should().Be("2");
    }

    [Fact]
    public async Task What_the_server_never_answers_cannot_be_confirmed()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        var append = await FluentActions.Awaiting(() => test.Connection.SendAndWaitForReplyAsync(new InputAudioBufferAppendEvent { Audio = new byte[2] }))
            .Should().ThrowAsync<ArgumentException>();

        append.Which.Message.Should().Be("The server never replies to input_audio_buffer.append: send it with SendAsync. (Parameter 'clientEvent')");
    }

    [Fact]
    public async Task An_event_that_breaks_rules_is_not_sent()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        await FluentActions.Awaiting(() => test.Connection.SendAndWaitForReplyAsync(new ConversationItemDeleteEvent { ItemId = "" })).Should().ThrowAsync<RealtimeValidationException>();
        await FluentActions.Awaiting(async () => await test.Connection.SendAsync(new ConversationItemDeleteEvent { ItemId = " " })).Should().ThrowAsync<RealtimeValidationException>();
        await test.Connection.CancelResponseAsync();

        (await test.Pair.ReceiveAsync()).Should().Be("""{"type":"response.cancel"}""");
    }

    private static SessionUpdateEvent Update(string instructions) => new() { Session = new RealtimeSessionConfiguration { Instructions = instructions } };

    private static JsonElement Json(string? text) => JsonSerializer.Deserialize<JsonElement>(text!);
}
