namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Usage of responses and transcriptions.</summary>
public sealed class UsageTests
{
    [Fact]
    public async Task Every_count_of_a_response_is_in_its_usage()
    {
        var message = await Talk.HearOneAsync("""
            {"type":"response.done","response":{"id":"r","status":"completed","usage":{"total_tokens":30,"input_tokens":20,"output_tokens":10,
            "input_token_details":{"text_tokens":9,"audio_tokens":8,"image_tokens":3,"cached_tokens":5,"cached_tokens_details":{"text_tokens":2,"audio_tokens":2,"image_tokens":1}},
            "output_token_details":{"text_tokens":4,"audio_tokens":6}}}}
            """.ReplaceLineEndings(""));

        var usage = ((ResponseCreatedRealtimeServerMessage)message).Usage!;

        usage.Should().BeEquivalentTo(new
        {
            TotalTokenCount = 30L,
            InputTokenCount = 20L,
            OutputTokenCount = 10L,
            CachedInputTokenCount = 5L,
            InputTextTokenCount = 9L,
            InputAudioTokenCount = 8L,
            OutputTextTokenCount = 4L,
            OutputAudioTokenCount = 6L,
        });
        usage.AdditionalCounts.Should().Contain(
        [
            new("InputImageTokenCount", 3), new("CachedInputTextTokenCount", 2), new("CachedInputAudioTokenCount", 2), new("CachedInputImageTokenCount", 1),
        ]);
    }

    [Theory]
    [InlineData("""{"total_tokens":30}""")]
    [InlineData("""{"total_tokens":30,"input_token_details":{},"output_token_details":{}}""")]
    [InlineData("""{"total_tokens":30,"input_token_details":{"cached_tokens_details":{}}}""")]
    public async Task Counts_that_the_server_does_not_report_are_null(string usage)
    {
        var message = await Talk.HearOneAsync($$$"""{"type":"response.done","response":{"id":"r","usage":{{{usage}}}}}""");

        var read = ((ResponseCreatedRealtimeServerMessage)message).Usage!;

        read.TotalTokenCount.Should().Be(30);
        (read.InputTokenCount, read.OutputTokenCount, read.CachedInputTokenCount, read.InputTextTokenCount, read.OutputAudioTokenCount).Should().Be((null, null, null, null, null));
        read.AdditionalCounts.Should().BeNullOrEmpty();
    }

    [Fact]
    public async Task A_response_without_usage_has_none()
    {
        var message = await Talk.HearOneAsync("""{"type":"response.done","response":{"id":"r"}}""");

        ((ResponseCreatedRealtimeServerMessage)message).Usage.Should().BeNull();
    }

    [Fact]
    public async Task Usage_of_several_responses_can_be_added()
    {
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"] });
        var total = new UsageDetails();

        var first = ((ResponseCreatedRealtimeServerMessage)(await talk.AskAsync("Good morning"))[^1]).Usage!;
        var second = ((ResponseCreatedRealtimeServerMessage)(await talk.AskAsync("Good night"))[^1]).Usage!;
        total.Add(first);
        total.Add(second);

        total.TotalTokenCount.Should().Be(first.TotalTokenCount + second.TotalTokenCount).And.BePositive();
        total.InputTextTokenCount.Should().Be(first.InputTextTokenCount + second.InputTextTokenCount).And.BePositive();
    }

    [Fact]
    public async Task Usage_of_a_transcription_is_tokens_or_time()
    {
        var tokens = await TranscribeAsync("""{"type":"tokens","total_tokens":48,"input_tokens":38,"output_tokens":10,"input_token_details":{"text_tokens":10,"audio_tokens":28}}""");
        var time = await TranscribeAsync("""{"type":"duration","seconds":2.5}""");
        var unknown = await TranscribeAsync("""{"type":"characters","count":3}""");

        tokens.Should().BeEquivalentTo(new { TotalTokenCount = 48L, InputTokenCount = 38L, OutputTokenCount = 10L, InputTextTokenCount = 10L, InputAudioTokenCount = 28L });
        time!.AdditionalCounts!["TranscriptionMilliseconds"].Should().Be(2_500);
        unknown.Should().BeNull();
    }

    private static async Task<UsageDetails?> TranscribeAsync(string usage)
    {
        var message = await Talk.HearOneAsync($$"""{"type":"conversation.item.input_audio_transcription.completed","item_id":"i","content_index":0,"transcript":"a","usage":{{usage}}}""");
        return ((InputAudioTranscriptionRealtimeServerMessage)message).Usage;
    }
}
