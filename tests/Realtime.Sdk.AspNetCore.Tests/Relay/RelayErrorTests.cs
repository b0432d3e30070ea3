using System.Text.Json;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>Errors reach the side whose event they are about, with the event ID that this side knows.</summary>
public sealed class RelayErrorTests
{
    private static readonly string LongestId = new('x', 256);

    public static TheoryData<string> Ids => ["mine", "conv_1", "conv_2", "relay_", "relay_1", "relay_conv_1", "é", "\\u0022,", LongestId];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_error_of_the_relay_has_the_ID_of_the_page(string id)
    {
        await using var line = await RelayLine.StartAsync();

        var (errors, _) = await line.SendAsync($$"""{"type":"session.update","event_id":"{{id}}"}""", $$"""{"event_id":"{{id}}","type":"input_audio_buffer.append","audio":"?"}""");

        errors.Select(error => error.GetProperty("event_id").GetString()).Should().Equal(Decode(id), Decode(id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_error_of_the_service_has_the_ID_of_the_page(string id)
    {
        await using var line = await RelayLine.StartAsync(serve: RefuseAllAsync);

        await line.Page.SendAsync($$"""{"type":"input_audio_buffer.append","event_id":"{{id}}","audio":"AAAA"}""");
        await line.Page.SendAsync($$"""{"type":"input_audio_buffer.append","audio":"AAAA", "event_id":"{{id}}"}""");
        await line.Page.SendAsync($$"""{"type":"input_audio_buffer.commit","event_id":"{{id}}"}""");

        for (var i = 0; i < 3; i++)
        {
            var error = (await line.Page.WhenAsync("error")).GetProperty("error");
            (error.GetProperty("event_id").GetString(), error.GetProperty("code").GetString(), error.GetProperty("param").GetString()).Should().Be((Decode(id), "refused", "x.y"));
        }
        line.Session.Received.Skip(1).Select(message => JsonElement.Parse(message.Bytes.Span).GetProperty("event_id").GetString()).Should().AllBe($"relay_{Decode(id)}");
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("[\"a\"]")]
    [InlineData("long")]
    public async Task An_ID_that_cannot_be_returned_is_refused(string id)
    {
        await using var line = await RelayLine.StartAsync();
        id = id == "long" ? $"\"{LongestId}x\"" : id;

        var (errors, received) = await line.SendAsync(
            $$"""{"type":"input_audio_buffer.append","event_id":{{id}},"audio":"AAAA"}""", $$"""{"type":"input_audio_buffer.commit","event_id":{{id}}}""");

        received.Should().BeEmpty();
        errors.Should().HaveCount(2).And.OnlyContain(error => error.GetProperty("message").GetString() == "The event ID must be text of 1 to 256 characters.");
        errors.Should().OnlyContain(error => !error.EnumerateObject().Any(member => member.Name == "event_id"));
    }

    [Fact]
    public async Task A_refused_request_for_a_reply_has_the_ID_of_the_page()
    {
        await using var line = await RelayLine.StartAsync(serve: RefuseAllAsync);

        await line.Page.SendAsync("""{"type":"response.create","event_id":"mine"}""");

        var error = (await line.Page.WhenAsync("error")).GetProperty("error");
        (error.GetProperty("event_id").GetString(), error.GetProperty("code").GetString()).Should().Be(("mine", "refused"));
        line.Page.Received.Count(message => RelayClient.TypeOf(message) == "error").Should().Be(1);
    }

    [Fact]
    public async Task An_error_about_an_event_of_the_conversation_does_not_reach_the_page()
    {
        var added = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var line = await RelayLine.StartAsync(serve: RefuseAllAsync, options: new()
        {
            Run = async (conversation, stop) =>
            {
                added.SetResult(await Record.ExceptionAsync(() => conversation.AddAsync(ConversationItem.UserText("Hi."), stop)));
                await conversation.Completion;
            },
        });

        (await added.Task.WithTimeout()).Should().BeOfType<RealtimeApiException>();
        await line.Session.SendTextAsync("""{"type":"a.new.event"}""");

        await line.Page.WhenAsync("a.new.event");
        line.Page.Received.Select(RelayClient.TypeOf).Should().Equal("session.created", "session.updated", "a.new.event");
    }

    [Fact]
    public async Task An_error_about_an_event_of_the_page_does_not_reach_the_conversation()
    {
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var added = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var line = await RelayLine.StartAsync(
            serve: async session =>
            {
                var create = await session.ExpectAsync<ConversationItemCreateEvent>();
                var clear = await session.ExpectAsync<InputAudioBufferClearEvent>();
                await session.SendAsync(Refusal(clear));
                await session.SendAsync(new ConversationItemAddedEvent { Item = create.Item });
                await session.SendAsync(new ConversationItemDoneEvent { Item = create.Item });
                await RelayLine.AcceptAsync(session);
            },
            options: new()
            {
                Run = async (conversation, stop) =>
                {
                    await begin.Task;
                    added.SetResult(await Record.ExceptionAsync(() => conversation.AddAsync(ConversationItem.UserText("Hi."), stop)));
                    await conversation.Completion;
                },
            });
        begin.SetResult();
        var own = (await line.Session.WhenReceivedAsync<ConversationItemCreateEvent>()).EventId;

        await line.Page.SendAsync($$"""{"type":"input_audio_buffer.clear","event_id":"{{own}}"}""");

        (await line.Page.WhenAsync("error")).GetProperty("error").GetProperty("event_id").GetString().Should().Be(own);
        (await added.Task.WithTimeout()).Should().BeNull();
    }

    private static string Decode(string id) => JsonElement.Parse($"\"{id}\"").GetString()!;

    private static ErrorEvent Refusal(ClientEvent refused) =>
        new() { Error = new() { Type = "invalid_request_error", Code = "refused", Message = "No.", Param = "x.y", EventId = refused.EventId } };

    private static async Task RefuseAllAsync(EmulatorSession session)
    {
        try
        {
            while (true)
                await session.SendAsync(Refusal((ClientEvent)(await session.NextAsync()).Event!));
        }
        catch (EmulatorExpectationException)
        {
            // The relay has closed the session.
        }
    }
}
