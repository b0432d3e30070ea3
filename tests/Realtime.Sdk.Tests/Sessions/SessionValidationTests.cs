using System.Text.Json;
using Realtime.Sdk.Tests.Validation;

namespace Realtime.Sdk.Tests.Sessions;

public sealed class SessionValidationTests
{
    [Fact]
    public void Every_violation_is_reported_at_once_with_its_wire_path()
    {
        var session = new RealtimeSessionConfiguration
        {
            OutputModalities = [OutputModality.Audio, OutputModality.Text],
            Model = " ",
            Audio = new() { Output = new() { Speed = 2 }, Input = new() { TurnDetection = new ServerVad { Threshold = 1.5 } } },
            MaxOutputTokens = 5000,
        };

        session.Validate().Errors().Should().BeEquivalentTo(
            "output_modalities is [audio, text], must be exactly one of text, audio",
            "model is \" \", must not be blank",
            "audio.input.turn_detection.threshold is 1.5, must be at most 1",
            "audio.output.speed is 2, must be at most 1.5",
            "max_output_tokens is 5000, must be at most 4096");
    }

    [Theory]
    [InlineData(0.25, null)]
    [InlineData(1.0, null)]
    [InlineData(1.5, null)]
    [InlineData(0.2499, "audio.output.speed is 0.2499, must be at least 0.25")]
    [InlineData(1.5001, "audio.output.speed is 1.5001, must be at most 1.5")]
    [InlineData(double.NaN, "audio.output.speed is NaN, must be a finite number")]
    [InlineData(double.PositiveInfinity, "audio.output.speed is Infinity, must be a finite number")]
    [InlineData(double.NegativeInfinity, "audio.output.speed is -Infinity, must be a finite number")]
    public void Speed_is_a_quarter_to_one_and_a_half(double speed, string? error)
    {
        var session = new RealtimeSessionConfiguration { Audio = new() { Output = new() { Speed = speed } } };

        session.Validate().Errors().Should().BeEquivalentTo(Lines(error));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(4096, null)]
    [InlineData(0, "max_output_tokens is 0, must be at least 1")]
    [InlineData(-1, "max_output_tokens is -1, must be at least 1")]
    [InlineData(4097, "max_output_tokens is 4097, must be at most 4096")]
    public void Output_tokens_are_1_to_4096(int tokens, string? error)
    {
        new RealtimeSessionConfiguration { MaxOutputTokens = tokens }.Validate().Errors().Should().BeEquivalentTo(Lines(error));
        new LegacySessionConfiguration { MaxResponseOutputTokens = tokens }.Validate().Errors()
            .Should().BeEquivalentTo(Lines(error?.Replace("max_output", "max_response_output", StringComparison.Ordinal)));
    }

    [Fact]
    public void Output_tokens_may_be_unlimited_and_words_of_tomorrow_are_only_a_warning()
    {
        var tomorrow = JsonSerializer.Deserialize<TokenLimit>("\"plenty\"");

        new RealtimeSessionConfiguration { MaxOutputTokens = TokenLimit.Unlimited }.Validate().Should().BeEmpty();
        new RealtimeSessionConfiguration { MaxOutputTokens = tomorrow }.Validate().Warnings()
            .Should().Equal("max_output_tokens is \"plenty\", should be one of 1 to 4096, inf");
    }

    [Theory]
    [InlineData("text", null)]
    [InlineData("audio", null)]
    [InlineData("", "output_modalities is [], must be exactly one of text, audio")]
    [InlineData("text,audio", "output_modalities is [text, audio], must be exactly one of text, audio")]
    [InlineData("text,text", "output_modalities is [text, text], must be exactly one of text, audio")]
    public void Output_modalities_name_exactly_one(string modalities, string? error)
    {
        var session = new RealtimeSessionConfiguration
        {
            OutputModalities = [.. modalities.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(value => new OutputModality(value))],
        };

        session.Validate().Errors().Should().BeEquivalentTo(Lines(error));
    }

    [Fact]
    public void Strings_the_service_may_add_are_warnings()
    {
        var session = new RealtimeSessionConfiguration
        {
            OutputModalities = ["video"],
            Include = ["item.dreams"],
            Reasoning = new() { Effort = "max" },
            Audio = new()
            {
                Input = new()
                {
                    Transcription = new TranscriptionConfiguration { Delay = "none" },
                    TurnDetection = new SemanticVad { Eagerness = "extreme" },
                },
            },
        };

        session.Validate().Errors().Should().BeEmpty();
        session.Validate().Warnings().Should().BeEquivalentTo(
            "output_modalities[0] is \"video\", should be one of text, audio",
            "include[0] is \"item.dreams\", should be one of item.input_audio_transcription.logprobs",
            "reasoning.effort is \"max\", should be one of minimal, low, medium, high, xhigh",
            "audio.input.transcription.delay is \"none\", should be one of minimal, low, medium, high, xhigh",
            "audio.input.turn_detection.eagerness is \"extreme\", should be one of auto, low, medium, high");
    }

    [Fact]
    public void Reasoning_of_a_model_that_does_not_reason_is_a_warning()
    {
        var plain = new RealtimeSessionConfiguration { Model = "gpt-realtime-2025-08-28", Reasoning = new(), ParallelToolCalls = true };

        plain.Validate().Warnings().Should().HaveCount(2);
        (plain with { Model = "gpt-realtime-2" }).Validate().Should().BeEmpty();
        (plain with { Model = "gpt-realtime-2.1-mini" }).Validate().Should().BeEmpty();
        (plain with { Model = "a-deployment" }).Validate().Should().BeEmpty();
        (plain with { Model = null }).Validate().Should().BeEmpty();
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(-0.01, "truncation.retention_ratio is -0.01, must be at least 0")]
    [InlineData(1.01, "truncation.retention_ratio is 1.01, must be at most 1")]
    [InlineData(double.NaN, "truncation.retention_ratio is NaN, must be a finite number")]
    public void The_retention_ratio_is_0_to_1(double ratio, string? error)
    {
        var session = new RealtimeSessionConfiguration { Truncation = new RetentionRatioTruncation { RetentionRatio = ratio } };

        session.Validate().Errors().Should().BeEquivalentTo(Lines(error));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(int.MaxValue, null)]
    [InlineData(-1, "truncation.token_limits.post_instructions is -1, must be at least 0")]
    public void Tokens_after_the_instructions_are_not_negative(int tokens, string? error)
    {
        var session = new RealtimeSessionConfiguration
        {
            Truncation = new RetentionRatioTruncation { RetentionRatio = 0.5, TokenLimits = new() { PostInstructions = tokens } },
        };

        session.Validate().Errors().Should().BeEquivalentTo(Lines(error));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void A_prompt_names_its_id(string id)
    {
        var session = new RealtimeSessionConfiguration { Prompt = new StoredPrompt { Id = id } };

        session.Validate().Errors().Should().ContainSingle().Which.Should().StartWith("prompt.id is ").And.EndWith("must not be blank");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("3")]
    public void Tracing_metadata_is_an_object(string metadata)
    {
        var session = new RealtimeSessionConfiguration { Tracing = new TracingConfiguration { Metadata = JsonElement.Parse(metadata) } };

        session.Validate().Errors().Should().Equal("tracing.metadata must be a JSON object");
    }

    [Fact]
    public void Json_that_was_never_set_is_an_error()
    {
        var session = new RealtimeSessionConfiguration { Tracing = new TracingConfiguration { Metadata = default(JsonElement) } };

        session.Validate().Errors().Should().Equal("tracing.metadata must be a JSON value");
    }

    [Fact]
    public void Temperature_is_for_sessions_of_the_beta_only()
    {
        var session = new RealtimeSessionConfiguration { AdditionalProperties = Extra("temperature", "0.8") };

        session.Validate().Errors().Should().Equal("temperature must not be sent: only sessions of the beta accept it");
    }

    [Theory]
    [InlineData("model")]
    [InlineData("instructions")]
    [InlineData("tools")]
    [InlineData("tool_choice")]
    [InlineData("output_modalities")]
    [InlineData("truncation")]
    [InlineData("tracing")]
    [InlineData("prompt")]
    [InlineData("reasoning")]
    [InlineData("max_output_tokens")]
    public void A_transcription_session_takes_nothing_of_a_conversation(string member)
    {
        var session = new TranscriptionSessionConfiguration { AdditionalProperties = Extra(member, "1") };

        session.Validate().Errors().Should().Equal($"{member} must not be sent: transcription sessions do not accept it");
    }

    [Fact]
    public void A_transcription_session_has_no_output()
    {
        var session = new TranscriptionSessionConfiguration { Audio = new() { AdditionalProperties = Extra("output", "{}") } };

        session.Validate().Errors().Should().Equal("audio.output must not be sent: transcription sessions have no output");
    }

    private static string[] Lines(string? line) => line is null ? [] : [line];

    private static Dictionary<string, JsonElement> Extra(string name, string json) => new() { [name] = JsonElement.Parse(json) };
}
