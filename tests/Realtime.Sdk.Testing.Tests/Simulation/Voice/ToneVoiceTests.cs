namespace Realtime.Sdk.Testing.Tests.Simulation.Voice;

/// <summary>Words in tones over a WebSocket, in and out.</summary>
public sealed class ToneVoiceTests
{
    [Fact]
    public async Task The_model_hears_and_speaks_in_tones()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { SpeaksInTones = true } });
        emulator.Model.When("soups").Says("Tomato and lentil.");
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();

        await connection.AppendAudioAsync(ToneSpeech.Encode("What soups do you have?")).WithTimeout();
        await connection.AppendAudioAsync(Sounds.Silence(1)).WithTimeout();
        var audio = new List<byte>();
        await foreach (var e in connection.ReadEventsAsync())
        {
            if (e is ResponseOutputAudioDeltaEvent delta)
                audio.AddRange(delta.Delta.ToArray());
            if (e is ResponseDoneEvent)
                break;
        }

        ToneSpeech.DecodeText(audio.ToArray()).Should().Be("Tomato and lentil.");
    }

    [Fact]
    public void What_the_user_said_in_tones_is_the_transcript_and_takes_no_text_from_the_others()
    {
        using var driver = ModelDriver.With("""{"type":"realtime","audio":{"input":{"transcription":{"model":"whisper-1"}}}}""");

        driver.Append([.. ToneSpeech.Encode("Two soups, please."), .. Sounds.Silence(1)]);
        driver.Append(Sounds.Turn(1));

        driver.Sent.Where(e => ModelDriver.Type(e) == "conversation.item.input_audio_transcription.completed").Select(e => (string?)e["transcript"])
            .Should().Equal("Two soups, please.", "What is the weather like in Lisbon today?");
    }

    [Fact]
    public void Without_the_option_the_model_only_sounds_like_a_voice()
    {
        using var driver = new ModelDriver();

        driver.Append([.. ToneSpeech.Encode("Two soups, please."), .. Sounds.Silence(1)]);

        var audio = driver.Sent.Where(e => ModelDriver.Type(e) == "response.output_audio.delta").SelectMany(e => Convert.FromBase64String((string)e["delta"]!)).ToArray();
        audio.Should().NotBeEmpty();
        ToneSpeech.DecodeText(audio).Should().BeNull();
    }
}
