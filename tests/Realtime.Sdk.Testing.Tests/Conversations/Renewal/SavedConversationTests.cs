using System.Text.Json;

namespace Realtime.Sdk.Testing.Tests.Conversations.Renewal;

/// <summary>Conversations that are saved, and continue in another process.</summary>
public sealed class SavedConversationTests
{
    private readonly TestFunction _cook = new();

    [Fact]
    public async Task A_saved_conversation_continues_in_another_process()
    {
        string json;
        await using (var first = await RenewingConversation.StartAsync(agent: _cook.Agent))
        {
            first.Emulator.Model.When("soup").Calls("cook").Says("Here it is.");
            var asking = first.Conversation.AskAsync("A soup, please.");
            await first.AdvanceAsync(1);
            (await _cook.WhenRunAsync()).Return("Cooked.");
            await first.Time.RunUntilAsync(asking).WithTimeout();
            json = first.Conversation.Save().ToJson();
        }

        var saved = SavedConversation.Parse(json);
        await using var second = await RenewingConversation.StartAsync(agent: _cook.Agent, configure: options => options with { History = saved, Renewal = null });

        saved.Agent.Should().Be("waiter");
        RenewingConversation.HistoryOf(second.Session).Should().Equal(
            ("user", "A soup, please."), ("call", ((FunctionCallItem)saved.Items[1]).CallId!), ("output", "Cooked."), ("assistant", "Here it is."));
        var renewal = (await second.Updates.WhenAsync<RenewalUpdate>());
        (renewal.Reason, renewal.HistoryItems, renewal.NotCarriedOver.Count).Should().Be((RenewalReason.Restored, 4, 0));
        second.Conversation.Turns.Should().BeEmpty();
        second.Conversation.Items.Should().HaveCount(4);
        second.Conversation.Save().Items.Should().HaveCount(4);
        _cook.Runs.Should().ContainSingle();
        second.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task The_conversation_contains_the_history_when_it_starts()
    {
        var saved = new SavedConversation { Agent = "waiter", SavedAt = DateTimeOffset.UnixEpoch, Items = [.. Enumerable.Range(0, 200).Select(i => ConversationItem.UserText($"{i}"))] };
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();

        // Several, because the conversation reads the confirmations on another thread.
        for (var i = 0; i < 5; i++)
        {
            await using var talk = await client.StartConversationAsync(ScriptedConversation.Agent, new() { History = saved }).WithTimeout();
            talk.Items.Should().HaveCount(200);
        }
    }

    [Fact]
    public async Task It_can_be_saved_during_a_gap_and_after_the_end()
    {
        await using var talk = await RenewingConversation.StartAsync();
        talk.Emulator.Model.When("soups").Says("Three soups.");
        await talk.AskAsync("Which soups?");
        await talk.BeginGapAsync();
        var inGap = talk.Conversation.Save();

        await talk.Conversation.DisposeAsync().WithTimeout();

        inGap.Items.Should().HaveCount(2);
        talk.Conversation.Save().Items.Should().HaveCount(2);
    }

    [Fact]
    public async Task What_does_not_fit_is_listed()
    {
        var saved = new SavedConversation { Agent = "waiter", SavedAt = DateTimeOffset.UnixEpoch, Items = [.. Enumerable.Range(0, 10).Select(i => ConversationItem.UserText($"{i}".PadRight(40)))] };

        await using var talk = await RenewingConversation.StartAsync(new() { HistoryTokens = 3 * 14 }, configure: options => options with { History = saved });

        var renewal = await talk.Updates.WhenAsync<RenewalUpdate>();
        renewal.HistoryItems.Should().Be(3);
        renewal.NotCarriedOver.Should().ContainSingle().Which.Kind.Should().Be(RenewalLossKind.History);
    }

    [Fact]
    public async Task Items_of_any_kind_and_size_in_a_saved_conversation_do_not_prevent_the_start()
    {
        var saved = SavedConversation.Parse(
            """
            {"version":1,"agent":"waiter","saved_at":"2026-01-01T00:00:00Z","items":[
              {"type":"message","role":"user","content":[{"type":"input_text","text":"Hello."}]},
              {"type":"message","role":"robot","content":[{"type":"input_text","text":"Hello."}]},
              {"type":"message","role":"user","content":[]},
              {"type":"function_call_output","call_id":"call_unknown","output":"x"},
              {"type":"something_new","x":[1,2,3]},
              {"type":"message","role":"system","content":[{"type":"input_text","text":"Remember this."}]}
            ]}
            """);

        await using var talk = await RenewingConversation.StartAsync(configure: options => options with { History = saved });

        var renewal = await talk.Updates.WhenAsync<RenewalUpdate>();
        renewal.HistoryItems.Should().BeGreaterThanOrEqualTo(2);
        (renewal.HistoryItems + renewal.NotCarriedOver.Count).Should().Be(6);
        talk.Conversation.Status.Should().Be(ConversationStatus.Listening);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":"1","agent":"a","saved_at":"2026-01-01T00:00:00Z","items":[]}""")]
    [InlineData("""{"version":99999999999,"agent":"a","saved_at":"2026-01-01T00:00:00Z","items":[]}""")]
    [InlineData("""{"version":2,"agent":"a","saved_at":"2026-01-01T00:00:00Z","items":[]}""")]
    [InlineData("""{"version":1,"agent":5,"saved_at":"2026-01-01T00:00:00Z","items":[]}""")]
    [InlineData("""{"version":1,"agent":"a","saved_at":"yesterday","items":[]}""")]
    [InlineData("""{"version":1,"agent":"a","saved_at":"2026-01-01T00:00:00Z","items":{}}""")]
    [InlineData("""{"version":1,"agent":"a","saved_at":"2026-01-01T00:00:00Z","items":[null]}""")]
    [InlineData("""{"version":1,"agent":"a","saved_at":"2026-01-01T00:00:00Z","items":[5,"canary"]}""")]
    [InlineData("""{"version":1,"agent":"a\ud800","saved_at":"2026-01-01T00:00:00Z","items":[]}""")]
    [InlineData("""{"version":1,"agent":"a","saved_at":"2026-01-01T00:00:00Z","items":[{"type":"message","role":"user","content":"canary" """)]
    public void Text_that_is_no_saved_conversation_is_refused_without_quoting_it(string json)
    {
        var refused = FluentActions.Invoking(() => SavedConversation.Parse(json)).Should().Throw<FormatException>().Which;

        refused.ToString().Should().NotContain("canary");
        refused.InnerException.Should().BeNull();
    }

    [Fact]
    public void Deeply_nested_text_is_refused()
    {
        var json = $$"""{"version":1,"agent":"a","saved_at":"2026-01-01T00:00:00Z","items":{{new string('[', 5_000)}}""";

        FluentActions.Invoking(() => SavedConversation.Parse(json)).Should().Throw<FormatException>();
    }

    [Fact]
    public void Json_round_trips_and_unknown_members_are_ignored()
    {
        var saved = new SavedConversation
        {
            Agent = "a \"quoted\" <name> \u00e9",
            SavedAt = new(2026, 5, 1, 12, 30, 0, TimeSpan.FromHours(2)),
            Items =
            [
                ConversationItem.UserText("Hello."), ConversationItem.AssistantText("Hi."), new FunctionCallItem { CallId = "call_1", Name = "cook", Arguments = "{\"a\":1}" },
                new FunctionCallOutputItem { CallId = "call_1", Output = "Done." },
            ],
        };

        var json = saved.ToJson();
        var read = SavedConversation.Parse(json);
        var extended = SavedConversation.Parse(json.Insert(1, "\"later\":{\"x\":1},"));

        (read.Agent, read.SavedAt).Should().Be((saved.Agent, saved.SavedAt));
        read.Items.Should().Equal(saved.Items);
        extended.ToJson().Should().Be(json);
        JsonDocument.Parse(json).RootElement.GetProperty("version").GetInt32().Should().Be(1);
    }
}
