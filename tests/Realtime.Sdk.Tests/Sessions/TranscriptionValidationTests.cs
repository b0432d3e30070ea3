using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Sessions;

public sealed class TranscriptionValidationTests
{
    [Fact]
    public void Languages_name_at_least_one()
    {
        Validate(new() { Languages = ["en"] }).Should().BeEmpty();
        Validate(new() { Languages = [] }).Errors().Should().Equal("audio.input.transcription.languages must name at least one language");
        Validate(new() { Languages = [null!] }).Errors().Should().Equal("audio.input.transcription.languages[0] is required");
    }

    [Theory]
    [InlineData("gpt-transcribe", 0)]
    [InlineData("gpt-live-transcribe", 0)]
    [InlineData("whisper-1", 2)]
    [InlineData("my-deployment", 0)]
    [InlineData(null, 0)]
    public void Languages_and_keywords_of_a_model_that_takes_none_are_warnings(string? model, int warnings)
    {
        var violations = Validate(new() { Model = model, Languages = ["en"], Keywords = ["Ada"] });

        violations.Errors().Should().BeEmpty();
        violations.Warnings().Should().HaveCount(warnings);
    }

    [Theory]
    [InlineData("gpt-realtime-whisper", "prompt")]
    [InlineData("gpt-4o-transcribe-diarize", "prompt")]
    [InlineData("whisper-1", "delay")]
    [InlineData("gpt-4o-transcribe", "delay")]
    public void A_member_the_model_does_not_take_is_a_warning(string model, string member)
    {
        var transcription = new TranscriptionConfiguration
        {
            Model = model,
            Prompt = member == "prompt" ? "Physics." : null,
            Delay = member == "delay" ? TranscriptionDelay.Low : default(TranscriptionDelay?),
        };

        Validate(transcription).Should().ContainSingle().Which.Path.Should().Be($"audio.input.transcription.{member}");
    }

    [Fact]
    public void The_live_whisper_needs_turn_detection_off_and_said_so()
    {
        const string Error = "must be sent as null with gpt-realtime-whisper: use TurnDetection.Disabled";
        var input = new AudioInputConfiguration { Transcription = new TranscriptionConfiguration { Model = "gpt-realtime-whisper" } };

        Session(input).Validate().Errors().Should().Equal($"audio.input.turn_detection {Error}");
        Session(input with { TurnDetection = new ServerVad() }).Validate().Errors().Should().Equal($"audio.input.turn_detection is \"server_vad\", {Error}");
        Session(input with { TurnDetection = TurnDetection.Disabled }).Validate().Should().BeEmpty();
    }

    [Fact]
    public void Turn_detection_a_transcription_session_hardly_takes_is_a_warning()
    {
        var live = new AudioInputConfiguration { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } };

        Session(live).Validate().Warnings().Should().ContainSingle().Which.Should().StartWith("audio.input.turn_detection");
        Session(live with { TurnDetection = TurnDetection.Disabled }).Validate().Should().BeEmpty();
        Session(new() { TurnDetection = new SemanticVad() }).Validate().Warnings().Should().ContainSingle();
        new LegacyTranscriptionSessionConfiguration { TurnDetection = new SemanticVad() }.Validate().Warnings().Should().ContainSingle();
    }

    [Fact]
    public void A_translation_names_what_it_must()
    {
        var session = new TranslationSessionConfiguration
        {
            Model = "",
            Audio = new()
            {
                Input = new()
                {
                    Transcription = new TranscriptionConfiguration(),
                    NoiseReduction = new UnknownNoiseReduction("", System.Text.Json.JsonElement.Parse("""{"strength":1}""")),
                },
                Output = new() { Language = " " },
            },
        };

        session.Validate().Errors().Should().BeEquivalentTo(
            "model is \"\", must not be blank",
            "audio.input.transcription.model is required in translation sessions",
            "audio.input.noise_reduction.type is required: known values are near_field, far_field",
            "audio.output.language is \" \", must not be blank");
    }

    [Theory]
    [InlineData("format")]
    [InlineData("turn_detection")]
    public void A_translation_takes_no_settings_of_a_conversation(string member)
    {
        var extra = new Dictionary<string, System.Text.Json.JsonElement> { [member] = System.Text.Json.JsonElement.Parse("{}") };
        var session = new TranslationSessionConfiguration { Audio = new() { Input = new() { AdditionalProperties = extra } } };

        session.Validate().Errors().Should().Equal($"audio.input.{member} must not be sent: translation sessions do not accept it");
    }

    private static IReadOnlyList<ConstraintViolation> Validate(TranscriptionConfiguration transcription) =>
        new RealtimeSessionConfiguration { Audio = new() { Input = new() { Transcription = transcription } } }.Validate();

    private static TranscriptionSessionConfiguration Session(AudioInputConfiguration input) => new() { Audio = new() { Input = input } };
}
