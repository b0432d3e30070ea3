namespace Realtime.Sdk.Testing.Tests.Conversations.Guardrails;

/// <summary>Guardrails on what the agent says.</summary>
public sealed class OutputGuardrailTests
{
    private static readonly Guardrail NoPrices = Guardrail.OnOutput("no_prices", text => text.Contains('€', StringComparison.Ordinal) ? "Do not name prices." : null) with { CheckEvery = 1 };

    private static readonly RealtimeAgent Waiter = ScriptedConversation.Agent with { Guardrails = [NoPrices] };

    [Fact]
    public async Task A_spoken_answer_is_stopped_cut_off_at_what_was_heard_and_answered_again()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter);
        await talk.SpeakAsync("resp_1", "item_1", "The soup", 1_000);
        talk.Time.Advance(TimeSpan.FromMilliseconds(500));

        await talk.SendAsync(Wire.Speech("resp_1", "item_1", " costs 5 € today", 1_000));
        await talk.WhenSentAsync<ConversationItemTruncateEvent>();
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));
        await talk.WhenRequestedAsync();

        talk.SentTypes.Should().BeEquivalentTo("response.cancel", "conversation.item.truncate", "conversation.item.create", "response.create");
        talk.Sent.OfType<ConversationItemTruncateEvent>().Single().AudioEnd.Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
        var explanation = talk.Sent.OfType<ConversationItemCreateEvent>().Single().Item.Should().BeOfType<MessageItem>().Which;
        explanation.Role.Should().Be(ItemRole.System);
        explanation.Content.Should().ContainSingle().Which.Should().BeOfType<InputTextPart>().Which.Text.Should().Contain("Do not name prices.");
        talk.SentTypes.ToList().IndexOf("conversation.item.create").Should().Be(talk.SentTypes.ToList().IndexOf("response.create") - 1);
        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        turn.HeardText.Should().NotContain("€");
        turn.WasInterrupted.Should().BeTrue();
        var update = await talk.Updates.WhenAsync<GuardrailUpdate>();
        (update.Guardrail, update.Reason, update.Turn!.Id, update.Call).Should().Be(("no_prices", "Do not name prices.", turn.Id, null));
    }

    [Fact]
    public async Task A_written_answer_is_not_returned_but_the_corrected_one()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter);
        var asking = talk.Conversation.AskAsync("What does the soup cost?");
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "It costs 5 €.")]);

        await talk.WhenRequestedAsync(2);
        await talk.WhenSentAsync<ConversationItemDeleteEvent>();
        asking.IsCompleted.Should().BeFalse();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "The menu has the prices.")]);

        (await asking.WithTimeout()).Text.Should().Be("The menu has the prices.");
        var blocked = talk.Conversation.Turns.Single(turn => turn.Text == "It costs 5 €.");
        (blocked.HeardText, blocked.WasInterrupted).Should().Be(("", true));
    }

    [Fact]
    public async Task The_result_of_a_reply_has_only_what_was_allowed()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter);
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "It costs 5 €.")]);
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "See the menu.")]);

        (await reply.Completion.WithTimeout()).Should().BeEquivalentTo(new { Status = ReplyStatus.Completed, Text = "See the menu." });
        (await reply.Heard.WithTimeout()).Text.Should().Be("See the menu.");
    }

    [Fact]
    public async Task An_answer_without_a_violation_completes_when_its_whole_text_was_checked()
    {
        var check = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var texts = new List<string>();
        var slow = Guardrail.OnOutput("slow", (text, _, _) =>
        {
            texts.Add(text);
            return check.Task;
        });
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [slow] });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Soup.")]);
        await talk.SettleAsync();
        reply.Completion.IsCompleted.Should().BeFalse();
        check.SetResult(null);

        (await reply.Completion.WithTimeout()).Text.Should().Be("Soup.");
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).HeardText.Should().Be("Soup.");
        texts.Should().Equal("Soup.");
    }

    [Fact]
    public async Task A_reply_that_one_guardrail_blocks_completes_when_another_one_has_allowed_it_later()
    {
        var check = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [NoPrices, Guardrail.OnOutput("slow", (text, _, _) => text.Contains('€', StringComparison.Ordinal) ? check.Task : Task.FromResult<string?>(null))] });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "5 €.")]);
        await talk.WhenRequestedAsync(2);
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "See the menu.")]);

        check.SetResult(null);

        (await reply.Completion.WithTimeout()).Text.Should().Be("See the menu.");
        (await reply.Heard.WithTimeout()).Text.Should().Be("See the menu.");
        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).HeardText.Should().BeEmpty();
    }

    [Fact]
    public async Task A_reply_that_is_not_corrected_completes_when_all_guardrails_have_checked_it()
    {
        var check = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [NoPrices, Guardrail.OnOutput("slow", (_, _, _) => check.Task)] });
        var reply = talk.Conversation.Say("Five euros.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "5 €.")]);
        await talk.Updates.WhenAsync<GuardrailUpdate>();

        check.SetResult(null);

        (await reply.Completion.WithTimeout()).Text.Should().BeEmpty();
    }

    [Fact]
    public async Task The_whole_text_of_an_interrupted_reply_is_checked()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [NoPrices with { CheckEvery = 100 }] });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", "It costs 5 €", 1_000);
        await talk.SendAsync(Wire.SpeechStarted("item_u"));

        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));

        (await reply.Completion.WithTimeout()).Should().BeEquivalentTo(new { Status = ReplyStatus.Interrupted, Text = "" });
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle();
        talk.Sent.OfType<ConversationItemCreateEvent>().Should().ContainSingle();
    }

    [Fact]
    public async Task A_blocked_answer_that_has_made_a_call_is_followed_when_the_call_has_ended()
    {
        var cook = new TestFunction();
        await using var talk = await ScriptedConversation.StartAsync(cook.Agent with { Guardrails = [NoPrices] });
        await talk.SendAsync(Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));
        var run = await cook.WhenRunAsync();
        await talk.SendAsync([.. Wire.Item("resp_1", "item_1"), new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = "5 €." }]);
        await talk.WhenSentAsync<ResponseCancelEvent>();
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty("the call is running");

        run.Return("Done.");

        await talk.WhenRequestedAsync();
        talk.SentTypes.Should().EndWith("response.create").And.Contain("conversation.item.create");
    }

    [Fact]
    public async Task A_check_gets_all_text_so_far_after_each_number_of_characters()
    {
        var texts = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var guardrail = Guardrail.OnOutput("log", text =>
        {
            texts.Enqueue(text);
            return null;
        }) with
        { CheckEvery = 4 };
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [guardrail] });
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1")]);
        foreach (var delta in new[] { "ab", "cd", "ef", "gh", "i" })
        {
            await talk.SendAsync(new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = delta });
            await talk.SettleAsync();
        }

        await talk.SendAsync(Wire.Done("resp_1"));
        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);

        // While one check runs, no other begins, so the one in between depends on the thread pool.
        texts.Should().StartWith("abcd").And.EndWith("abcdefghi").And.OnlyHaveUniqueItems();
        texts.Should().OnlyContain(text => text == "abcd" || text == "abcdefgh" || text == "abcdefghi");
    }

    [Fact]
    public async Task While_a_check_thinks_the_conversation_goes_on()
    {
        var check = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = Guardrail.OnOutput("slow", (_, _, _) => check.Task) with { CheckEvery = 1 };
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [slow] });
        await talk.SpeakAsync("resp_1", "item_1", "The soup", 500);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "The soup"), Wire.Done("resp_1")]);
        await talk.AdvanceUntilAsync(talk.WhenStatusAsync(ConversationStatus.Listening));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        talk.Conversation.Status.Should().Be(ConversationStatus.UserSpeaking);
        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Thanks."), Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Bye.")]);
        check.SetResult(null);

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2);
        talk.Updates.Completed.Select(turn => turn.HeardText).Should().Equal("The soup", "Thanks.", "Bye.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_check_that_fails_allows_or_blocks_as_its_guardrail_says(bool blocks)
    {
        var broken = Guardrail.OnOutput("broken", string? (_) => throw new TimeZoneNotFoundException()) with { BlocksOnFailure = blocks };
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [broken] });

        for (var i = 1; i <= 2; i++)
            await talk.SendAsync([Wire.Created($"resp_{i}"), .. Wire.Text($"resp_{i}", $"item_{i}", "Soup.")]);

        var turn = await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2);
        turn.HeardText.Should().Be(blocks ? "" : "Soup.");
        await talk.EndAsync();
        talk.Updates.All.OfType<GuardrailUpdate>().Select(update => update.Reason).Should().Equal(Enumerable.Repeat("The answer could not be checked.", blocks ? 2 : 0));
        talk.Updates.Warnings.Should().ContainSingle(warning => warning.Kind == WarningKind.Guardrail).Which.Exception.Should().BeOfType<TimeZoneNotFoundException>();
    }

    [Fact]
    public async Task A_check_that_never_returns_fails_after_its_timeout()
    {
        using var release = new ManualResetEventSlim();
        var stuck = Guardrail.OnOutput("stuck", text =>
        {
            release.Wait(TestTimeout.Limit);
            return null;
        }) with
        { Timeout = TimeSpan.FromSeconds(2) };
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [stuck] });
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Soup.")]);

        await talk.AdvanceUntilAsync(talk.Updates.WhenCompletedAsync(TurnRole.Agent));

        (await talk.Updates.WhenAsync<WarningUpdate>(warning => warning.Kind == WarningKind.Guardrail)).Exception.Should().BeOfType<TimeoutException>();
        release.Set();
    }

    [Fact]
    public async Task Corrections_that_break_the_rule_again_end_after_three()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter);
        var reply = talk.Conversation.Respond();

        for (var i = 1; i <= 4; i++)
        {
            await talk.WhenRequestedAsync(i);
            await talk.SendAsync([Wire.Created($"resp_{i}"), .. Wire.Text($"resp_{i}", $"item_{i}", "5 €.")]);
        }

        (await reply.Completion.WithTimeout()).Text.Should().BeEmpty();
        await talk.Updates.WhenAsync<WarningUpdate>();
        await talk.SettleAsync();
        talk.Requests.Should().HaveCount(4);
        await talk.EndAsync();
        talk.Updates.Warnings.Should().ContainSingle(warning => warning.Kind == WarningKind.Guardrail);
    }

    [Fact]
    public async Task An_answer_that_the_user_has_interrupted_is_explained_without_another_reply()
    {
        var check = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var talk = await ScriptedConversation.StartAsync(Waiter with { Guardrails = [Guardrail.OnOutput("slow", (_, _, _) => check.Task) with { CheckEvery = 1 }] });
        await talk.SpeakAsync("resp_1", "item_1", "It costs 5 €", 1_000);
        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        await talk.SendAsync(Wire.Done("resp_1", ResponseStatus.Cancelled));

        check.SetResult("Do not name prices.");

        await talk.Updates.WhenAsync<GuardrailUpdate>();
        await talk.SettleAsync();
        talk.Requests.Should().BeEmpty();
        talk.Sent.OfType<ConversationItemCreateEvent>().Should().ContainSingle();
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("completed")]
    public async Task A_blocked_answer_with_a_call_is_followed_by_one_reply(string status)
    {
        var cook = new TestFunction();
        await using var talk = await ScriptedConversation.StartAsync(cook.Agent with { Guardrails = [NoPrices] });
        var call = Wire.Call("call_1");
        await talk.SendAsync([Wire.Created("resp_1"), Wire.ItemDone("resp_1", call), .. Wire.Item("resp_1", "item_1"), new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = "5 €" }]);
        await talk.WhenSentAsync<ResponseCancelEvent>();
        await talk.SendAsync(Wire.Done("resp_1", new ResponseStatus(status)));

        (await cook.WhenRunAsync()).Return("Done.");
        await talk.WhenRequestedAsync();
        await talk.WhenOutputAsync("call_1");
        await talk.SettleAsync();

        talk.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task An_answer_that_is_blocked_while_its_call_runs_is_followed_by_the_reply_about_the_call()
    {
        var check = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cook = new TestFunction();
        await using var talk = await ScriptedConversation.StartAsync(cook.Agent with { Guardrails = [Guardrail.OnOutput("slow", (_, _, _) => check.Task)] });
        await talk.SendAsync([Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")), .. Wire.Text("resp_1", "item_1", "5 €")]);

        check.SetResult("Do not name prices.");
        await talk.Updates.WhenAsync<GuardrailUpdate>();
        (await cook.WhenRunAsync()).Return("Done.");

        await talk.WhenRequestedAsync();
        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle();
        talk.Sent.OfType<ConversationItemCreateEvent>().Should().ContainSingle(sent => sent.Item is MessageItem);
    }

    [Fact]
    public async Task The_guardrails_are_those_of_the_agent_that_speaks()
    {
        var other = new RealtimeAgent { Name = "other", Session = new() { Instructions = "Say anything." } };
        await using var talk = await ScriptedConversation.StartAsync(Waiter);
        var switching = talk.Conversation.SwitchAgentAsync(other);
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
        await switching.WithTimeout();

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "5 €.")]);

        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).HeardText.Should().Be("5 €.");
        talk.Updates.All.OfType<GuardrailUpdate>().Should().BeEmpty();
    }

    [Fact]
    public async Task In_a_call_the_service_is_asked_to_stop_the_audio()
    {
        await using var talk = await ScriptedConversation.StartAsync(Waiter, inCall: true);

        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1"), new OutputAudioBufferStartedEvent { ResponseId = "resp_1" }, new ResponseOutputAudioTranscriptDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = "It costs 5 €." }]);
        await talk.WhenSentAsync<OutputAudioBufferClearEvent>();
        await talk.SendAsync(new OutputAudioBufferClearedEvent { ResponseId = "resp_1" }, Wire.Done("resp_1", ResponseStatus.Cancelled));

        await talk.WhenRequestedAsync();
        talk.SentTypes.Should().Contain("response.cancel");
        (await talk.Updates.WhenAsync<GuardrailUpdate>()).Guardrail.Should().Be("no_prices");
    }

    [Fact]
    public async Task The_end_of_the_conversation_does_not_wait_for_a_check()
    {
        var check = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var token = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var talk = await ScriptedConversation.StartAsync(Waiter with
        {
            Guardrails = [Guardrail.OnOutput("slow", (_, _, cancellationToken) =>
            {
                token.TrySetResult(cancellationToken);
                return check.Task;
            })],
        });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Soup.")]);
        var cancellation = await token.Task.WithTimeout();

        await talk.EndAsync();

        (await reply.Completion.WithTimeout()).Status.Should().Be(ReplyStatus.Completed);
        await reply.Heard.WithTimeout();
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(canceled.SetResult);
        await canceled.Task.WithTimeout();
        check.SetResult("Too late.");
        talk.Updates.All[^1].Should().BeOfType<EndUpdate>();
    }
}
