using System.Text;

namespace Realtime.Sdk.Tests.Connections;

public sealed class ReadEventsTests
{
    private const string TextDelta =
        """{"type":"response.output_text.delta","event_id":"e1","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"Hel"}""";

    [Fact]
    public async Task Every_message_is_an_event_known_unknown_or_malformed()
    {
        await using var test = await ConnectionUnderTest.StartAsync();

        await test.Pair.SendAsync(TextDelta);
        await test.Pair.SendAsync("""{"new":1,"type":"response.hologram.delta"}""");
        await test.Pair.SendAsync("{broken");
        await test.Pair.SendAsync("");
        await test.Pair.SendAsync("""{"type":"input_audio_buffer.cleared","event_id":"e2"}""");

        (await test.ReadAsync()).Should().BeOfType<ResponseOutputTextDeltaEvent>().Which.Delta.Should().Be("Hel");
        (await test.ReadAsync()).Should().BeOfType<UnknownServerEvent>().Which.Type.Should().Be("response.hologram.delta");
        (await test.ReadAsync()).Should().BeOfType<MalformedEvent>();
        (await test.ReadAsync()).Should().BeOfType<MalformedEvent>();
        (await test.ReadAsync()).Should().BeOfType<InputAudioBufferClearedEvent>().Which.EventId.Should().Be("e2");
    }

    [Fact]
    public async Task Leaving_the_loop_harms_nothing_and_the_next_loop_goes_on()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        for (var i = 0; i < 6; i++)
            await test.Pair.SendAsync($$"""{"type":"input_audio_buffer.cleared","event_id":"{{i}}"}""");

        var read = new List<string?>();
        for (var loop = 0; loop < 3; loop++)
        {
            await foreach (var serverEvent in test.Connection.ReadEventsAsync())
            {
                read.Add(serverEvent.EventId);
                if (read.Count % 2 == 0)
                    break;
            }
        }

        read.Should().Equal("0", "1", "2", "3", "4", "5");
        test.Connection.IsOpen.Should().BeTrue();
    }

    [Fact]
    public async Task Cancelling_the_loop_harms_nothing_and_the_next_loop_goes_on()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        using var cancellation = new CancellationTokenSource();

        var loop = Task.Run(async () =>
        {
            await foreach (var _ in test.Connection.ReadEventsAsync(cancellation.Token))
            {
            }
        });
        await cancellation.CancelAsync();
        var cancelled = await FluentActions.Awaiting(() => loop.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await test.Pair.SendAsync(TextDelta);

        cancelled.Which.CancellationToken.Should().Be(cancellation.Token);
        (await test.ReadAsync()).Should().BeOfType<ResponseOutputTextDeltaEvent>();
    }

    [Fact]
    public async Task A_second_loop_at_the_same_time_is_refused_and_the_first_goes_on()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        await test.Pair.SendAsync(TextDelta);
        await test.ReadAsync();

        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in test.Connection.ReadMessagesAsync())
            {
            }
        }).Should().ThrowAsync<InvalidOperationException>();
        await test.Pair.SendAsync(TextDelta);

        (await test.ReadAsync()).Should().NotBeNull();
    }

    [Fact]
    public async Task What_the_loop_throws_harms_nothing()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        await test.Pair.SendAsync(TextDelta);
        await test.Pair.SendAsync("""{"type":"input_audio_buffer.cleared"}""");

        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in test.Connection.ReadEventsAsync())
                throw new NotSupportedException("mine");
        }).Should().ThrowAsync<NotSupportedException>();

        (await test.ReadAsync()).Should().BeOfType<InputAudioBufferClearedEvent>();
    }

    [Fact]
    public async Task Disposing_inside_the_loop_ends_it()
    {
        await using var test = await ConnectionUnderTest.StartAsync(new() { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        await test.Pair.SendAsync(TextDelta);
        await test.Pair.SendAsync(TextDelta);
        var events = 0;

        await Task.Run(async () =>
        {
            await foreach (var _ in test.Connection.ReadEventsAsync())
            {
                events++;
                await test.Connection.DisposeAsync();
            }
        }).WithTimeout();

        events.Should().Be(1);
        test.Connection.IsOpen.Should().BeFalse();
        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in test.Connection.ReadEventsAsync())
            {
            }
        }).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Messages_come_as_they_are_with_their_type()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        var large = $$"""{"pad":"{{new string('x', 50_000)}}","type":"late.type"}""";
        await test.Pair.SendAsync(TextDelta);
        await test.Pair.SendAsync(large);
        await test.Pair.SendAsync("[1]");

        var read = new List<(string Type, string Json)>();
        await foreach (var message in test.Connection.ReadMessagesAsync())
        {
            read.Add((message.Type, Encoding.UTF8.GetString(message.Utf8Json.Span)));
            if (read.Count == 3)
                break;
        }

        read.Should().Equal(("response.output_text.delta", TextDelta), ("late.type", large), ("", "[1]"));
        test.Connection.UnreadBytes.Should().Be(0);
    }

    [Fact]
    public async Task The_session_follows_what_the_server_says()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        await test.Pair.SendAsync("""{"type":"session.created","session":{"type":"realtime","id":"sess_1","expires_at":1790000000,"instructions":"a"}}""");
        await test.Pair.SendAsync("""{"type":"session.updated","session":{"type":"realtime","id":"sess_1","expires_at":1790000000,"instructions":"b"}}""");

        test.Connection.Session.Should().BeNull();
        await test.ReadAsync();
        test.Connection.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("a");
        await test.ReadAsync();

        test.Connection.Session.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("b");
        test.Connection.Session.ExpiresAt.Should().Be(DateTimeOffset.FromUnixTimeSeconds(1790000000));
    }
}
