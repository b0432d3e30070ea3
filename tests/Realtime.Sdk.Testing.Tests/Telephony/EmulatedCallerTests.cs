using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing.Tests.Simulation;

namespace Realtime.Sdk.Testing.Tests.Telephony;

/// <summary>A caller on the telephone. Time passes only when a test advances it.</summary>
public sealed class EmulatedCallerTests : IAsyncLifetime
{
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
    public async Task The_model_hears_the_caller_and_the_caller_hears_the_model()
    {
        var caller = await AcceptedAsync();
        using var sideband = await SidebandAsync(caller);

        var saying = caller.SayAsync("What soups do you have?");
        Advance(10);

        await saying.WithTimeout();
        var events = await UntilAsync(sideband, "response.done");
        events.Should().Contain(e => ModelDriver.Type(e) == "conversation.item.input_audio_transcription.completed" && (string?)e["transcript"] == "What soups do you have?");
        await caller.WhenHeardAsync("What soups do you have?").WithTimeout();
        caller.HeardText.Should().EndWith("What soups do you have?");
        caller.HeardWords.Should().OnlyContain(word => word.IsComplete).And.BeInAscendingOrder(word => word.Start);
        caller.HeardDuration.Should().Be(ToneSpeech.DurationOf(caller.HeardText));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_nobody_joins_ends_after_the_duration_of_a_session(bool accepts)
    {
        var caller = accepts ? await AcceptedAsync() : await _emulator.PlaceCallAsync();
        _time.Advance(TimeSpan.FromMinutes(59));
        var before = caller.Call.State;

        _time.Advance(TimeSpan.FromMinutes(1));

        var call = await caller.WhenEndedAsync().WithTimeout();
        before.Should().Be(accepts ? EmulatedCallState.Active : EmulatedCallState.Ringing);
        (call.State, call.EndedBy).Should().Be((EmulatedCallState.Ended, EmulatedCallParty.Service));
    }

    [Fact]
    public async Task An_accepted_call_lasts_as_long_as_its_session_however_long_it_rang()
    {
        var caller = await _emulator.PlaceCallAsync();
        _time.Advance(TimeSpan.FromMinutes(30));
        await _client.Calls.AcceptAsync(caller.CallId, new RealtimeSessionConfiguration { Model = "gpt-realtime" });

        _time.Advance(TimeSpan.FromMinutes(59));

        caller.Call.State.Should().Be(EmulatedCallState.Active);
    }

    [Fact]
    public async Task Words_survive_G711_in_both_directions()
    {
        var caller = await AcceptedAsync(new AudioFormatPair(AudioFormat.Pcmu, AudioFormat.Pcma));

        var saying = caller.SayAsync("Two soups, please.");
        Advance(10);

        await saying.WithTimeout();
        await caller.WhenHeardAsync("Two soups, please.").WithTimeout();
    }

    [Fact]
    public async Task Speech_takes_as_long_as_its_audio()
    {
        var caller = await AcceptedAsync();
        var length = ToneSpeech.DurationOf("Two soups, please.");

        var saying = caller.SayAsync("Two soups, please.");
        _time.Advance(length - TimeSpan.FromMilliseconds(21));
        var early = saying.IsCompleted;
        _time.Advance(TimeSpan.FromMilliseconds(42));

        early.Should().BeFalse();
        await saying.WithTimeout();
    }

    [Fact]
    public async Task The_caller_hears_no_more_than_was_played()
    {
        var caller = await AcceptedAsync();
        using var sideband = await SidebandAsync(caller);
        await sideband.SendAsync("""{"type":"response.create"}""");
        await UntilAsync(sideband, "response.done");

        _time.Advance(TimeSpan.FromMilliseconds(800));

        caller.HeardDuration.Should().BeGreaterThan(TimeSpan.FromMilliseconds(780)).And.BeLessThanOrEqualTo(TimeSpan.FromMilliseconds(800));
        var words = ToneSpeech.Decode(ToneSpeech.Encode("Hello! How can I help you?").AsSpan(0, SampleFormat.Pcm().BytesIn(caller.HeardDuration)));
        caller.HeardWords.Should().Equal(words.Where(word => word.IsComplete));
    }

    [Fact]
    public async Task The_model_answers_what_the_caller_says_by_its_rules()
    {
        _emulator.Model.When("soups").Says("Tomato and lentil.");
        var caller = await AcceptedAsync();

        var saying = caller.SayAsync("What soups do you have?");
        Advance(10);

        await saying.WithTimeout();
        await caller.WhenHeardAsync("Tomato and lentil.").WithTimeout();
    }

    [Fact]
    public async Task An_interruption_stops_the_playback_and_truncates_the_item_at_what_was_heard()
    {
        _emulator.Model.When("soups").Says("Today we have tomato soup, lentil soup, and a very good soup of the day.");
        var caller = await AcceptedAsync();
        using var sideband = await SidebandAsync(caller);
        var asking = caller.SayAsync("What soups do you have?");
        while (caller.HeardDuration < TimeSpan.FromMilliseconds(700))
            Advance(TimeSpan.FromMilliseconds(100));

        var interrupting = caller.SayAsync("Stop!");
        Advance(10);

        await asking.WithTimeout();
        await interrupting.WithTimeout();
        var truncated = TimeSpan.FromMilliseconds((await UntilAsync(sideband, "conversation.item.truncated"))[^1]["audio_end_ms"]!.GetValue<int>());
        var last = caller.HeardWords.TakeWhile(word => word.Text != "You").Last();
        truncated.Should().BeGreaterThan(last.End - TimeSpan.FromMilliseconds(1)).And.BeLessThan(last.End + ToneSpeech.DurationOf("tomato"));
        caller.HeardText.Should().StartWith("Today we").And.NotContain("good").And.EndWith("You said: Stop!");
    }

    [Fact]
    public async Task The_words_of_a_WAV_file_are_heard()
    {
        var caller = await AcceptedAsync();
        using var file = new MemoryStream();
        await using (var writer = new WavWriter(file, SampleFormat.Pcm(16_000)))
            await writer.WriteAsync(ToneSpeech.Encode("Any tables free?", SampleFormat.Pcm(16_000)));
        file.Position = 0;

        await using var wav = await WavReader.OpenAsync(file);
        var saying = caller.SayAsync(wav);
        Advance(10);

        await saying.WithTimeout();
        await caller.WhenHeardAsync("Any tables free?").WithTimeout();
    }

    [Fact]
    public async Task Keys_are_events_without_an_ID()
    {
        var caller = await AcceptedAsync();
        using var sideband = await SidebandAsync(caller);

        caller.Press("4#");

        // The contract's example server/input_audio_buffer.dtmf_event_received has these members.
        var first = await sideband.ReceiveAsync();
        first.AsObject().Select(member => member.Key).Should().Equal("type", "event", "received_at");
        first["event"]!.ToString().Should().Be("4");
        first["received_at"]!.GetValue<long>().Should().Be(_time.GetUtcNow().ToUnixTimeSeconds());
        (await sideband.ReceiveAsync())["event"]!.ToString().Should().Be("#");
        var wrong = () => caller.Press("5x");
        wrong.Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task Hanging_up_ends_the_call_and_the_speech_of_the_caller()
    {
        var caller = await AcceptedAsync();
        using var sideband = await SidebandAsync(caller);
        var saying = caller.SayAsync("I have changed my mind.");

        caller.HangUp();
        caller.HangUp();

        (await caller.WhenEndedAsync().WithTimeout()).Should().Match<EmulatedCall>(call => call.State == EmulatedCallState.Ended && call.EndedBy == EmulatedCallParty.Caller);
        await saying.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<EmulatorSessionEndedException>();
        (await sideband.ReceiveTextAsync()).Should().BeNull();
        var late = () => caller.Press("1");
        late.Should().Throw<EmulatorSessionEndedException>();
    }

    [Fact]
    public async Task A_caller_who_hangs_up_has_the_word_that_was_cut_off()
    {
        _emulator.Model.When("soups").Says("Bouillabaisse.");
        var caller = await AcceptedAsync();
        var asking = caller.SayAsync("What soups do you have?");
        while (caller.HeardDuration < TimeSpan.FromMilliseconds(300))
            Advance(TimeSpan.FromMilliseconds(100));

        caller.HangUp();

        await asking.WithTimeout();
        caller.HeardWords.Should().ContainSingle().Which.Should().Match<ToneWord>(
            word => !word.IsComplete && word.Text.Length > 3 && "Bouillabaisse.".StartsWith(word.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_whose_caller_hangs_up_while_it_rings_cannot_be_accepted()
    {
        var caller = await _emulator.PlaceCallAsync();

        caller.HangUp();

        var accepting = () => _client.Calls.AcceptAsync(caller.CallId, new RealtimeSessionConfiguration());
        (await accepting.Should().ThrowAsync<RealtimeApiException>()).Which.Error!.Code.Should().Be("call_id_not_found");
        await caller.Awaiting(c => c.WhenAcceptedAsync()).Should().ThrowAsync<EmulatorExpectationException>().WithMessage("*was ended by the caller.");
    }

    [Fact]
    public async Task A_call_that_has_ended_says_how_and_by_whom()
    {
        var rejected = await _emulator.PlaceCallAsync();
        var referred = await AcceptedAsync();
        var hungUp = await AcceptedAsync();

        await _client.Calls.RejectAsync(rejected.CallId, 486);
        await _client.Calls.ReferAsync(referred.CallId, "tel:+14155550199");
        await _client.Calls.HangUpAsync(hungUp.CallId);

        (await rejected.WhenEndedAsync().WithTimeout()).RejectedWith.Should().Be(486);
        (await referred.WhenEndedAsync().WithTimeout()).ReferredTo.Should().Be("tel:+14155550199");
        (await hungUp.WhenEndedAsync().WithTimeout()).Should().Match<EmulatedCall>(call => call.EndedBy == EmulatedCallParty.Application && call.ReferredTo == null);
        ((RealtimeSessionConfiguration)hungUp.Call.Session!.Configuration).Instructions.Should().Be("Take the order.");
    }

    [Fact]
    public async Task A_session_that_reaches_its_maximum_duration_ends_its_call()
    {
        var caller = await AcceptedAsync();
        using var sideband = await SidebandAsync(caller);

        _time.Advance(TimeSpan.FromMinutes(60));

        (await caller.WhenEndedAsync().WithTimeout()).EndedBy.Should().Be(EmulatedCallParty.Service);
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
    }

    [Fact]
    public async Task A_caller_cannot_speak_before_the_call_is_accepted()
    {
        var caller = await _emulator.PlaceCallAsync();

        await caller.Awaiting(c => c.SayAsync("Hello?")).Should().ThrowAsync<InvalidOperationException>().WithMessage("*not been accepted*");
        caller.Invoking(c => c.Press("1")).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task Canceling_SayAsync_stops_the_speech()
    {
        var caller = await AcceptedAsync();
        using var stop = new CancellationTokenSource();

        var saying = caller.SayAsync("This will take a very long time to say.", stop.Token);
        _time.Advance(TimeSpan.FromMilliseconds(700));
        await stop.CancelAsync();
        await saying.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        Advance(10);

        await caller.WhenHeardAsync("This").WithTimeout();
        caller.HeardText.Should().NotContain("time");
    }

    [Fact]
    public async Task A_text_that_is_not_heard_fails_with_what_was_heard()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { ExpectTimeout = TimeSpan.FromMilliseconds(50) });

        var waiting = (await emulator.PlaceCallAsync()).WhenHeardAsync("soups");

        await waiting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<EmulatorExpectationException>().WithMessage("Expected to hear 'soups'*0.05 seconds*Ringing*");
    }

    [Fact]
    public async Task What_is_not_heard_before_the_end_of_the_call_says_who_ended_it()
    {
        var caller = await AcceptedAsync();
        using var sideband = await SidebandAsync(caller);
        var waiting = caller.WhenHeardAsync("soups");

        _time.Advance(TimeSpan.FromMinutes(60));

        await waiting.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<EmulatorExpectationException>().WithMessage("Expected to hear 'soups', but the call was ended by the service*maximum duration*");
    }

    private async Task<EmulatedCaller> AcceptedAsync(AudioFormatPair? formats = null)
    {
        var caller = await _emulator.PlaceCallAsync();
        await _client.Calls.AcceptAsync(caller.CallId, new RealtimeSessionConfiguration
        {
            Model = "gpt-realtime",
            Instructions = "Take the order.",
            Audio = new()
            {
                Input = new() { Format = formats?.Input, Transcription = new TranscriptionConfiguration { Model = "whisper-1" } },
                Output = new() { Format = formats?.Output },
            },
        });
        await caller.WhenAcceptedAsync().WithTimeout();
        return caller;
    }

    private async Task<SocketCaller> SidebandAsync(EmulatedCaller caller)
    {
        var sideband = await SocketCaller.ConnectAsync(_emulator, $"realtime?call_id={caller.CallId}");
        await sideband.ReceiveAsync();
        return sideband;
    }

    private void Advance(int seconds)
    {
        for (var i = 0; i < seconds * 10; i++)
            Advance(TimeSpan.FromMilliseconds(100));
    }

    private void Advance(TimeSpan time) => _time.Advance(time);

    private static async Task<List<JsonNode>> UntilAsync(SocketCaller caller, string type)
    {
        var events = new List<JsonNode>();
        while (events.Count == 0 || ModelDriver.Type(events[^1]) != type)
            events.Add(await caller.ReceiveAsync());
        return events;
    }

    private sealed record AudioFormatPair(AudioFormat Input, AudioFormat Output);
}
