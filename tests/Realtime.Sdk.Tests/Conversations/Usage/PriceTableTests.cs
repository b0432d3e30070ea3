using Microsoft.Extensions.Configuration;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Usage;

public sealed class PriceTableTests
{
    private static readonly ModelPrices Prices = new()
    {
        TextInput = 4m, AudioInput = 32m, ImageInput = 5m, CachedTextInput = 0.4m, CachedAudioInput = 0.4m, CachedImageInput = 0.5m, TextOutput = 16m, AudioOutput = 64m,
    };

    [Fact]
    public void A_snapshot_has_the_prices_of_the_longest_name_that_it_continues()
    {
        var (mini, small, large, exact) = (new ModelPrices { TextInput = 1 }, new ModelPrices { TextInput = 2 }, new ModelPrices { TextInput = 3 }, new ModelPrices { TextInput = 4 });
        var table = new PriceTable
        {
            Models = new Dictionary<string, ModelPrices> { ["gpt"] = mini, ["gpt-realtime"] = small, ["gpt-realtime-2.1"] = large, ["gpt-realtime-2.1-2026-05-01"] = exact },
        };

        table.Find("gpt-realtime-2.1-2026-05-01").Should().BeSameAs(exact);
        table.Find("gpt-realtime-2.1-2026-08-28").Should().BeSameAs(large);
        table.Find("gpt-realtime-2.1").Should().BeSameAs(large);
        table.Find("gpt-realtime-2.10").Should().BeSameAs(small, "a row ends where a hyphen follows");
        table.Find("gpt-realtime").Should().BeSameAs(small);
        table.Find("gpt-4o").Should().BeSameAs(mini);
        table.Find("GPT-realtime").Should().BeNull("names are case-sensitive");
        table.Find("gp").Should().BeNull();
        table.Find("").Should().BeNull();
    }

    [Fact]
    public void The_cost_of_a_response_is_the_sum_over_its_kinds_of_tokens()
    {
        var usage = new ConversationUsage
        {
            TextInputTokens = 1_000, AudioInputTokens = 200, ImageInputTokens = 300, CachedTextInputTokens = 5_000, CachedAudioInputTokens = 700, CachedImageInputTokens = 40,
            TextOutputTokens = 60, AudioOutputTokens = 450, Responses = 1,
        };
        var unpriced = new List<string>();

        // 0.004 + 0.0064 + 0.0015 + 0.002 + 0.00028 + 0.00002 + 0.00096 + 0.0288
        UsagePricing.GetCost(usage, Prices, unpriced).Should().Be(0.04396m);
        unpriced.Should().BeEmpty();
    }

    [Fact]
    public void Transcription_costs_by_its_own_model_per_token_or_per_minute()
    {
        var unpriced = new List<string>();
        var tokens = new ConversationUsage { TranscriptionTextInputTokens = 100, TranscriptionAudioInputTokens = 1_000, TranscriptionOutputTokens = 200 };
        var minutes = new ConversationUsage { TranscriptionDuration = TimeSpan.FromSeconds(90) };

        // 0.00025 + 0.006 + 0.002
        UsagePricing.GetCost(tokens, new() { TextInput = 2.5m, AudioInput = 6m, TextOutput = 10m }, unpriced).Should().Be(0.00825m);
        UsagePricing.GetCost(minutes, new() { TranscriptionMinute = 0.006m }, unpriced).Should().Be(0.009m);
        unpriced.Should().BeEmpty();
    }

    [Fact]
    public void Cached_tokens_without_a_price_of_their_own_cost_as_much_as_others_and_other_kinds_are_unpriced()
    {
        var unpriced = new List<string>();
        var usage = new ConversationUsage { CachedTextInputTokens = 1_000_000, AudioInputTokens = 5, AudioOutputTokens = 1, TranscriptionDuration = TimeSpan.FromSeconds(1) };

        UsagePricing.GetCost(usage, new() { TextInput = 4m, AudioInput = 0m }, unpriced).Should().Be(4m);

        unpriced.Should().Equal("audio output", "minutes of transcription");
    }

    [Fact]
    public void The_largest_usage_at_the_largest_prices_does_not_overflow()
    {
        var most = new ModelPrices
        {
            TextInput = UsageRules.MaxPrice, AudioInput = UsageRules.MaxPrice, ImageInput = UsageRules.MaxPrice, TextOutput = UsageRules.MaxPrice, AudioOutput = UsageRules.MaxPrice,
            TranscriptionMinute = UsageRules.MaxPrice,
        };
        var usage = new ConversationUsage
        {
            TextInputTokens = long.MaxValue, AudioInputTokens = long.MaxValue, ImageInputTokens = long.MaxValue, CachedTextInputTokens = long.MaxValue,
            CachedAudioInputTokens = long.MaxValue, CachedImageInputTokens = long.MaxValue, TextOutputTokens = long.MaxValue, AudioOutputTokens = long.MaxValue,
            TranscriptionDuration = TimeSpan.MaxValue,
        };

        UsagePricing.GetCost(usage, most, []).Should().BeGreaterThan(UsageRules.MaxPrice);
    }

    [Fact]
    public void Prices_are_read_from_configuration()
    {
        var table = PriceTable.FromConfiguration(Section(("gpt-realtime-2.1:TextInput", "4"), ("gpt-realtime-2.1:audiooutput", "64.5"), ("whisper-1:TranscriptionMinute", "6e-3")));

        table.Should().Be(new PriceTable
        {
            Models = new Dictionary<string, ModelPrices> { ["gpt-realtime-2.1"] = new() { TextInput = 4m, AudioOutput = 64.5m }, ["whisper-1"] = new() { TranscriptionMinute = 0.006m } },
        });
    }

    [Fact]
    public void All_errors_of_a_configuration_are_listed()
    {
        FluentActions.Invoking(() => PriceTable.FromConfiguration(Section(("a:TextInput", "4,5"), ("a:TextInputs", "1"), ("b", "5")))).Should().Throw<ArgumentException>().WithMessage(
            "The prices are not valid. Prices:a:TextInput must be a number. Prices:a:TextInputs is not a price, did you mean \"TextInput\"? Prices:b has no prices.*");
        FluentActions.Invoking(() => PriceTable.FromConfiguration(Section())).Should().Throw<ArgumentException>().WithMessage("*section Prices is missing or has no members.*");
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] prices) => new ConfigurationBuilder()
        .AddInMemoryCollection(prices.Select(price => KeyValuePair.Create($"Prices:{price.Key}", (string?)price.Value))).Build().GetSection("Prices");
}
