namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Functions that run only after somebody has approved the call.</summary>
public sealed class ApprovalTests
{
    private readonly TestFunction _pay = new("pay");

    public ApprovalTests() => _pay.Function = _pay.Function with { RequiresApproval = true };

    [Fact]
    public async Task A_call_runs_when_it_is_approved_and_only_the_first_answer_counts()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay", """{"sum":9}""")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();
        await talk.SettleAsync();
        var before = _pay.Runs.Count;

        var answers = (approval.Approve(), approval.Approve(), approval.Deny("no"));

        answers.Should().Be((true, false, false));
        var run = await _pay.WhenRunAsync();
        run.Return("Paid.");
        (await talk.WhenOutputAsync("call_1")).Should().Be("Paid.");
        approval.Deny().Should().BeFalse();
        await talk.WhenRequestedAsync();
        before.Should().Be(0);
        approval.Call.Should().BeEquivalentTo(new { CallId = "call_1", Name = "pay", Arguments = """{"sum":9}""", Status = FunctionCallStatus.AwaitingApproval, Agent = "waiter" });
        approval.Time.Should().Be(talk.Time.GetUtcNow());
        await talk.EndAsync();
        talk.Updates.All.OfType<ApprovalUpdate>().Should().ContainSingle();
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData(null, "The call was not approved.")]
    [InlineData("The card is blocked.", "The call was not approved: The card is blocked.")]
    public async Task The_model_gets_the_reason_of_a_denial(string? reason, string output)
    {
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();

        approval.Deny(reason).Should().BeTrue();

        approval.Approve().Should().BeFalse();
        (await talk.WhenOutputAsync("call_1")).Should().Be(output);
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Denied);
        await talk.WhenRequestedAsync();
        _pay.Runs.Should().BeEmpty();
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task Half_a_surrogate_pair_in_a_reason_is_replaced()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));

        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Deny("No \ud83c.").Should().BeTrue();

        (await talk.WhenOutputAsync("call_1")).Should().Be("The call was not approved: No \ufffd.");
    }

    [Fact]
    public async Task Silence_denies()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();
        talk.Time.Advance(TimeSpan.FromMilliseconds(59_999));
        await talk.SettleAsync();
        var before = talk.SentTypes.Count;

        talk.Time.Advance(TimeSpan.FromMilliseconds(1));

        (await talk.WhenOutputAsync("call_1")).Should().Be("The call was not approved.");
        approval.Approve().Should().BeFalse();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Denied);
        before.Should().Be(0);
        await talk.WhenRequestedAsync();
        _pay.Runs.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_callback_of_the_app_answers(bool isApproved)
    {
        ApprovalUpdate? asked = null;
        await using var talk = await StartAsync((approval, _) =>
        {
            asked = approval;
            return Task.FromResult(isApproved);
        });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));

        if (isApproved)
            (await _pay.WhenRunAsync()).Return("Paid.");
        (await talk.WhenOutputAsync("call_1")).Should().Be(isApproved ? "Paid." : "The call was not approved.");
        await talk.WhenRequestedAsync();
        asked!.Call.CallId.Should().Be("call_1");
        asked.Approve().Should().BeFalse();
        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Call.CallId.Should().Be("call_1");
    }

    [Fact]
    public async Task A_callback_can_deny_with_a_reason()
    {
        await using var talk = await StartAsync((approval, _) => Task.FromResult(!approval.Deny("Too expensive.")));

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("The call was not approved: Too expensive.");
    }

    [Fact]
    public async Task A_callback_that_throws_denies_with_a_warning()
    {
        var failure = new TimeZoneNotFoundException("secret");
        await using var talk = await StartAsync((_, _) => throw failure);

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("The call was not approved.");
        var warning = await talk.Updates.WhenAsync<WarningUpdate>();
        (warning.Kind, warning.Exception, warning.Message).Should().Be((WarningKind.Function, failure, "Approve threw TimeZoneNotFoundException. The call is denied."));
        _pay.Runs.Should().BeEmpty();
    }

    [Fact]
    public async Task A_callback_that_cancels_itself_denies()
    {
        await using var talk = await StartAsync((_, _) => throw new OperationCanceledException());

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));

        (await talk.WhenOutputAsync("call_1")).Should().Be("The call was not approved.");
    }

    [Fact]
    public async Task A_reader_that_answers_first_cancels_the_callback()
    {
        var asked = new TaskCompletionSource<CancellationToken>();
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var talk = await StartAsync((_, cancellationToken) =>
        {
            asked.SetResult(cancellationToken);
            return answer.Task;
        });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));
        var token = await asked.Task.WithTimeout();
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = token.Register(canceled.SetResult);

        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Approve().Should().BeTrue();

        await canceled.Task.WithTimeout();
        answer.SetResult(false);
        var run = await _pay.WhenRunAsync();
        run.Token.IsCancellationRequested.Should().BeFalse();
        run.Return("Paid.");
        (await talk.WhenOutputAsync("call_1")).Should().Be("Paid.");
        await talk.WhenRequestedAsync();
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_callback_that_blocks_does_not_block_the_conversation()
    {
        using var released = new ManualResetEventSlim();
        await using var talk = await StartAsync((_, _) =>
        {
            released.Wait(CancellationToken.None);
            return Task.FromResult(true);
        });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));

        await talk.SendAsync([.. Wire.Committed("item_u"), Wire.Transcript("item_u", "Hello?")]);

        (await talk.Updates.WhenCompletedAsync(TurnRole.User)).Text.Should().Be("Hello?");
        released.Set();
        (await _pay.WhenRunAsync()).Return("");
    }

    [Fact]
    public async Task The_end_of_the_conversation_withdraws_the_question()
    {
        var asked = new TaskCompletionSource<CancellationToken>();
        await using var talk = await StartAsync(async (_, cancellationToken) =>
        {
            asked.SetResult(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return true;
        });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();
        var token = await asked.Task.WithTimeout();

        await talk.Conversation.EndAsync().WithTimeout();

        approval.Approve().Should().BeFalse();
        token.IsCancellationRequested.Should().BeTrue();
        await talk.Updates.Reading.WithTimeout();
        (await talk.WhenOverAsync("call_1")).Status.Should().Be(FunctionCallStatus.Canceled);
        _pay.Runs.Should().BeEmpty();
        talk.Updates.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task The_wait_for_an_approval_does_not_count_as_run_time()
    {
        _pay.Function = _pay.Function with { Timeout = TimeSpan.FromSeconds(5) };
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));
        talk.Time.Advance(TimeSpan.FromSeconds(40));
        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Approve().Should().BeTrue();
        var run = await _pay.WhenRunAsync();
        talk.Time.Advance(TimeSpan.FromSeconds(4));
        await talk.SettleAsync();

        run.Return("Paid.");

        (await talk.WhenOutputAsync("call_1")).Should().Be("Paid.");
        (await talk.WhenOverAsync("call_1")).Duration.Should().Be(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Calls_that_wait_for_an_approval_do_not_keep_others_from_running()
    {
        var cook = new TestFunction();
        await using var talk = await ScriptedConversation.StartAsync(
            ScriptedConversation.Agent with { Functions = [_pay.Function, cook.Function] }, (options, _) => options with { Limits = new() { MaxConcurrentFunctions = 1 } });

        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay"), Wire.Call("call_2")));

        (await cook.WhenRunAsync()).Return("Done.");
        (await talk.WhenOutputAsync("call_2")).Should().Be("Done.");
    }

    [Fact]
    public async Task The_app_can_word_a_denial()
    {
        await using var talk = await ScriptedConversation.StartAsync(
            _pay.Agent, (options, _) => options with { FunctionErrorText = (call, exception) => $"{call.Status}: {exception.Message}" });
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));

        (await talk.Updates.WhenAsync<ApprovalUpdate>()).Deny("No.").Should().BeTrue();

        (await talk.WhenOutputAsync("call_1")).Should().Be("Denied: No.");
    }

    [Fact]
    public async Task Answers_of_many_threads_at_once_run_the_function_once()
    {
        await using var talk = await StartAsync();
        await talk.SendAsync(Wire.Calls("resp_1", Wire.Call("call_1", "pay")));
        var approval = await talk.Updates.WhenAsync<ApprovalUpdate>();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(approval.Approve))).WithTimeout();

        answers.Count(isFirst => isFirst).Should().Be(1);
        (await _pay.WhenRunAsync()).Return("Paid.");
        await talk.WhenRequestedAsync();
        _pay.Runs.Should().ContainSingle();
    }

    private Task<ScriptedConversation> StartAsync(Func<ApprovalUpdate, CancellationToken, Task<bool>>? approve = null) =>
        ScriptedConversation.StartAsync(_pay.Agent, (options, _) => options with { Approve = approve });
}
