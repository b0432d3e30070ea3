namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>How a budget ends a conversation. "Farewell" is the last reply.</summary>
public sealed class BudgetTests
{
    private static readonly ReplyOptions Beside = new() { Response = new() { Conversation = ResponseConversation.None } };

    [Fact]
    public async Task The_farewell_takes_the_place_of_the_response_that_would_exceed_the_budget()
    {
        await using var talk = await StartAsync(new() { Tokens = 1_000, Farewell = "Say adieu." });
        var first = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await AnswerAsync(talk, "resp_1", 600);

        var second = await talk.Conversation.Respond("Go on.").Completion.WithTimeout();

        (second.Status, second.Exception).Should().Match<(ReplyStatus, Exception?)>(result => result.Item1 == ReplyStatus.Refused && result.Item2 is RealtimeBudgetException);
        second.Exception!.Message.Should().Be("The rest of the budget is reserved for the farewell: 600 of 1000 tokens are used.");
        var farewell = await talk.WhenRequestedAsync(2);
        farewell.Response!.Instructions.Should().Be("Take the order.\n\nSay adieu.");
        farewell.Response.ToolChoice.Should().Be(ToolChoice.None);
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Adieu.").SkipLast(1), Wire.Done("resp_2", usage: Tokens(900))]);
        var end = await talk.Conversation.Completion.WithTimeout();
        (end.Reason, end.Message, end.Exception).Should().Be((ConversationEndReason.BudgetSpent, "The rest of the budget is reserved for the farewell: 600 of 1000 tokens are used.", null));
        talk.Requests.Should().HaveCount(2);
        talk.Conversation.Usage.TotalTokens.Should().Be(1_500);
        (await first.Completion).Usage.TotalTokens.Should().Be(600);
    }

    [Fact]
    public async Task Whoever_asks_when_the_budget_is_spent_gets_its_own_exception()
    {
        await using var talk = await StartAsync(new() { Tokens = 1_000 });
        await AnswerAsync(talk, "resp_1", 900);

        var asking = talk.Conversation.AskAsync("What is in the soup?");

        await asking.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<RealtimeBudgetException>();
        await talk.WhenRequestedAsync();
        talk.SentTypes.Should().NotContain("conversation.item.create", "the question was not sent");
        await talk.SendAsync([Wire.Created("resp_2"), Wire.Done("resp_2")]);
        await talk.Conversation.Completion.WithTimeout();
        await talk.Conversation.Awaiting(conversation => conversation.AskAsync("And now?").WithTimeout()).Should().ThrowAsync<RealtimeBudgetException>();
        (await talk.Conversation.Respond().Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Refused);
    }

    [Fact]
    public async Task A_response_that_exceeds_the_budget_is_heard_and_no_other_follows()
    {
        await using var talk = await StartAsync(new() { Tokens = 1_000 });
        await talk.SpeakAsync("resp_1", "item_1", "We have three soups today.", 800);
        var queued = talk.Conversation.Respond("Go on.");

        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "We have three soups today."), Wire.Done("resp_1", usage: Tokens(5_000))]);

        (await queued.Completion.WithTimeout()).Exception.Should().BeOfType<RealtimeBudgetException>().Which.Message.Should().Be("The budget is spent: 5000 of 1000 tokens are used.");
        var before = talk.Conversation.Completion.IsCompleted;
        await talk.SendAsync(Wire.Created("resp_other"));
        (await talk.WhenSentAsync<ResponseCancelEvent>()).ResponseId.Should().Be("resp_other", "nobody may begin another response");
        await talk.SendAsync(Wire.Done("resp_other", ResponseStatus.Cancelled));
        talk.Time.Advance(TimeSpan.FromMilliseconds(800));
        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
        before.Should().BeFalse();
        talk.Requests.Should().BeEmpty();
        talk.Conversation.Turns[0].HeardText.Should().Be("We have three soups today.");
    }

    [Fact]
    public async Task A_conversation_that_is_cut_interrupts_the_agent_and_says_no_goodbye()
    {
        await using var talk = await StartAsync(new() { Tokens = 1_000, OnSpent = WhenSpent.EndImmediately });
        await AnswerAsync(talk, "resp_0", 900);
        await talk.SpeakAsync("resp_1", "item_1", "We have three soups today.", 2_000);
        talk.Time.Advance(TimeSpan.FromMilliseconds(700));

        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "We have three soups today."), Wire.Done("resp_1", usage: Tokens(100))]);

        var end = await talk.Conversation.Completion.WithTimeout();
        (end.Reason, end.Message).Should().Be((ConversationEndReason.BudgetSpent, "The budget is spent: 1000 of 1000 tokens are used."));
        talk.Requests.Should().BeEmpty();
        (talk.Conversation.Turns[^1].WasInterrupted, talk.Conversation.Turns[^1].HeardDuration).Should().Be((true, TimeSpan.FromMilliseconds(700)));
    }

    [Fact]
    public async Task When_the_time_is_over_the_response_in_progress_ends_and_the_farewell_follows()
    {
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(10) });
        await talk.SendAsync(Wire.Created("resp_1"));
        talk.Time.Advance(TimeSpan.FromSeconds(10));
        var refused = talk.Conversation.Respond("Go on.");

        (await refused.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Refused);
        await talk.SendAsync(Wire.Done("resp_1"));

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().EndWith("the conversation has to end now, and say goodbye.");
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Goodbye.")]);
        var end = await talk.Conversation.Completion.WithTimeout();
        (end.Reason, end.Message).Should().Be((ConversationEndReason.BudgetSpent, "The budget is spent: 10 of 10 seconds have passed."));
        talk.Requests.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_conversation_can_be_cut_when_its_time_is_over()
    {
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(10), OnSpent = WhenSpent.EndImmediately });
        await talk.SpeakAsync("resp_1", "item_1", "We have three soups today.", 20_000);

        talk.Time.Advance(TimeSpan.FromSeconds(10));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
        talk.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_server_that_never_answers_the_farewell_does_not_keep_the_conversation_open()
    {
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(1) });
        talk.Time.Advance(TimeSpan.FromSeconds(1));
        await talk.WhenRequestedAsync();

        for (var i = 0; i < 5; i++)
            talk.Time.Advance(TimeSpan.FromSeconds(2.5));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
    }

    [Fact]
    public async Task Each_limit_is_warned_of_once()
    {
        await using var talk = await StartAsync(new() { Tokens = 1_000, Time = TimeSpan.FromSeconds(10), WarnAt = 0.5 });
        await AnswerAsync(talk, "resp_1", 100);
        await AnswerAsync(talk, "resp_2", 400);
        await AnswerAsync(talk, "resp_3", 10);
        talk.Time.Advance(TimeSpan.FromSeconds(5));
        await AnswerAsync(talk, "resp_4", 10);

        await talk.Conversation.EndAsync().WithTimeout();
        await talk.Updates.Reading.WithTimeout();
        talk.Updates.Warnings.Where(warning => warning.Kind == WarningKind.BudgetLow).Select(warning => warning.Message)
            .Should().Equal("The budget is low: 500 of 1000 tokens are used.", "The budget is low: 5 of 10 seconds have passed.");
    }

    [Fact]
    public async Task The_server_no_longer_answers_by_itself_when_the_farewell_is_next()
    {
        var detection = new ServerVad { CreateResponse = true, InterruptResponse = false, Threshold = 0.4 };
        var agent = ScriptedConversation.Agent with { Session = ScriptedConversation.Agent.Session with { Audio = new() { Input = new() { TurnDetection = detection } } } };
        await using var talk = await StartAsync(new() { Tokens = 1_000 }, agent);
        await AnswerAsync(talk, "resp_1", 700);

        var update = await talk.WhenSentAsync<SessionUpdateEvent>(2);

        var off = (ServerVad)DetectionIn(update)!;
        (off.CreateResponse, off.InterruptResponse, off.Threshold).Should().Be((false, false, 0.4));
        await talk.Server.AnswerUpdateAsync(update);
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u")]);
        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().EndWith("say goodbye.", "it takes the place of the answer");
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Goodbye.", "item_u")]);
        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
    }

    [Fact]
    public async Task Automatic_answers_that_somebody_turns_on_again_are_turned_off_again_but_not_without_end()
    {
        await using var talk = await StartAsync(new() { Tokens = 1_000 });
        await AnswerAsync(talk, "resp_1", 700);

        for (var i = 0; i < 20; i++)
            await talk.SendAsync(new SessionUpdatedEvent { Session = new() { Configuration = new RealtimeSessionConfiguration { Audio = new() { Input = new() { TurnDetection = new ServerVad() } } } } });

        await talk.WhenSentAsync<SessionUpdateEvent>(9);
        talk.Sent.OfType<SessionUpdateEvent>().Should().HaveCount(8);
    }

    [Fact]
    public async Task Responses_are_requested_one_after_the_other_so_that_only_one_can_exceed_the_budget()
    {
        await using var talk = await StartAsync(new() { Tokens = 100_000 });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        var beside = talk.Conversation.Respond(Beside);
        var refused = talk.Conversation.Respond(Beside with { OnBusy = WhenBusy.Refuse });
        var last = talk.Conversation.Respond("Go on.");

        (await refused.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Refused);
        await talk.SendAsync(Wire.Created("resp_1"));
        talk.Requests.Should().HaveCount(1);
        await talk.SendAsync(Wire.Done("resp_1", usage: Tokens(10)));
        (await talk.WhenRequestedAsync(2)).Response!.Conversation.Should().Be(ResponseConversation.None);
        await talk.SendAsync(Wire.Created("resp_b", conversationId: null));
        talk.Requests.Should().HaveCount(2);
        await talk.SendAsync(Wire.Done("resp_b", conversationId: null, usage: Tokens(10)));
        (await talk.WhenRequestedAsync(3)).Response!.Instructions.Should().EndWith("Go on.");
        await talk.SendAsync(Wire.Created("resp_2"), Wire.Done("resp_2", usage: Tokens(10)));
        await Task.WhenAll(reply.Completion, beside.Completion, last.Completion).WithTimeout();
    }

    [Fact]
    public async Task A_budget_of_time_does_not_hold_back_replies_out_of_band()
    {
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(10) });
        await talk.SendAsync(Wire.Created("resp_1"));

        talk.Conversation.Respond(Beside);

        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task The_farewell_takes_the_place_of_the_reply_that_follows_function_calls()
    {
        var cook = new TestFunction();
        await using var talk = await StartAsync(new() { Tokens = 1_000 }, cook.Agent);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        var done = Wire.DoneWith("resp_1", Wire.Call("call_1"));
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")), done with { Response = done.Response with { Usage = Tokens(800) } });

        (await cook.WhenRunAsync()).Return("Done.");

        await talk.WhenOutputAsync("call_1");
        (await talk.WhenRequestedAsync(2)).Response!.Instructions.Should().EndWith("say goodbye.", "the output is in its context");
        var result = await reply.Completion.WithTimeout();
        (result.Status, result.Exception is RealtimeBudgetException, result.Usage.TotalTokens).Should().Be((ReplyStatus.Refused, true, 800));
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Goodbye.")]);
        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
    }

    [Fact]
    public async Task Functions_in_progress_do_not_hold_back_the_farewell_and_are_canceled_after_it()
    {
        var cook = new TestFunction { ObeysToken = true };
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(2) }, cook.Agent);
        var asking = talk.Conversation.AskAsync("Soup, please.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var run = await cook.WhenRunAsync();

        talk.Time.Advance(TimeSpan.FromSeconds(2));

        await talk.WhenRequestedAsync(2);
        await asking.Awaiting(task => task.WithTimeout()).Should().ThrowAsync<RealtimeBudgetException>();
        run.Token.IsCancellationRequested.Should().BeFalse();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Goodbye.")]);
        await talk.Conversation.Completion.WithTimeout();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Canceled);
        talk.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_last_reply_of_the_app_is_the_farewell()
    {
        await using var talk = await StartAsync(new() { Tokens = 1_000 });
        await AnswerAsync(talk, "resp_1", 700);

        var ending = talk.Conversation.EndAsync("Say that the kitchen closes.");

        (await talk.WhenRequestedAsync()).Response!.Instructions.Should().EndWith("Say that the kitchen closes.");
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "We close.")]);
        await ending.WithTimeout();
        (await talk.Conversation.Completion).Reason.Should().Be(ConversationEndReason.Ended);
        talk.Requests.Should().HaveCount(1);
    }

    [Fact]
    public async Task Whoever_ends_the_conversation_during_the_farewell_waits_for_it()
    {
        await using var talk = await StartAsync(new() { Time = TimeSpan.FromSeconds(1) });
        talk.Time.Advance(TimeSpan.FromSeconds(1));
        await talk.WhenRequestedAsync();

        var ending = talk.Conversation.EndAsync("Say goodbye.");
        await talk.SendAsync(Wire.Created("resp_1"));
        var before = ending.IsCompleted;
        await talk.SendAsync([.. Wire.Text("resp_1", "item_1", "Goodbye.")]);

        await ending.WithTimeout();
        before.Should().BeFalse();
        (await talk.Conversation.Completion).Reason.Should().Be(ConversationEndReason.BudgetSpent);
        talk.Requests.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_connection_that_is_left_open_stays_open()
    {
        await using var talk = await StartAsync(new() { Tokens = 10 }, configure: options => options with { LeaveConnectionOpen = true });

        await talk.SendAsync(Wire.Created("resp_1"), Wire.Done("resp_1", usage: Tokens(10)));

        (await talk.Conversation.Completion.WithTimeout()).Reason.Should().Be(ConversationEndReason.BudgetSpent);
        await talk.PingAsync();
        DetectionIn(talk.Server.Received.Select(message => message.Event).OfType<SessionUpdateEvent>().Last()).Should().BeOfType<ServerVad>().Which.CreateResponse.Should().BeFalse();
    }

    [Fact]
    public async Task Invalid_budgets_and_prices_are_listed_all_at_once()
    {
        var options = new RealtimeConversationOptions
        {
            Budget = new() { Tokens = 0, Time = TimeSpan.Zero, Cost = -1m, WarnAt = double.NaN, OnSpent = (WhenSpent)7, Farewell = " " },
            Prices = new() { Models = new Dictionary<string, ModelPrices> { ["gpt-realtime-2"] = new() { TextInput = -0.5m, AudioOutput = 2_000_000_000m }, ["empty"] = new() } },
        };

        await FluentActions.Awaiting(() => ScriptedConversation.StartAsync(configure: (defaults, _) => options with { TimeProvider = defaults.TimeProvider }))
            .Should().ThrowAsync<ArgumentException>().WithMessage(
                "Budget.Tokens is 0, must be more than 0. Budget.Time is 00:00:00, must be more than zero. Budget.Cost is -1, must be more than 0. "
                + "Budget.WarnAt is NaN, must be more than 0 and at most 1. Budget.OnSpent is 7, must be a value of WhenSpent. Budget.Farewell must not be blank. "
                + "Prices.Models[\"gpt-realtime-2\"].TextInput is -0.5, must be 0 to 1000000000. Prices.Models[\"gpt-realtime-2\"].AudioOutput is 2000000000, must be 0 to 1000000000. "
                + "Prices.Models[\"empty\"] must have a price.");
        await FluentActions.Awaiting(() => StartAsync(new())).Should().ThrowAsync<ArgumentException>().WithMessage("Budget must set Tokens, Time or Cost.");
        await FluentActions.Awaiting(() => StartAsync(new() { Cost = 1m })).Should().ThrowAsync<ArgumentException>().WithMessage("Budget.Cost requires Prices, which is not set.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_budget_of_cost_is_refused_if_a_model_of_the_conversation_has_no_prices(bool isAttached)
    {
        var prices = new PriceTable { Models = new Dictionary<string, ModelPrices> { ["another-model"] = new() { TextInput = 1m } } };

        var starting = FluentActions.Awaiting(() => ScriptedConversation.StartAsync(configure: (options, _) => options with { Budget = new() { Cost = 1m }, Prices = prices, LeaveConnectionOpen = isAttached }));

        await starting.Should().ThrowAsync<ArgumentException>().WithMessage(
            "Budget.Cost requires prices of the model 'gpt-realtime-2', but Prices has no row for it. Budget.Cost requires prices of the model 'gpt-4o-transcribe', but Prices has no row for it.");
    }

    internal static ResponseUsage Tokens(int tokens) => new() { TotalTokens = tokens, InputTokens = tokens / 2, OutputTokens = tokens - (tokens / 2) };

    private static Task<ScriptedConversation> StartAsync(
        ConversationBudget budget, RealtimeAgent? agent = null, Func<RealtimeConversationOptions, RealtimeConversationOptions>? configure = null) =>
        ScriptedConversation.StartAsync(agent, (options, _) => (configure?.Invoke(options) ?? options) with { Budget = budget });

    /// <summary>Sends a whole response that the server has begun by itself, or that was requested.</summary>
    private static Task AnswerAsync(ScriptedConversation talk, string id, int tokens) =>
        talk.SendAsync([Wire.Created(id), .. Wire.Text(id, $"item_{id}", "Soup.").SkipLast(1), Wire.Done(id, usage: Tokens(tokens))]);

    private static TurnDetection? DetectionIn(SessionUpdateEvent update) => ((RealtimeSessionConfiguration)update.Session).Audio?.Input?.TurnDetection;
}
