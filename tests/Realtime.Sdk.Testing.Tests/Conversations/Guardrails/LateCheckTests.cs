using Realtime.Sdk.Testing.Tests.Conversations.Agents;
using Realtime.Sdk.Testing.Tests.Conversations.Renewal;

namespace Realtime.Sdk.Testing.Tests.Conversations.Guardrails;

/// <summary>Checks whose results meet function calls, interruptions, losses of the session, and code that never returns.</summary>
public sealed class LateCheckTests
{
    private readonly TaskCompletionSource<string?> _check = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TestFunction _cook = new();

    private Guardrail Slow => Guardrail.OnOutput("slow", (_, _, _) => _check.Task) with { CheckEvery = 1, Timeout = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Three_corrections_are_the_maximum_even_if_functions_are_called_between_them()
    {
        var noPrices = Guardrail.OnOutput("no_prices", text => text.Contains('€', StringComparison.Ordinal) ? "Do not name prices." : null);
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent with { Guardrails = [noPrices] });
        var reply = talk.Conversation.Respond();
        var requests = 0;

        // Each correction calls a function, and the reply about its output breaks the rule.
        for (var i = 0; i < 4; i++)
        {
            await talk.WhenRequestedAsync(++requests);
            await talk.SendAsync(Wire.Calls($"resp_{requests}", Wire.Call($"call_{i}")));
            (await _cook.WhenRunAsync()).Return("Done.");
            await talk.WhenRequestedAsync(++requests);
            await talk.SendAsync([Wire.Created($"resp_{requests}"), .. Wire.Text($"resp_{requests}", $"item_{requests}", "5 €.")]);
        }

        (await reply.Completion.WithTimeout()).Text.Should().BeEmpty();
        await talk.SettleAsync();
        talk.Requests.Should().HaveCount(requests);
    }

    [Fact]
    public async Task An_answer_that_is_blocked_after_the_reply_about_its_call_was_requested_is_not_followed_by_another_one()
    {
        var slow = Guardrail.OnOutput("slow", (text, _, _) => text.Contains('€', StringComparison.Ordinal) ? _check.Task : Task.FromResult<string?>(null));
        await using var talk = await ScriptedConversation.StartAsync(_cook.Agent with { Guardrails = [slow] });
        await talk.SendAsync([Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")), .. Wire.Text("resp_1", "item_1", "5 €")]);
        (await _cook.WhenRunAsync()).Return("Done.");
        await talk.WhenRequestedAsync();

        _check.SetResult("Do not name prices.");
        await talk.Updates.WhenAsync<GuardrailUpdate>();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "It is done.")]);

        await talk.SettleAsync();
        talk.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_check_whose_cancellation_blocks_does_not_hold_up_the_reply()
    {
        using var release = new ManualResetEventSlim();
        var stuck = Guardrail.OnOutput("stuck", (_, _, cancellationToken) =>
        {
            cancellationToken.Register(release.Wait);
            return _check.Task;
        });
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Guardrails = [stuck] });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Text("resp_1", "item_1", "Soup.")]);

        try
        {
            await talk.AdvanceUntilAsync(reply.Completion);
        }
        finally
        {
            release.Set();
        }
    }

    [Fact]
    public async Task An_answer_that_was_heard_completely_is_not_interrupted_by_speech_during_its_check()
    {
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Guardrails = [Slow] });
        var reply = talk.Conversation.Respond();
        await talk.WhenRequestedAsync();
        await talk.SpeakAsync("resp_1", "item_1", "The soup", 500);
        await talk.SendAsync([.. Wire.SpeechDone("resp_1", "item_1", "The soup"), Wire.Done("resp_1")]);
        await talk.AdvanceUntilAsync(talk.WhenStatusAsync(ConversationStatus.Listening));

        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        _check.SetResult(null);

        (await talk.Updates.WhenCompletedAsync(TurnRole.Agent)).WasInterrupted.Should().BeFalse();
        (await reply.Heard.WithTimeout()).WasInterrupted.Should().BeFalse();
    }

    [Fact]
    public async Task The_complete_text_is_checked_even_if_the_user_speaks_before_an_earlier_check_has_ended()
    {
        var texts = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var slow = Guardrail.OnOutput("slow", (text, _, _) =>
        {
            texts.Enqueue(text);
            return _check.Task;
        }) with
        { CheckEvery = 1 };
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Guardrails = [slow] });
        await talk.SendAsync([Wire.Created("resp_1"), .. Wire.Item("resp_1", "item_1"), new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = "It" }]);
        await talk.SendAsync([new ResponseOutputTextDeltaEvent { ResponseId = "resp_1", ItemId = "item_1", Delta = " costs" }, Wire.Done("resp_1")]);

        await talk.SendAsync(Wire.SpeechStarted("item_u"));
        _check.SetResult(null);

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent);
        texts.Should().Equal("It", "It costs");
    }

    [Fact]
    public async Task A_reply_that_has_failed_with_its_session_is_not_corrected_in_the_next_one()
    {
        RenewingConversation? talk = null;
        var isChecking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = Guardrail.OnOutput("slow", async (_, _, cancellationToken) =>
        {
            isChecking.TrySetResult();
            await Task.Delay(TimeSpan.FromSeconds(20), talk!.Time, cancellationToken);
            return "Be brief.";
        }) with
        { CheckEvery = 1, Timeout = TimeSpan.FromHours(1) };
        await using var started = talk = await RenewingConversation.StartAsync(agent: ScriptedConversation.Agent with { Guardrails = [slow] });
        talk.Emulator.Model.When("story").Says("This is a long answer that takes a while to be generated, because it has many words, and then some more words.");
        var asking = talk.Conversation.AskAsync("Tell a story.");
        await talk.Time.RunUntilAsync(isChecking.Task).WithTimeout();
        await talk.LoseAsync();
        await talk.WhenRenewedAsync();
        await asking.Invoking(asking => asking.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();

        await talk.AdvanceAsync(30);

        talk.Session.Received.Select(message => message.Event).OfType<ResponseCreateEvent>().Should().BeEmpty();
    }

    [Fact]
    public async Task The_function_that_ends_a_task_is_not_checked()
    {
        var nothing = Guardrail.OnArguments("nothing", (_, _, _) => Task.FromResult<string?>("Call nothing."));
        var clerk = new RealtimeAgent { Name = "clerk", Session = new() { Instructions = "Ask for the number." }, Guardrails = [nothing] };
        await using var talk = await ScriptedConversation.StartAsync();
        var running = talk.Conversation.RunAsync(clerk, TaskJson.Default.Int32);
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(2));
        await talk.WhenRequestedAsync();

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "finish_task", """{"value":7}""")));
        var answering = talk.WhenOutputAsync("call_1");
        await talk.Server.AnswerUpdateAsync(await talk.WhenSentAsync<SessionUpdateEvent>(3));

        (await running.WithTimeout()).Should().Be(7);
        (await answering).Should().Be("The task is done.");
    }
}
