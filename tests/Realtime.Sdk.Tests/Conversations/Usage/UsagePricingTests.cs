using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Usage;

public sealed class UsagePricingTests
{
    private static readonly ConversationUsage Everything = new()
    {
        TextInputTokens = 1_000_000, AudioInputTokens = 2_000_000, ImageInputTokens = 3_000_000,
        CachedTextInputTokens = 4_000_000, CachedAudioInputTokens = 5_000_000, CachedImageInputTokens = 6_000_000,
        TextOutputTokens = 7_000_000, AudioOutputTokens = 8_000_000,
        TranscriptionTextInputTokens = 9_000_000, TranscriptionAudioInputTokens = 10_000_000, TranscriptionOutputTokens = 11_000_000, TranscriptionDuration = TimeSpan.FromMinutes(12),
    };

    private static readonly string[] Kinds =
    [
        "text input", "audio input", "image input", "cached text input", "cached audio input", "cached image input", "text output", "audio output",
        "text input of transcription", "audio input of transcription", "text output of transcription", "minutes of transcription",
    ];

    public static TheoryData<ModelPrices?, decimal, string[]> Rows => new()
    {
        { null, 0, Kinds },
        { new() { TextInput = 1 }, 1 + 4 + 9, [.. Kinds.Except(["text input", "cached text input", "text input of transcription"])] },
        { new() { AudioInput = 1 }, 2 + 5 + 10, [.. Kinds.Except(["audio input", "cached audio input", "audio input of transcription"])] },
        { new() { ImageInput = 1 }, 3 + 6, [.. Kinds.Except(["image input", "cached image input"])] },
        { new() { CachedTextInput = 1 }, 4, [.. Kinds.Except(["cached text input"])] },
        { new() { CachedAudioInput = 1 }, 5, [.. Kinds.Except(["cached audio input"])] },
        { new() { CachedImageInput = 1 }, 6, [.. Kinds.Except(["cached image input"])] },
        { new() { TextOutput = 1 }, 7 + 11, [.. Kinds.Except(["text output", "text output of transcription"])] },
        { new() { AudioOutput = 1 }, 8, [.. Kinds.Except(["audio output"])] },
        { new() { TranscriptionMinute = 1 }, 12, [.. Kinds.Except(["minutes of transcription"])] },
    };

    [Theory, MemberData(nameof(Rows))]
    public void What_has_a_price_is_charged_and_the_rest_is_named(ModelPrices? prices, decimal cost, string[] unpriced)
    {
        var named = new List<string>();

        UsagePricing.GetCost(Everything, prices, named).Should().Be(cost);

        named.Should().Equal(unpriced);
    }

    [Fact]
    public void A_sum_stays_within_the_range()
    {
        UsagePricing.Sum(1.5m, 2).Should().Be(3.5m);
        UsagePricing.Sum(1.5m, -2).Should().Be(-0.5m);
        UsagePricing.Sum(decimal.MaxValue, 1).Should().Be(decimal.MaxValue);
        UsagePricing.Sum(decimal.MinValue, -1).Should().Be(decimal.MinValue);
    }
}
