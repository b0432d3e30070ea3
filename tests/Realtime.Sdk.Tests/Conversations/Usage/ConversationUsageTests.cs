namespace Realtime.Sdk.Tests.Conversations.Usage;

/// <summary>Usage from what servers report, and sums of it.</summary>
public sealed class ConversationUsageTests
{
    [Fact]
    public void Tokens_are_counted_by_modality_and_cached_ones_only_as_cached()
    {
        var usage = ConversationUsage.From(new ResponseUsage
        {
            TotalTokens = 253,
            InputTokens = 180,
            OutputTokens = 73,
            InputTokenDetails = new() { TextTokens = 119, AudioTokens = 41, ImageTokens = 20, CachedTokens = 80, CachedTokensDetails = new() { TextTokens = 64, AudioTokens = 16 } },
            OutputTokenDetails = new() { TextTokens = 23, AudioTokens = 50 },
        });

        usage.Should().Be(new ConversationUsage
        {
            TextInputTokens = 55,
            AudioInputTokens = 25,
            ImageInputTokens = 20,
            CachedTextInputTokens = 64,
            CachedAudioInputTokens = 16,
            TextOutputTokens = 23,
            AudioOutputTokens = 50,
            Responses = 1,
        });
        usage.TotalTokens.Should().Be(253);
    }

    [Fact]
    public void Tokens_that_the_details_do_not_contain_are_text()
    {
        ConversationUsage.From(new ResponseUsage { InputTokens = 10, OutputTokens = 5 }).Should().Be(new ConversationUsage { TextInputTokens = 10, TextOutputTokens = 5, Responses = 1 });
        ConversationUsage.From(new ResponseUsage { TotalTokens = 7 }).Should().Be(new ConversationUsage { TextInputTokens = 7, Responses = 1 });
        ConversationUsage.From(new ResponseUsage { InputTokens = 0, OutputTokens = 90, OutputTokenDetails = new() { TextTokens = 10, AudioTokens = 50 } })
            .Should().Be(new ConversationUsage { TextOutputTokens = 40, AudioOutputTokens = 50, Responses = 1 }, "30 tokens of reasoning are in no detail");
        ConversationUsage.From((ResponseUsage?)null).Should().Be(new ConversationUsage { Responses = 1 });
    }

    [Fact]
    public void Impossible_counts_are_neither_negative_nor_more_than_there_are()
    {
        var usage = ConversationUsage.From(new ResponseUsage
        {
            TotalTokens = -1,
            InputTokens = int.MinValue,
            OutputTokens = -5,
            InputTokenDetails = new() { TextTokens = 10, AudioTokens = -3, ImageTokens = int.MaxValue, CachedTokensDetails = new() { TextTokens = 50, AudioTokens = 8, ImageTokens = -1 } },
            OutputTokenDetails = new() { TextTokens = int.MinValue, AudioTokens = int.MaxValue },
        });

        usage.Should().Be(new ConversationUsage { CachedTextInputTokens = 10, ImageInputTokens = int.MaxValue, AudioOutputTokens = int.MaxValue, Responses = 1 });
    }

    [Fact]
    public void Transcription_is_counted_by_tokens_or_by_duration()
    {
        ConversationUsage.From(new TranscriptionTokenUsage { TotalTokens = 48, InputTokens = 36, OutputTokens = 12, InputTokenDetails = new() { TextTokens = 6, AudioTokens = 30 } })
            .Should().Be(new ConversationUsage { TranscriptionTextInputTokens = 6, TranscriptionAudioInputTokens = 30, TranscriptionOutputTokens = 12 });
        ConversationUsage.From(new TranscriptionTokenUsage { TotalTokens = 5 }).Should().Be(new ConversationUsage { TranscriptionAudioInputTokens = 5 });
        ConversationUsage.From(new TranscriptionTokenUsage { TotalTokens = -5, InputTokens = -1, OutputTokens = -4 }).TranscriptionTokens.Should().Be(0);
        ConversationUsage.From(new TranscriptionDurationUsage { Duration = TimeSpan.FromSeconds(3.5) }).TranscriptionDuration.Should().Be(TimeSpan.FromSeconds(3.5));
        ConversationUsage.From(new TranscriptionDurationUsage { Duration = TimeSpan.MinValue }).TranscriptionDuration.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Sums_stay_at_the_maximum()
    {
        var most = new ConversationUsage
        {
            TextInputTokens = long.MaxValue,
            AudioOutputTokens = long.MaxValue,
            TranscriptionAudioInputTokens = long.MaxValue,
            TranscriptionOutputTokens = long.MaxValue,
            TranscriptionDuration = TimeSpan.MaxValue,
            Responses = int.MaxValue,
            Cost = decimal.MaxValue,
        };

        var sum = most + most;

        sum.Should().Be(most);
        (sum.TotalTokens, sum.TranscriptionTokens).Should().Be((long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void A_sum_has_a_cost_only_if_everything_in_it_has_one()
    {
        var (nothing, free, priced, unpriced) = (new ConversationUsage(), new ConversationUsage { Responses = 1 }, new ConversationUsage { TextInputTokens = 1, Cost = 0.25m }, new ConversationUsage { AudioInputTokens = 1 });

        (priced + priced).Cost.Should().Be(0.5m);
        (nothing + priced + free).Cost.Should().Be(0.25m);
        (priced + unpriced).Cost.Should().BeNull();
        (unpriced + priced).Cost.Should().BeNull();
        (nothing + free).Cost.Should().BeNull();
    }
}
