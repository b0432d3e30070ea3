namespace Realtime.Sdk.Tests.Responses;

public sealed class UsageSumTests
{
    // The usage of response.done in the API reference.
    private const string Usage = """
        {"total_tokens":253,"input_tokens":132,"output_tokens":121,
         "input_token_details":{"text_tokens":119,"audio_tokens":13,"image_tokens":0,"cached_tokens":64,"cached_tokens_details":{"text_tokens":64,"audio_tokens":0,"image_tokens":0}},
         "output_token_details":{"text_tokens":30,"audio_tokens":91},"later_tokens":1}
        """;

    [Fact]
    public void Usage_adds_up_member_by_member()
    {
        var usage = RealtimeJson.Deserialize<ResponseUsage>(Usage);

        var total = usage + usage;

        RealtimeJson.Serialize(total).Should().Be(string.Concat(
            """{"total_tokens":506,"input_tokens":264,"output_tokens":242,""",
            """ "input_token_details":{"text_tokens":238,"audio_tokens":26,"image_tokens":0,"cached_tokens":128,""".TrimStart(),
            """ "cached_tokens_details":{"text_tokens":128,"audio_tokens":0,"image_tokens":0}},""".TrimStart(),
            """ "output_token_details":{"text_tokens":60,"audio_tokens":182}}""".TrimStart()));
    }

    [Fact]
    public void A_total_can_begin_with_null()
    {
        var usage = RealtimeJson.Deserialize<ResponseUsage>(Usage);
        ResponseUsage? total = null;

        total += usage;
        total += null;

        total.Should().BeSameAs(usage);
    }

    [Fact]
    public void A_count_that_one_lacks_counts_as_zero_and_one_that_both_lack_stays_null()
    {
        var total = new ResponseUsage { InputTokens = 1, InputTokenDetails = new() { TextTokens = 1 } } + new ResponseUsage { OutputTokens = 2 };

        RealtimeJson.Serialize(total).Should().Be("""{"input_tokens":1,"output_tokens":2,"input_token_details":{"text_tokens":1}}""");
    }

    [Fact]
    public void A_sum_that_is_too_large_is_an_overflow()
    {
        var usage = new ResponseUsage { TotalTokens = int.MaxValue };

        FluentActions.Invoking(() => usage + usage).Should().Throw<OverflowException>();
    }

    [Fact]
    public void Usage_of_transcriptions_adds_up_too()
    {
        var tokens = new TranscriptionTokenUsage { TotalTokens = 3, InputTokens = 2, OutputTokens = 1, InputTokenDetails = new() { AudioTokens = 2 } };
        var duration = new TranscriptionDurationUsage { Duration = TimeSpan.FromSeconds(1.5) };

        RealtimeJson.Serialize(tokens + tokens).Should().Be(
            """{"type":"tokens","total_tokens":6,"input_tokens":4,"input_token_details":{"audio_tokens":4},"output_tokens":2}""");
        (duration + duration).Duration.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_total_of_transcriptions_can_begin_with_null()
    {
        var tokens = new TranscriptionTokenUsage { TotalTokens = 3 };
        var duration = new TranscriptionDurationUsage { Duration = TimeSpan.FromSeconds(1.5) };

        (null + tokens).Should().BeSameAs(tokens);
        (tokens + null).Should().BeSameAs(tokens);
        (null + duration).Should().BeSameAs(duration);
        (duration + null).Should().BeSameAs(duration);
        (null + new InputTokenDetails { TextTokens = 1 } + null).Should().Be(new InputTokenDetails { TextTokens = 1 });
    }
}
