namespace Realtime.Sdk.Testing.Tests.Callers;

public sealed class ExpectCallTests
{
    private static readonly RealtimeAgent Waiter = new()
    {
        Name = "waiter",
        Session = new()
        {
            Model = "gpt-realtime-2.1",
            Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } } },
        },
        Functions =
        [
            AgentFunction.Create("place_order", "Places an order.", (_, _) => Task.FromResult("in the kitchen")),
            AgentFunction.Create("check_stock", "Checks the stock.", (_, _) => Task.FromResult("plenty")),
            AgentFunction.Create("call_manager", "Fetches the manager.", (_, _) => Task.FromResult("on the way")) with { RequiresApproval = true },
            AgentFunction.Declare(new() { Name = "show_menu", Description = "Shows the menu on the guest's screen." }),
        ],
    };

    [Fact]
    public async Task Calls_are_returned_in_the_order_of_the_model_when_they_have_ended()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("soups").Calls("place_order", """{"dish":"soup"}""").Calls("check_stock").Says("Two soups.");
        await using var caller = await emulator.StartCallerAsync(Waiter);

        await caller.SayAsync("Two soups, please.").WithTimeout();
        var (order, stock) = (await caller.ExpectCallAsync().WithTimeout(), await caller.ExpectCallAsync().WithTimeout());
        var heard = await caller.HearAsync().WithTimeout();

        (order.Name, order.Arguments, order.Status, order.Output).Should().Be(("place_order", """{"dish":"soup"}""", FunctionCallStatus.Completed, "in the kitchen"));
        (stock.Name, stock.Status, stock.Output).Should().Be(("check_stock", FunctionCallStatus.Completed, "plenty"));
        heard.Text.Should().Be("Two soups.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_that_ends_late_holds_back_the_calls_behind_it_and_skips_those_before_it()
    {
        var time = new VirtualTime();
        await using var emulator = await StartEmulatorAsync(time);
        emulator.Model.When("soups").Calls("check_stock").Calls("place_order").Calls("check_stock").Says("Two soups.");
        var slow = AgentFunction.Create("place_order", "Places an order.", async (_, stop) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2), time, stop);
            return "in the kitchen";
        });
        await using var caller = await emulator.StartCallerAsync(Waiter with { Functions = [slow, Waiter.Functions[1]] });

        await caller.SayAsync("Two soups, please.").WithTimeout();
        var (order, stock) = (await caller.ExpectCallAsync("place_order").WithTimeout(), await caller.ExpectCallAsync("check_stock").WithTimeout());
        var more = await caller.Awaiting(person => person.ExpectCallAsync("check_stock").WithTimeout()).Should().ThrowAsync<EmulatorExpectationException>();

        (order.Status, order.Duration).Should().Be((FunctionCallStatus.Completed, TimeSpan.FromSeconds(2)));
        stock.Status.Should().Be(FunctionCallStatus.Completed);
        more.Which.Message.Should().StartWith("Expected a call of 'check_stock' to end, but it did not happen within 30 seconds (RealtimeCallerOptions.ExpectTimeout).")
            .And.Contain("call: place_order {} Running").And.Contain("call: place_order {} Completed: in the kitchen");
    }

    [Fact]
    public async Task A_call_that_somebody_else_runs_is_returned_at_once_for_the_test_to_complete()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("menu").Calls("show_menu").Says("Here it is.");
        await using var caller = await emulator.StartCallerAsync(Waiter);

        await caller.SayAsync("The menu, please.").WithTimeout();
        var call = await caller.ExpectCallAsync("show_menu").WithTimeout();
        var completing = caller.Conversation.CompleteCallAsync(call.CallId, "shown");
        var heard = await caller.HearAsync().WithTimeout();
        await completing.WithTimeout();

        call.Status.Should().Be(FunctionCallStatus.External);
        heard.Text.Should().Be("Here it is.");
        emulator.Violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true, FunctionCallStatus.Completed, "on the way")]
    [InlineData(false, FunctionCallStatus.Denied, null)]
    public async Task An_approval_is_answered_by_the_test(bool isApproved, FunctionCallStatus status, string? output)
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("manager").Calls("call_manager").Says("One moment.");
        await using var caller = await emulator.StartCallerAsync(Waiter);

        await caller.SayAsync("The manager, please.").WithTimeout();
        var approval = await caller.ExpectApprovalAsync().WithTimeout();
        var isFirst = isApproved ? approval.Approve() : approval.Deny("She is at lunch.");
        var call = await caller.ExpectCallAsync("call_manager").WithTimeout();
        await caller.HearAsync().WithTimeout();

        (isFirst, approval.Call.Name, approval.Call.Status).Should().Be((true, "call_manager", FunctionCallStatus.AwaitingApproval));
        call.Status.Should().Be(status);
        (call.Output == output).Should().Be(isApproved);
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_approval_that_the_app_has_given_is_not_expected()
    {
        await using var emulator = await StartEmulatorAsync();
        emulator.Model.When("manager").Calls("call_manager").Says("One moment.");
        await using var caller = await emulator.StartCallerAsync(Waiter, new() { Conversation = new() { Approve = (_, _) => Task.FromResult(true) } });

        await caller.SayAsync("The manager, please.").WithTimeout();
        var call = await caller.ExpectCallAsync().WithTimeout();
        var none = await caller.Awaiting(person => person.ExpectApprovalAsync().WithTimeout()).Should().ThrowAsync<EmulatorExpectationException>();

        call.Status.Should().Be(FunctionCallStatus.Completed);
        none.Which.Message.Should().StartWith("Expected an approval to be requested, but it did not happen within 30 seconds (RealtimeCallerOptions.ExpectTimeout).")
            .And.Contain("approval requested: call_manager");
    }

    private static Task<RealtimeEmulator> StartEmulatorAsync(VirtualTime? time = null) =>
        RealtimeEmulator.StartAsync(new() { TimeProvider = time ?? new(), Model = new() { Pace = EmulatorPace.Service } });
}
