using System.Text.Json;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Sessions;

public sealed class AudioValidationTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(-0.001, "threshold is -0.001, must be at least 0")]
    [InlineData(1.001, "threshold is 1.001, must be at most 1")]
    [InlineData(double.NaN, "threshold is NaN, must be a finite number")]
    [InlineData(double.PositiveInfinity, "threshold is Infinity, must be a finite number")]
    public void The_threshold_is_0_to_1(double threshold, string? error) => Check(new ServerVad { Threshold = threshold }, error);

    [Theory]
    [InlineData(5000, null)]
    [InlineData(30_000, null)]
    [InlineData(4999, "idle_timeout_ms is 4999, must be at least 5000")]
    [InlineData(30_001, "idle_timeout_ms is 30001, must be at most 30000")]
    [InlineData(5000.5, "idle_timeout_ms is 5000.5, must be a whole number of milliseconds")]
    [InlineData(-1, null)]
    public void The_idle_timeout_is_5_to_30_seconds_or_infinite(double milliseconds, string? error) =>
        Check(new ServerVad { IdleTimeout = TimeSpan.FromMilliseconds(milliseconds) }, error);

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(int.MaxValue, null)]
    [InlineData(-1, "must be at least 0")]
    [InlineData(int.MaxValue + 1.0, "must be at most 2147483647")]
    [InlineData(0.5, "must be a whole number of milliseconds")]
    public void Paddings_are_whole_milliseconds_from_0(double milliseconds, string? rule)
    {
        var time = TimeSpan.FromMilliseconds(milliseconds);
        var value = milliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture);

        Check(new ServerVad { PrefixPadding = time }, rule is null ? null : $"prefix_padding_ms is {value}, {rule}");
        Check(new ServerVad { SilenceDuration = time }, rule is null ? null : $"silence_duration_ms is {value}, {rule}");
    }

    [Theory]
    [InlineData("threshold")]
    [InlineData("prefix_padding_ms")]
    [InlineData("silence_duration_ms")]
    [InlineData("idle_timeout_ms")]
    public void Semantic_turn_detection_takes_nothing_of_loudness(string member) =>
        Check(new SemanticVad { AdditionalProperties = Extra(member) }, $"{member} must not be sent: only server_vad accepts it");

    [Fact]
    public void Turn_detection_by_loudness_takes_no_eagerness() =>
        Check(new ServerVad { AdditionalProperties = Extra("eagerness") }, "eagerness must not be sent: only semantic_vad accepts it");

    [Theory]
    [InlineData(false, null, 1)]
    [InlineData(false, true, 1)]
    [InlineData(false, false, 0)]
    [InlineData(true, true, 0)]
    [InlineData(null, null, 0)]
    public void Interruptions_without_responses_are_a_warning(bool? create, bool? interrupt, int warnings)
    {
        TurnDetection[] detections =
        [
            new ServerVad { CreateResponse = create, InterruptResponse = interrupt },
            new SemanticVad { CreateResponse = create, InterruptResponse = interrupt },
        ];

        foreach (var detection in detections)
            Session(new() { TurnDetection = detection }).Validate().Should().HaveCount(warnings);
    }

    [Theory]
    [InlineData(24_000, null)]
    [InlineData(null, null)]
    [InlineData(23_999, "audio.input.format.rate is 23999, must be at least 24000")]
    [InlineData(24_001, "audio.input.format.rate is 24001, must be at most 24000")]
    public void Pcm_has_one_rate(int? rate, string? error)
    {
        var session = Session(new() { Format = new PcmAudioFormat { Rate = rate } });

        session.Validate().Errors().Should().BeEquivalentTo(Lines(error));
    }

    [Fact]
    public void Pcm_without_a_rate_is_a_warning()
    {
        Session(new() { Format = new PcmAudioFormat() }).Validate().Warnings().Should().Equal("audio.input.format.rate should be 24000: OpenAI rejects PCM without a rate");
        Session(new() { Format = AudioFormat.Pcm }).Validate().Should().BeEmpty();
    }

    [Fact]
    public void G711_names_no_rate()
    {
        AudioFormat[] formats = [AudioFormat.Pcmu with { AdditionalProperties = Extra("rate") }, AudioFormat.Pcma with { AdditionalProperties = Extra("rate") }];

        foreach (var format in formats)
            Session(new() { Format = format }).Validate().Errors().Should().Equal("audio.input.format.rate must not be sent: G.711 has a fixed rate");
    }

    [Fact]
    public void Kinds_of_tomorrow_are_warnings()
    {
        var json = JsonElement.Parse("""{"type":"new"}""");
        var session = Session(new()
        {
            Format = new UnknownAudioFormat("audio/opus", json),
            NoiseReduction = new UnknownNoiseReduction("mid_field", json),
            TurnDetection = new UnknownTurnDetection("telepathy", json),
            Transcription = new UnknownTranscription(json),
        });

        session.Validate().Errors().Should().BeEmpty();
        session.Validate().Warnings().Should().HaveCount(4);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void The_strength_of_noise_reduction_is_a_number(double strength)
    {
        NoiseReduction[] reductions = [new NearFieldNoiseReduction { Strength = strength }, new FarFieldNoiseReduction { Strength = strength }];

        foreach (var reduction in reductions)
        {
            Session(new() { NoiseReduction = reduction }).Validate().Errors()
                .Should().ContainSingle().Which.Should().StartWith("audio.input.noise_reduction.strength").And.EndWith("must be a finite number");
        }
    }

    [Fact]
    public void A_custom_voice_has_an_id_and_nothing_else()
    {
        Voice(new CustomVoice { Id = "voice_1" }).Should().BeEmpty();
        Voice(new CustomVoice { Id = "" }).Should().Equal("audio.output.voice.id is \"\", must not be blank");
        Voice(new CustomVoice { Id = "voice_1", AdditionalProperties = Extra("pitch") })
            .Should().Equal("audio.output.voice.pitch must not be sent: a custom voice accepts only an id");
        Voice(" ").Should().Equal("audio.output.voice is \" \", must not be blank");
        Voice("a voice of tomorrow").Should().BeEmpty();

        static IEnumerable<string> Voice(Voice voice) =>
            new RealtimeSessionConfiguration { Audio = new() { Output = new() { Voice = voice } } }.Validate().Errors();
    }

    private static void Check(TurnDetection detection, string? error) =>
        Session(new() { TurnDetection = detection }).Validate().Errors()
            .Should().BeEquivalentTo(Lines(error is null ? null : $"audio.input.turn_detection.{error}"));

    private static RealtimeSessionConfiguration Session(AudioInputConfiguration input) => new() { Audio = new() { Input = input } };

    private static string[] Lines(string? line) => line is null ? [] : [line];

    private static Dictionary<string, JsonElement> Extra(string name) => new() { [name] = JsonElement.Parse("1") };
}
