using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Recordings;

public sealed class RecordingTests
{
    private const string Create = """{"type":"conversation.item.create","item":{"id":"mine","type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}}""";

    private const string Recorded = """
        {"at_ms":0,"from":"server","event":{"type":"session.created","event_id":"e1","session":{"type":"realtime"}}}
        {"at_ms":10,"from":"client","event":{"type":"conversation.item.create","event_id":"c1","item":{"id":"theirs","type":"message","role":"user","content":[{"type":"input_text","text":"Hello"}]}}}
        {"at_ms":20,"from":"server","event":{"type":"conversation.item.added","event_id":"e2","item":{"id":"theirs"}}}
        {"at_ms":30,"from":"client","event":{"type":"input_audio_buffer.append","audio":"AAAA"}}
        {"at_ms":40,"from":"client","event":{"type":"input_audio_buffer.append","audio":"AAAA"}}
        {"at_ms":500,"from":"server","event":{"type":"input_audio_buffer.speech_started","event_id":"e3"}}
        {"at_ms":510,"from":"client","event":{"type":"response.cancel"}}
        {"at_ms":1000,"from":"server","event":{"type":"response.done","event_id":"e4"}}
        """;

    [Fact]
    public async Task An_empty_recording_plays_nothing()
    {
        var recording = EmulatorRecording.Parse("");
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await recording.PlayAsync(session);
            await session.RunModelAsync();
        });
        using var client = emulator.CreateClient();

        await using var connection = await client.ConnectAsync("gpt-realtime-2").WithTimeout();

        connection.Session.Should().NotBeNull();
        (recording.StartedAt, recording.DroppedLines, recording.Decisions.Count).Should().Be((null, 0, 0));
    }

    [Fact]
    public async Task A_recording_is_played_to_a_client_that_speaks_in_the_same_shape()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(EmulatorRecording.Parse(Recorded).PlayAsync);
        using var caller = await SocketCaller.ConnectAsync(emulator);

        await caller.SendAsync(Create);
        foreach (var _ in Enumerable.Range(0, 5))
            await caller.SendAsync("""{"type":"input_audio_buffer.append","audio":"AAAA"}""");
        await caller.SendAsync("""{"type":"response.cancel","event_id":"c2"}""");

        var events = new List<JsonNode>();
        for (var i = 0; i < 4; i++)
            events.Add(await caller.ReceiveAsync());
        events.Select(message => message["type"]!.ToString()).Should().Equal("session.created", "conversation.item.added", "input_audio_buffer.speech_started", "response.done");
        events[1]["item"]!["id"]!.ToString().Should().Be("mine");
    }

    [Theory]
    [InlineData("""{"type":"response.create"}""", "type is 'response.create' instead of 'conversation.item.create'")]
    [InlineData("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[]}}""", "item.id is missing")]
    [InlineData("""{"type":"conversation.item.create","previous_item_id":"root","item":{"id":"a","type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}}""", "previous_item_id is not in the recording")]
    [InlineData("""{"type":"conversation.item.create","item":{"id":"a","type":"message","role":"user","content":[{"type":"input_text","text":5}]}}""", "item.content[0].text is a number instead of a string")]
    [InlineData("""{"type":"conversation.item.create","item":{"id":"a","type":"message","role":"user","content":[]}}""", "item.content has 0 elements instead of 1")]
    [InlineData("""{"type":"conversation.item.create","item":{"id":"a","type":"message","role":"system","content":[{"type":"input_text","text":"x"}]}}""", "item.role is 'system' instead of 'user'")]
    public async Task A_client_that_speaks_otherwise_is_told_where(string message, string difference)
    {
        var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(EmulatorRecording.Parse(Recorded).PlayAsync);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();

        await caller.SendAsync(message);
        await caller.ReceiveBytesAsync();

        (await emulator.Invoking(async it => await it.DisposeAsync()).Should().ThrowAsync<EmulatorExpectationException>()).Which.Message.Should().Contain(difference);
    }

    [Fact]
    public async Task A_recording_can_keep_its_pace()
    {
        var clock = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = clock });
        emulator.OnConnect(EmulatorRecording.Parse("""
            {"at_ms":0,"from":"server","event":{"type":"session.created"}}
            {"at_ms":5000,"from":"server","event":{"type":"response.done"}}
            """).WithPace().PlayAsync);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();
        await emulator.WhenIdleAsync().WithTimeout();

        var next = caller.ReceiveAsync();
        next.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromSeconds(5));

        (await next)["type"]!.ToString().Should().Be("response.done");
    }

    [Fact]
    public async Task What_the_emulator_says_is_recorded_and_played_again()
    {
        var output = new TestOutput();
        var recorder = new SessionRecorder(output);
        await using (var first = await RealtimeEmulator.StartAsync(new()
        {
            OnTraffic = message =>
            {
                if (message.IsFromClient)
                    recorder.RecordSent(message.Bytes.Span);
                else
                    recorder.RecordReceived(message.Bytes.Span);
            },
        }))
        {
            using var caller = await SocketCaller.ConnectAsync(first);
            await TalkAsync(caller);
        }
        await recorder.DisposeAsync();

        await using var second = await RealtimeEmulator.StartAsync();
        second.OnConnect(EmulatorRecording.Parse(output.Text).PlayAsync);
        using var again = await SocketCaller.ConnectAsync(second);
        var heard = await TalkAsync(again);

        heard[^1].Should().Contain("You said: Hi");
    }

    [Theory]
    [InlineData("nonsense", "Line 1")]
    [InlineData("\n{}", "Line 2")]
    [InlineData("""{"at_ms":1,"from":"somebody","event":{}}""", "Line 1")]
    [InlineData("""{"at_ms":1,"decision":{}}""", "Line 1")]
    [InlineData("""{"from":"client","event":{}}""", "Line 1")]
    public void A_file_that_is_no_recording_names_its_line(string text, string line)
    {
        FluentActions.Invoking(() => EmulatorRecording.Parse(text)).Should().Throw<FormatException>().WithMessage($"{line}*");
    }

    [Theory]
    [InlineData("audio/pcm", 0x00)]
    [InlineData("audio/pcmu", 0xFF)]
    [InlineData("audio/pcma", 0xD5)]
    public async Task Audio_that_was_not_recorded_is_silence_of_the_same_length(string format, byte silence)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(EmulatorRecording.Parse("""
            {"at_ms":0,"from":"server","event":{"type":"session.created","session":{"type":"realtime","audio":{"output":{"format":{"type":"FORMAT"}}}}}}
            {"at_ms":5,"from":"server","event":{"type":"response.output_audio.delta","response_id":"r","item_id":"i","delta":{"omitted_bytes":960}}}
            """.Replace("FORMAT", format, StringComparison.Ordinal)).PlayAsync);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();

        var delta = await caller.ReceiveAsync();

        Convert.FromBase64String(delta["delta"]!.ToString()).Should().HaveCount(960).And.OnlyContain(sample => sample == silence);
    }

    [Fact]
    public async Task Decisions_and_gaps_are_not_played_and_malformed_messages_are()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var recording = EmulatorRecording.Parse("""
            {"at_ms":0,"from":"server","malformed":{"bytes":3}}
            {"at_ms":1,"decision":{"type":"warning","kind":"server_error","message":"Oops."}}
            {"at_ms":2,"dropped":{"lines":4}}
            {"at_ms":3,"from":"server","event":{"type":"response.done"}}
            """);
        emulator.OnConnect(recording.PlayAsync);
        using var caller = await SocketCaller.ConnectAsync(emulator);

        (await caller.ReceiveTextAsync()).Should().Be("???");
        (await caller.ReceiveAsync())["type"]!.ToString().Should().Be("response.done");
        recording.DroppedLines.Should().Be(4);
        recording.Decisions.Should().ContainSingle().Which.Members["kind"].Should().Be("server_error");
    }

    [Fact]
    public async Task Each_connection_of_a_recording_is_played_to_a_connection_of_the_client()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(EmulatorRecording.Parse("""
            {"at_ms":0,"from":"server","event":{"type":"first"}}
            {"at_ms":1,"from":"server","connection":2,"event":{"type":"second"}}
            """).PlayAsync);

        foreach (var type in new[] { "first", "second", "first" })
        {
            using var caller = await SocketCaller.ConnectAsync(emulator);
            (await caller.ReceiveAsync())["type"]!.ToString().Should().Be(type);
        }
    }

    private static async Task<List<string>> TalkAsync(SocketCaller caller)
    {
        var heard = new List<string>();
        await caller.SendAsync(Create);
        await caller.SendAsync("""{"type":"response.create"}""");
        while (heard.Count == 0 || !heard[^1].Contains("\"response.done\"", StringComparison.Ordinal))
            heard.Add(Encoding.UTF8.GetString((await caller.ReceiveBytesAsync())!));
        return heard;
    }
}
