using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Usage;

public sealed class UsageRulesTests
{
    private static readonly PriceTable Prices = new() { Models = new Dictionary<string, ModelPrices> { ["m"] = new() { TextInput = 1 } } };

    [Fact]
    public void A_farewell_must_be_text_that_can_be_sent() =>
        FluentActions.Invoking(() => UsageRules.ThrowIfInvalid(new() { Budget = new() { Tokens = 1, Farewell = "Adieu\ud83d" } }))
            .Should().Throw<ArgumentException>().WithMessage("Budget.Farewell must not contain a lone surrogate: there is one at index 5.");

    public static TheoryData<decimal?, PriceTable?, string?, string?, string> Models => new()
    {
        { null, Prices, "other", "other", "" },
        { 1, null, "other", "other", "" },
        { 1, Prices, "m", "m", "" },
        { 1, Prices, null, null, "" },
        { 1, Prices, "other", "m", "Budget.Cost requires prices of the model 'other', but Prices has no row for it." },
        { 1, Prices, "m", "other", "Budget.Cost requires prices of the model 'other', but Prices has no row for it." },
    };

    [Theory, MemberData(nameof(Models))]
    public void A_limit_of_the_cost_requires_prices_of_every_model_in_use(decimal? cost, PriceTable? prices, string? model, string? transcription, string fault)
    {
        var options = new RealtimeConversationOptions { Budget = cost is null ? new() { Tokens = 1 } : new() { Cost = cost }, Prices = prices };
        var audio = transcription is null ? null : new AudioConfiguration { Input = new() { Transcription = new TranscriptionConfiguration { Model = transcription } } };
        var agent = new RealtimeAgent { Name = "agent", Session = new() { Audio = audio } };

        var failure = Record.Exception(() => UsageRules.ThrowIfUnpriced(options, model, agent));

        (failure?.Message ?? "").Should().Be(fault);
    }
}
