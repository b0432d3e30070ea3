namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What a conversation has used and what it costs.</summary>
[Collection(nameof(TelemetryWatch))]
public sealed class UsageTests
{
    private static readonly PriceTable Prices = new()
    {
        Models = new Dictionary<string, ModelPrices>
        {
            ["gpt-realtime"] = new() { TextInput = 4m, AudioInput = 32m, CachedTextInput = 0.4m, CachedAudioInput = 0.4m, TextOutput = 16m, AudioOutput = 64m },
            ["gpt-4o-transcribe"] = new() { TextInput = 2.5m, AudioInput = 6m, TextOutput = 10m, TranscriptionMinute = 0.006m },
        },
    };

    private static readonly ResponseUsage Spoken = new()
    {
        TotalTokens = 1_874,
        InputTokens = 1_300,
        OutputTokens = 574,
        InputTokenDetails = new() { TextTokens = 900, AudioTokens = 400, CachedTokens = 600, CachedTokensDetails = new() { TextTokens = 500, AudioTokens = 100 } },
        OutputTokenDetails = new() { TextTokens = 74, AudioTokens = 500 },
    };

    // 400 * 4 + 300 * 32 + 500 * 0.4 + 100 * 0.4 + 74 * 16 + 500 * 64 = 44,624 for a million.
    private const decimal SpokenCost = 0.044624m;

    // 10 * 2.5 + 90 * 6 + 20 * 10 = 765 for a million.
    private const decimal TranscriptCost = 0.000765m;

    [Fact]
    public async Task The_cost_of_a_call_is_the_sum_of_its_responses_and_transcripts()
    {
        await using var talk = await StartAsync(Prices);
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);
        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: Spoken));
        await talk.SendAsync(Wire.Transcript("item_u", "Soup?") with
        {
            Usage = new TranscriptionTokenUsage { TotalTokens = 120, InputTokens = 100, OutputTokens = 20, InputTokenDetails = new() { TextTokens = 10, AudioTokens = 90 } },
        });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Created("resp_2"), Wire.Done("resp_2", usage: Spoken));

        (await reply.Completion.WithTimeout()).Usage.Cost.Should().Be(SpokenCost);
        talk.Conversation.Turns.Select(turn => turn.Usage.Cost).Should().Equal(TranscriptCost, SpokenCost, SpokenCost);
        talk.Conversation.Usage.Should().Be(new ConversationUsage
        {
            TextInputTokens = 800,
            AudioInputTokens = 600,
            CachedTextInputTokens = 1_000,
            CachedAudioInputTokens = 200,
            TextOutputTokens = 148,
            AudioOutputTokens = 1_000,
            TranscriptionTextInputTokens = 10,
            TranscriptionAudioInputTokens = 90,
            TranscriptionOutputTokens = 20,
            Responses = 2,
            Cost = (2 * SpokenCost) + TranscriptCost,
        });
        await talk.Conversation.EndAsync().WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.All.OfType<UsageUpdate>().Select(update => (update.Usage.Cost, update.Total.Cost))
            .Should().Equal((SpokenCost, SpokenCost), (TranscriptCost, SpokenCost + TranscriptCost), (SpokenCost, (2 * SpokenCost) + TranscriptCost));
    }

    [Fact]
    public async Task Transcription_by_duration_costs_by_the_minute()
    {
        await using var talk = await StartAsync(Prices);
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);

        await talk.SendAsync(Wire.Transcript("item_u", "Soup?") with { Usage = new TranscriptionDurationUsage { Duration = TimeSpan.FromSeconds(30) } });

        (talk.Conversation.Usage.TranscriptionDuration, talk.Conversation.Usage.Cost).Should().Be((TimeSpan.FromSeconds(30), 0.003m));
    }

    [Fact]
    public async Task A_transcript_that_comes_after_its_turn_is_complete_is_counted()
    {
        await using var talk = await StartAsync(Prices);
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);
        talk.Time.Advance(TimeSpan.FromSeconds(5));
        await talk.Updates.WhenCompletedAsync(TurnRole.User);

        await talk.SendAsync(Wire.Transcript("item_u", "Soup?") with { Usage = new TranscriptionTokenUsage { TotalTokens = 5, InputTokens = 4, OutputTokens = 1 } });

        talk.Conversation.Usage.TranscriptionTokens.Should().Be(5);
        talk.Conversation.Turns.Single().Usage.TranscriptionTokens.Should().Be(5);
    }

    [Fact]
    public async Task Usage_without_a_price_has_no_cost_and_is_warned_of_once()
    {
        await using var talk = await StartAsync(new() { Models = new Dictionary<string, ModelPrices> { ["gpt-realtime-2"] = new() { TextInput = 4m, AudioInput = 32m, TextOutput = 16m } } });

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: Spoken), Wire.Created("resp_2"), Wire.Done("resp_2", usage: Spoken));

        await talk.Conversation.EndAsync().WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        talk.Conversation.Usage.Cost.Should().BeNull();
        talk.Updates.Warnings.Where(warning => warning.Kind == WarningKind.Usage).Select(warning => warning.Message)
            .Should().Equal("Prices has no price for audio output of the model 'gpt-realtime-2'. This usage has no cost.");
    }

    [Fact]
    public async Task A_budget_of_cost_says_what_it_cannot_count()
    {
        var prices = new PriceTable { Models = new Dictionary<string, ModelPrices> { ["gpt-realtime-2"] = new() { TextInput = 4m, TextOutput = 16m }, ["gpt-4o-transcribe"] = new() { AudioInput = 6m } } };
        await using var talk = await ScriptedConversation.StartAsync(configure: (options, _) => options with { Prices = prices, Budget = new() { Cost = 1m } });

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: Spoken), Wire.Created("resp_2"), Wire.Done("resp_2"), Wire.Created("resp_3"), Wire.Done("resp_3"));

        await talk.Conversation.EndAsync().WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.Warnings.Where(warning => warning.Kind == WarningKind.Usage).Select(warning => warning.Message).Should().Equal(
            "Prices has no price for audio input, cached audio input, audio output of the model 'gpt-realtime-2'. This usage has no cost, and Budget.Cost does not count it.",
            "The server did not report the usage of a response, so the budget cannot count it.");
    }

    [Fact]
    public async Task Without_prices_there_is_no_cost_and_no_warning()
    {
        await using var talk = await StartAsync(prices: null);

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: Spoken));

        await talk.Conversation.EndAsync().WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        (talk.Conversation.Usage.TotalTokens, talk.Conversation.Usage.Cost).Should().Be((1_874, null));
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Prices_that_the_app_changes_later_have_no_effect()
    {
        var models = new Dictionary<string, ModelPrices>(Prices.Models);
        await using var talk = await StartAsync(new() { Models = models });
        models.Clear();

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: Spoken));

        talk.Conversation.Usage.Cost.Should().Be(SpokenCost);
    }

    [Fact]
    public async Task Costs_are_measured()
    {
        var agent = ScriptedConversation.Agent with { Name = "accountant" };
        using var watch = new TelemetryWatch(agent.Name);
        await using var talk = await StartAsync(Prices, agent);
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: Spoken));
        await talk.SendAsync(Wire.Transcript("item_u", "Soup?") with { Usage = new TranscriptionDurationUsage { Duration = TimeSpan.FromMinutes(1) } });

        watch.Measured.Where(measured => measured.Name == "realtime.cost" && Equals(measured.Tags["gen_ai.agent.name"], agent.Name))
            .Select(measured => (measured.Tags["gen_ai.operation.name"], measured.Value)).Should().Equal(("chat", (double)SpokenCost), ("transcribe", 0.006));
    }

    private static Task<ScriptedConversation> StartAsync(PriceTable? prices, RealtimeAgent? agent = null) =>
        ScriptedConversation.StartAsync(agent, (options, _) => options with { Prices = prices });
}
