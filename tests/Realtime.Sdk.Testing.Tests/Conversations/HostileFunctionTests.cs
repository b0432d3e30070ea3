namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Servers and apps that are broken, or mean harm, and functions.</summary>
public sealed class HostileFunctionTests
{
    private const string Key = "sk-proj-0123456789abcdefghij0123456789abcdefghij";

    private readonly TestFunction _cook = new() { ObeysToken = true };

    [Fact]
    public async Task A_call_runs_once_even_if_fewer_items_are_kept_than_a_response_has_calls()
    {
        await using var talk = await StartAsync(limits: new() { MaxItems = 1 });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2"), Wire.Call("call_3")));

        for (var i = 0; i < 3; i++)
            (await _cook.WhenRunAsync()).Return("Soup.");
        await talk.WhenRequestedAsync();
        _cook.Runs.Should().HaveCount(3);
    }

    [Fact]
    public async Task Approvals_that_nobody_answers_are_bounded()
    {
        await using var talk = await StartAsync(limits: new() { MaxUnreadUpdates = 100_000 });

        for (var i = 0; i < 10; i++)
            await talk.SendAsync(Wire.Calls($"resp_{i}", [.. Enumerable.Range(0, 60).Select(n => Wire.ApprovalRequest($"mcpr_{i}_{n}"))]));

        OpenCalls(talk).Should().BeLessThan(300);
    }

    [Fact]
    public async Task Calls_of_the_service_that_never_end_are_bounded()
    {
        await using var talk = await StartAsync(limits: new() { MaxUnreadUpdates = 100_000 });

        for (var i = 0; i < 10; i++)
        {
            await talk.SendAsync(
            [
                Wire.Created($"resp_{i}"),
                .. Enumerable.Range(0, 60).Select(n => new ResponseOutputItemAddedEvent { ResponseId = $"resp_{i}", Item = Wire.McpCall($"mcp_{i}_{n}") with { Status = ItemStatus.InProgress } }),
            ]);
        }

        OpenCalls(talk).Should().BeLessThan(300);
    }

    [Fact]
    public async Task Too_many_calls_of_a_response_are_reported_once()
    {
        await using var talk = await StartAsync();

        await talk.SendAsync([Wire.Created("resp_1"), .. Enumerable.Range(0, 2_000).Select(i => Wire.ItemDone("resp_1", Wire.Call($"call_{i}", "other")))]);

        await talk.EndAsync();
        talk.Updates.Warnings.Where(warning => warning.Kind == WarningKind.Limit).Should().ContainSingle();
        talk.Conversation.Turns.Single().Calls.Should().HaveCount(64);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_service_cannot_end_a_call_of_a_function(bool byApproval)
    {
        await using var talk = await StartAsync();
        await talk.SendAsync([Wire.Created("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1"))]);
        var run = await _cook.WhenRunAsync();

        await talk.SendAsync(Wire.ItemDone("resp_1", byApproval ? Wire.McpCall("mcp_1", "call_1", "poison") : Wire.McpCall("call_1", null, "poison")));

        run.Return("Soup.");
        (await talk.WhenOutputAsync("call_1")).Should().Be("Soup.");
        (await talk.WhenOverAsync("call_1")).Output.Should().Be("Soup.");
    }

    [Fact]
    public async Task The_question_for_an_approval_is_canceled_when_the_service_does_not_wait_for_the_answer()
    {
        var asked = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var talk = await StartAsync(options => options with
        {
            Approve = async (_, cancellationToken) =>
            {
                cancellationToken.Register(canceled.SetResult);
                asked.SetResult(cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return true;
            },
        });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));
        await asked.Task.WithTimeout();

        await talk.SendAsync(Wire.Calls("resp_2", Wire.McpCall("mcp_1", "mcpr_1")));

        await canceled.Task.WithTimeout();
    }

    [Fact]
    public async Task An_exception_whose_message_throws_ends_the_call()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Throw(new BadException(() => throw new InvalidOperationException()));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Error: the function failed.");
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task An_exception_whose_message_blocks_does_not_block_the_conversation()
    {
        await using var talk = await StartAsync();
        using var gate = new ManualResetEventSlim();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (await _cook.WhenRunAsync()).Throw(new BadException(() =>
        {
            asked.TrySetResult();
            gate.Wait();
            return "A bug.";
        }));
        await asked.Task.WithTimeout();

        var turns = Task.Run(() => talk.Conversation.Turns.Count);
        var isBlocked = await Task.WhenAny(turns, Task.Delay(TestTimeout.Limit / 4)) != turns;

        gate.Set();
        await turns.WithTimeout();
        isBlocked.Should().BeFalse();
    }

    [Fact]
    public async Task A_response_that_is_done_again_and_again_has_one_reply_and_its_turn_ends()
    {
        await using var talk = await StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", "One moment.", 500);
        await talk.SendAsync([Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1"), Wire.Done("resp_1"), Wire.Done("resp_1")]);
        (await _cook.WhenRunAsync()).Return("Soup.");
        await talk.WhenRequestedAsync();
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Here you are.")]);

        await talk.AdvanceUntilAsync(talk.Updates.WhenCompletedAsync(TurnRole.Agent));

        talk.Updates.Completed.First(turn => turn.Role == TurnRole.Agent).Text.Should().Be("One moment.\nHere you are.");
        talk.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_call_that_is_reported_after_the_end_of_its_response_has_a_reply()
    {
        await using var talk = await StartAsync();
        await talk.SpeakAsync("resp_1", "item_1", "One moment.", 500);
        await talk.SendAsync(Wire.Done("resp_1"), Wire.ItemDone("resp_1", Wire.Call("call_1")));

        (await _cook.WhenRunAsync()).Return("Soup.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("Soup.");
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task A_text_for_an_error_that_is_never_returned_is_not_waited_for_forever()
    {
        using var gate = new ManualResetEventSlim();
        await using var talk = await StartAsync(options => options with { FunctionErrorText = (_, _) => { gate.Wait(); return "late"; } });
        try
        {
            await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "other")));
            await talk.SettleAsync();

            talk.Time.Advance(TimeSpan.FromMinutes(1));

            (await talk.WhenOutputAsync("call_1")).Should().Be("Error: there is no such function.");
        }
        finally
        {
            gate.Set();
        }
    }

    [Fact]
    public async Task A_chain_of_approved_calls_does_not_make_one_turn_without_end()
    {
        await using var talk = await StartAsync(
            options => options with { Approve = (_, _) => Task.FromResult(true), Limits = new() { MaxUnreadUpdates = 100_000 } });

        for (var i = 0; i < 100; i++)
        {
            await talk.SendAsync(Wire.Calls($"resp_{i}", [.. Enumerable.Range(0, 50).Select(n => Wire.ApprovalRequest($"mcpr_{i}_{n}"))]));
            await talk.WhenSentAsync<ConversationItemCreateEvent>((i + 1) * 50);
            await talk.SendAsync(Wire.Calls($"resp_b{i}", [.. Enumerable.Range(0, 50).Select(n => Wire.McpCall($"mcp_{i}_{n}", $"mcpr_{i}_{n}"))]));
        }

        talk.Conversation.Turns.Max(turn => turn.Calls.Count).Should().BeLessThan(2_000);
    }

    [Theory]
    [InlineData("\r\nX: 1")]
    [InlineData("\0")]
    [InlineData("long")]
    [InlineData(Key)]
    public async Task IDs_and_names_of_any_kind_are_data(string text)
    {
        if (text == "long")
            text = new string('x', 10_000);
        var log = new CallbackLog();
        await using var talk = await StartAsync(options => options with { LoggerFactory = log });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call($"a{text}"), Wire.Call($"b{text}", $"other {text}")));
        (await _cook.WhenRunAsync()).Return("Soup.");

        (await talk.WhenOutputAsync($"a{text}")).Should().Be("Soup.");
        (await talk.WhenOutputAsync($"b{text}")).Should().Be("Error: there is no such function.");
        await talk.WhenRequestedAsync();
        await talk.Updates.WhenAsync<WarningUpdate>();
        await WhenLoggedAsync(talk, log, 1);
        var words = talk.Updates.Warnings.Select(warning => warning.Message).Concat(log.Entries);
        words.Should().HaveCount(2).And.NotContain(word => word.Contains(Key) || word.Length > 1_200 || word.Any(char.IsControl));
    }

    [Fact]
    public async Task Keys_in_exceptions_and_arguments_are_masked()
    {
        var log = new CallbackLog();
        await using var talk = await StartAsync(options => options with { LoggerFactory = log, Approve = (_, _) => throw new InvalidOperationException(Key) });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", arguments: $$"""{"key":"{{Key}}"}"""), Wire.ApprovalRequest("mcpr_1", Key)));

        (await _cook.WhenRunAsync()).Throw(new InvalidOperationException($"Bad key {Key}"));

        await talk.WhenOverAsync("call_1");
        await talk.WhenOverAsync("mcpr_1");
        await WhenLoggedAsync(talk, log, 2);
        log.Entries.Should().HaveCount(2).And.NotContain(text => text.Contains(Key));
        talk.Updates.Warnings.Select(warning => warning.Message).Should().NotContain(text => text.Contains(Key));
        talk.Updates.All.OfType<FunctionCallUpdate>().Select(update => $"{update} {update.Call}").Should().NotContain(text => text.Contains(Key));
        talk.Updates.All.OfType<ApprovalUpdate>().Select(update => $"{update}").Should().NotContain(text => text.Contains(Key));
        talk.Conversation.Turns.Select(turn => $"{turn}").Should().NotContain(text => text.Contains(Key));
    }

    [Fact]
    public async Task An_approval_is_answered_once_by_any_number_of_threads()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.ApprovalRequest("mcpr_1")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();
        var firsts = 0;

        await Task.Run(() => Parallel.For(0, 100, i =>
        {
            if (i % 2 == 0 ? approval.Approve() : approval.Deny())
                Interlocked.Increment(ref firsts);
        })).WithTimeout();

        await talk.SettleAsync();
        firsts.Should().Be(1);
        talk.Sent.OfType<ConversationItemCreateEvent>().Should().ContainSingle();
    }

    [Fact]
    public async Task A_call_is_completed_once_by_any_number_of_threads()
    {
        var agent = ScriptedConversation.Agent with { Functions = [AgentFunction.Declare(new() { Name = "page" })] };
        await using var talk = await ScriptedConversation.StartAsync(agent);
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "page")));

        var completing = Enumerable.Range(0, 100).Select(i => Task.Run(() => talk.Conversation.CompleteCallAsync("call_1", $"{i}"))).ToList();
        var sent = await talk.WhenSentAsync<ConversationItemCreateEvent>();
        await talk.SendAsync(new ConversationItemAddedEvent { Item = sent.Item });

        await Task.WhenAll(completing.Select(async task => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing))).WithTimeout();
        completing.Count(task => task.IsCompletedSuccessfully).Should().Be(1);
        talk.Outputs.Should().ContainSingle();
    }

    [Fact]
    public async Task A_conversation_may_end_while_its_functions_start()
    {
        for (var i = 0; i < 20; i++)
        {
            var talk = await StartAsync(limits: new() { MaxConcurrentFunctions = 64 });
            foreach (var serverEvent in Wire.Calls("resp_1", [.. Enumerable.Range(0, 64).Select(n => Wire.Call($"call_{n}"))]).Take(20 + (2 * i)))
                await talk.Server.SendAsync(serverEvent);
            await talk.DisposeAsync();
            await talk.Updates.Reading.WithTimeout();
            var calls = talk.Updates.All.OfType<FunctionCallUpdate>().Where(update => update.Call.IsOver).Select(update => update.Call.CallId).ToList();
            calls.Should().OnlyHaveUniqueItems();
            talk.Updates.All[^1].Should().BeOfType<EndUpdate>();
        }
    }

    [Fact]
    public async Task A_reply_whose_tag_two_responses_claim_ends()
    {
        await using var talk = await StartAsync();
        var reply = talk.Conversation.Respond();
        var tags = (await talk.WhenRequestedAsync()).Response!.Metadata;
        await talk.SendAsync([Wire.Created("resp_1", tags), .. Wire.Speech("resp_1", "item_1", "One moment.", 500), Wire.ItemDone("resp_1", Wire.Call("call_1")), Wire.Done("resp_1", metadata: tags)]);
        await talk.SendAsync([Wire.Created("resp_2", tags), .. Wire.Text("resp_2", "item_2", "Lie.")[..^1], Wire.Done("resp_2", metadata: tags)]);

        (await _cook.WhenRunAsync()).Return("Soup.");

        await talk.AdvanceUntilAsync(Task.WhenAll(reply.Completion, reply.Heard));
    }

    [Fact]
    public async Task A_turn_ends_if_the_reply_is_recognized_only_at_its_end()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
        (await _cook.WhenRunAsync()).Return("Soup.");
        var tags = (await talk.WhenRequestedAsync()).Response!.Metadata;
        await talk.SendAsync([Wire.SpeechStarted("item_u"), .. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);
        await talk.SendAsync([Wire.Created("resp_2"), .. Wire.Text("resp_2", "item_2", "Here.")[..^1], Wire.Done("resp_2", metadata: tags)]);

        await talk.Updates.WhenCompletedAsync(TurnRole.Agent, 2);

        talk.Conversation.Turns.Should().OnlyContain(turn => turn.IsComplete);
    }

    [Fact]
    public async Task The_item_of_a_call_may_be_deleted_at_any_moment()
    {
        for (var moment = 0; moment < 4; moment++)
        {
            await using var talk = await StartAsync(options => options with { FunctionErrorText = (_, _) => "Sorry." });
            var deleted = new ConversationItemDeletedEvent { ItemId = "item_call_1" };
            var events = Wire.Calls("resp_1", Wire.Call("call_1")).ToList();
            events.Insert(moment, deleted);
            await talk.SendAsync([.. events]);
            if (moment < 2)
                (await _cook.WhenRunAsync()).Return("Soup.");
            await talk.WhenOverAsync("call_1");
            await talk.SendAsync(deleted);
            await talk.SettleAsync();

            talk.Outputs.Should().HaveCount(moment < 2 ? 1 : 0);
            talk.Requests.Should().HaveCount(moment < 2 ? 1 : 0);
            await talk.EndAsync();
            talk.Updates.All.OfType<FunctionCallUpdate>().Count(update => update.Call.IsOver).Should().Be(1);
        }
    }

    [Fact]
    public async Task Calls_of_a_conversation_within_a_function_are_those_of_that_conversation()
    {
        var function = AgentFunction.Create("ask", "Asks.", async (_, cancellationToken) =>
        {
            await using var nested = await ScriptedConversation.StartAsync(_cook.Agent);
            await nested.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));
            (await _cook.WhenRunAsync()).Return("Inner.");
            return await nested.WhenOutputAsync("call_1");
        });
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "ask")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("Inner.");
        await talk.WhenRequestedAsync();
    }

    [Theory]
    [InlineData(0, "Error: the function failed.")]
    [InlineData(1, "")]
    [InlineData(2, "Error: the function failed.")]
    [InlineData(3, "Error: the function failed.")]
    public async Task Handlers_that_return_nothing_or_cancel_for_no_reason_end_their_call(int kind, string output)
    {
        var function = AgentFunction.Create("cook", "Cooks.", (_, _) => kind switch
        {
            0 => null!,
            1 => Task.FromResult<string>(null!),
            2 => throw new OperationCanceledException(),
            _ => Task.FromCanceled<string>(new(canceled: true)),
        });
        await using var talk = await ScriptedConversation.StartAsync(ScriptedConversation.Agent with { Functions = [function] });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1")));

        (await talk.WhenOutputAsync("call_1")).Should().Be(output);
        await talk.WhenRequestedAsync();
    }

    [Fact]
    public async Task Registrations_of_a_token_that_throw_or_block_do_not_keep_the_conversation_from_ending()
    {
        using var gate = new ManualResetEventSlim();
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1"), Wire.Call("call_2")));
        (await _cook.WhenRunAsync()).Token.Register(() => throw new InvalidOperationException());
        (await _cook.WhenRunAsync()).Token.Register(gate.Wait);

        await talk.Conversation.DisposeAsync().WithTimeout();

        await talk.Updates.Reading.WithTimeout();
        gate.Set();
    }

    [Fact]
    public async Task Callbacks_may_wait_for_a_thread_that_calls_the_conversation()
    {
        ScriptedConversation? talk = null;
        bool Reads() => Task.Run(() => talk!.Conversation.Turns.Count + (talk.Conversation.Respond("Go on.") is null ? 1 : 0)).Wait(TestTimeout.Limit / 4);
        await using var started = talk = await StartAsync(options => options with
        {
            Approve = (_, _) => Task.FromResult(Reads()),
            FunctionErrorText = (_, _) => $"{Reads()}",
        });
        using var handler = talk.Conversation.OnEvent(serverEvent =>
        {
            if (serverEvent is ResponseDoneEvent)
                talk.Updates.All.OfType<ApprovalUpdate>().FirstOrDefault()?.Deny();
        });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "other"), Wire.ApprovalRequest("mcpr_1")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("True");
        await talk.WhenSentAsync<ConversationItemCreateEvent>(2);
    }

    private static int OpenCalls(ScriptedConversation talk) => talk.Conversation.Turns.Sum(turn => turn.Calls.Count(call => !call.IsOver));

    /// <summary>Waits for log entries, which are written after the updates that they are about.</summary>
    private static async Task WhenLoggedAsync(ScriptedConversation talk, CallbackLog log, int count)
    {
        for (var i = 0; i < 1_000 && log.Entries.Count < count; i++)
            await talk.SettleAsync();
    }

    private Task<ScriptedConversation> StartAsync(Func<RealtimeConversationOptions, RealtimeConversationOptions>? configure = null, ConversationLimits? limits = null) =>
        ScriptedConversation.StartAsync(_cook.Agent, (options, _) =>
        {
            options = limits is null ? options : options with { Limits = limits };
            return configure?.Invoke(options) ?? options;
        });

    private sealed class BadException(Func<string> message) : Exception
    {
        public override string Message => message();
    }
}
