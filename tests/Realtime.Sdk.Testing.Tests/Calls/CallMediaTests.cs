using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing.Tests.Simulation;

namespace Realtime.Sdk.Testing.Tests.Calls;

/// <summary>The media of a call, used by a WebRTC peer of the test.</summary>
public sealed class CallMediaTests : IAsyncLifetime
{
    private const string Answer = "v=0\r\no=- 7 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    private readonly FakeTimeProvider _time = new();
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time, Model = new() { SpeaksInTones = true } });
        _client = _emulator.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task A_test_answers_an_offer()
    {
        EmulatedOffer? seen = null;
        _emulator.OnOffer((offer, _) =>
        {
            seen = offer;
            return Task.FromResult(Answer);
        });

        var call = await _client.Calls.CreateAsync(Offers.Browser, new RealtimeSessionConfiguration { Instructions = "Hello." });

        call.Sdp.Should().Be(Answer);
        seen!.Sdp.Should().Be(Offers.Browser);
        seen.CallId.Should().Be(call.CallId);
        ((RealtimeSessionConfiguration)seen.Session.Configuration).Instructions.Should().Be("Hello.");
        seen.ToString().Should().NotContain("bP+XJMM09aR8AiX1jdukzR6Y");
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Active);
    }

    [Fact]
    public async Task Audio_of_the_peer_is_heard_and_that_of_the_model_played_and_no_event_has_audio()
    {
        var media = await ConnectAsync();
        await using var events = media.ReadEventsAsync().GetAsyncEnumerator();
        await using var output = media.ReadOutputAsync().GetAsyncEnumerator();
        var created = await NextAsync(events);

        media.InputFormat.Should().Be(SampleFormat.Pcm());
        media.AppendInput(ToneSpeech.Encode("Two soups, please."));
        media.AppendInput(Sounds.Silence(1));
        var types = await TypesUntilAsync(events, "response.done");
        for (var i = 0; i < 100; i++)
            _time.Advance(TimeSpan.FromMilliseconds(100));

        ModelDriver.Type(created).Should().Be("session.created");
        types.Should().ContainInOrder("input_audio_buffer.speech_started", "input_audio_buffer.committed", "output_audio_buffer.started", "response.output_audio_transcript.delta");
        types.Should().NotContain("response.output_audio.delta");
        (await HeardAsync(output, "please.")).Should().EndWith("Two soups, please.");
    }

    [Fact]
    public async Task Client_events_of_the_data_channel_are_answered_there_and_on_a_sideband()
    {
        var media = await ConnectAsync();
        await using var events = media.ReadEventsAsync().GetAsyncEnumerator();
        await NextAsync(events);
        using var sideband = await SocketCaller.ConnectAsync(_emulator, $"realtime?call_id={media.Call.Id}");
        var greeting = await sideband.ReceiveAsync();

        media.SendEvent("""{"type":"session.update","session":{"type":"realtime","instructions":"Be brief."}}"""u8);
        media.SendEvent("""{"type":"response.cancel","event_id":"e1"}"""u8);

        ModelDriver.Type(greeting).Should().Be("session.created");
        (await NextAsync(events))["session"]!["instructions"]!.ToString().Should().Be("Be brief.");
        (await NextAsync(events))["error"]!["event_id"]!.ToString().Should().Be("e1");
        ModelDriver.Type(await sideband.ReceiveAsync()).Should().Be("session.updated");
    }

    [Fact]
    public async Task A_sideband_that_joins_again_gets_no_earlier_events()
    {
        var media = await ConnectAsync();
        media.SendEvent("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}}"""u8);

        using var sideband = await SocketCaller.ConnectAsync(_emulator, $"realtime?call_id={media.Call.Id}");
        await sideband.SendAsync("""{"type":"input_audio_buffer.clear"}""");

        ModelDriver.Type(await sideband.ReceiveAsync()).Should().Be("session.created");
        ModelDriver.Type(await sideband.ReceiveAsync()).Should().Be("input_audio_buffer.cleared");
    }

    [Fact]
    public async Task The_end_of_a_call_ends_its_streams()
    {
        var media = await ConnectAsync();
        await using var events = media.ReadEventsAsync().GetAsyncEnumerator();
        await using var output = media.ReadOutputAsync().GetAsyncEnumerator();
        await NextAsync(events);

        media.HangUp();

        (await events.MoveNextAsync().WithTimeout()).Should().BeFalse();
        (await output.MoveNextAsync().WithTimeout()).Should().BeFalse();
        media.Call.EndedBy.Should().Be(EmulatedCallParty.Caller);
        media.Invoking(m => m.AppendInput(new byte[2])).Should().Throw<EmulatorSessionEndedException>();
    }

    [Fact]
    public async Task Of_unread_audio_the_newest_is_kept()
    {
        var media = await ConnectAsync();
        var output = media.ReadOutputAsync();
        media.SendEvent(Encoding.UTF8.GetBytes(JsonText("conversation.item.create", string.Join(' ', Enumerable.Repeat("soups", 60)))));
        media.SendEvent("""{"type":"response.create"}"""u8);
        for (var i = 0; i < 400; i++)
            _time.Advance(TimeSpan.FromMilliseconds(100));

        media.HangUp();
        var frames = 0;
        await foreach (var frame in output)
            frames++;

        frames.Should().Be(500);
    }

    [Fact]
    public async Task Audio_that_is_never_committed_is_bounded()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time, Model = new() { MaxInputAudioBytes = 48_000 } });
        using var client = emulator.CreateClient();
        EmulatedCallMedia media = null!;
        emulator.OnOffer((offer, _) =>
        {
            media = offer.Media;
            return Task.FromResult(Answer);
        });
        await client.Calls.CreateAsync(Offers.Browser, new RealtimeSessionConfiguration { Audio = new() { Input = new() { TurnDetection = TurnDetection.Disabled } } });
        await using var events = media.ReadEventsAsync().GetAsyncEnumerator();
        await NextAsync(events);

        for (var i = 0; i < 10; i++)
            media.AppendInput(Sounds.Silence(0.3));
        media.SendEvent("""{"type":"input_audio_buffer.commit"}"""u8);
        media.SendEvent("""{"type":"input_audio_buffer.clear"}"""u8);

        (await TypesUntilAsync(events, "input_audio_buffer.cleared")).Should().Contain("input_audio_buffer.committed").And.NotContain("error");
    }

    [Fact]
    public async Task An_offer_callback_that_throws_ends_the_call_and_its_exception_is_thrown_at_disposal()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient(options => options.MaxRetries = 0);
        emulator.OnOffer((_, _) => throw new InvalidOperationException("no ICE"));

        var refused = (await client.Awaiting(c => c.Calls.CreateAsync(Offers.Browser)).Should().ThrowAsync<RealtimeApiException>()).Which;
        var ended = emulator.Calls.Single();
        var disposing = async () => await emulator.DisposeAsync();

        refused.Error!.Code.Should().Be("offer_not_answered");
        ended.State.Should().Be(EmulatedCallState.Ended);
        await disposing.Should().ThrowAsync<InvalidOperationException>().WithMessage("no ICE");
    }

    [Fact]
    public async Task An_offer_that_is_not_answered_within_ExpectTimeout_fails()
    {
        var emulator = await RealtimeEmulator.StartAsync(new() { ExpectTimeout = TimeSpan.FromMilliseconds(50) });
        using var client = emulator.CreateClient(options => options.MaxRetries = 0);
        emulator.OnOffer((_, _) => new TaskCompletionSource<string>().Task);

        await client.Awaiting(c => c.Calls.CreateAsync(Offers.Browser).WithTimeout()).Should().ThrowAsync<RealtimeApiException>();

        var disposing = async () => await emulator.DisposeAsync();
        await disposing.Should().ThrowAsync<EmulatorExpectationException>().WithMessage("The OnOffer callback did not answer within 0.05 seconds.");
    }

    private async Task<EmulatedCallMedia> ConnectAsync()
    {
        EmulatedCallMedia? media = null;
        _emulator.OnOffer((offer, _) =>
        {
            media = offer.Media;
            return Task.FromResult(Answer);
        });
        await _client.Calls.CreateAsync(Offers.Browser, new RealtimeSessionConfiguration { Model = "gpt-realtime" });
        return media!;
    }

    private static string JsonText(string type, string text) =>
        $$$"""{"type":"{{{type}}}","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{{text}}}"}]}}""";

    private static async Task<JsonNode> NextAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> events)
    {
        (await events.MoveNextAsync().WithTimeout()).Should().BeTrue();
        return JsonNode.Parse(events.Current.Span)!;
    }

    private static async Task<List<string>> TypesUntilAsync(IAsyncEnumerator<ReadOnlyMemory<byte>> events, string type)
    {
        var types = new List<string>();
        while (types.Count == 0 || types[^1] != type)
            types.Add(ModelDriver.Type(await NextAsync(events)));
        return types;
    }

    private static async Task<string> HeardAsync(IAsyncEnumerator<EmulatedAudioFrame> output, string last)
    {
        var decoder = new ToneDecoder();
        var words = new List<string>();
        while (words.Count == 0 || words[^1] != last)
        {
            (await output.MoveNextAsync().WithTimeout()).Should().BeTrue();
            words.AddRange(decoder.Decode(output.Current.Audio.Span).Select(word => word.Text));
        }
        return string.Join(' ', words);
    }
}
