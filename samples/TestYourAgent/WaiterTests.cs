using Realtime.Sdk;
using Realtime.Sdk.Testing;
using Xunit;

namespace TestYourAgent;

/// <summary>Tests of the agent: a simulated guest talks with it in virtual time. Each takes milliseconds and always has the same result.</summary>
public sealed class WaiterTests : IAsyncLifetime
{
    private readonly VirtualTime _time = new();
    private RealtimeEmulator _emulator = null!;
    private Restaurant _restaurant = null!;
    private RealtimeCaller _guest = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time, Model = new() { Pace = EmulatorPace.Service } });
        _emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups. They will be with you in ten minutes.");
        _emulator.Model.When("table").Calls("find_table").Says("Table 4 is free.");
        _emulator.Model.When("manager").Calls("call_manager").Says("One moment, please.");
        _emulator.Model.When("never mind").Says("All right.");
        _restaurant = new(_time);
        _guest = await _emulator.StartCallerAsync(_restaurant.CreateWaiter());
    }

    public async ValueTask DisposeAsync()
    {
        await _guest.DisposeAsync();
        await _emulator.DisposeAsync();
        Assert.Empty(_emulator.Violations);
    }

    [Fact]
    public async Task An_order_is_placed_once_also_if_the_guest_interrupts_the_answer()
    {
        await _guest.SayAsync("Two soups, please.");
        var call = await _guest.ExpectCallAsync("place_order");
        var heard = await _guest.InterruptAsync(after: TimeSpan.FromMilliseconds(700), "Thanks, never mind the rest.");

        Assert.Equal((FunctionCallStatus.Completed, """{"minutes":10}"""), (call.Status, call.Output));
        Assert.Equal([new("soup", 2)], _restaurant.Orders);
        Assert.Equal((true, "Two soups."), (heard.WasInterrupted, heard.Text));
        Assert.Equal("All right.", (await _guest.HearAsync()).Text);
    }

    [Fact]
    public async Task An_order_that_takes_too_long_is_given_up_and_the_model_is_informed()
    {
        _restaurant.CookingTime = TimeSpan.FromMinutes(1);
        await _guest.SayAsync("Two soups, please.");
        var (call, _) = (await _guest.ExpectCallAsync("place_order"), await _guest.HearAsync());

        Assert.Equal((FunctionCallStatus.TimedOut, TimeSpan.FromSeconds(10)), (call.Status, call.Duration));
    }

    [Fact]
    public async Task The_search_for_a_table_ends_when_the_guest_has_changed_their_mind()
    {
        await _guest.SayAsync("Is there a table?");
        await _guest.WaitAsync(TimeSpan.FromSeconds(3));
        await _guest.SayAsync("Oh, never mind.");

        Assert.Equal(FunctionCallStatus.Canceled, (await _guest.ExpectCallAsync()).Status);
    }

    [Theory]
    [InlineData(true, FunctionCallStatus.Completed)]
    [InlineData(false, FunctionCallStatus.Denied)]
    public async Task The_manager_is_fetched_only_with_an_approval(bool isApproved, FunctionCallStatus status)
    {
        await _guest.SayAsync("The manager, please.");
        var approval = await _guest.ExpectApprovalAsync();
        Assert.True(isApproved ? approval.Approve() : approval.Deny("She is at lunch."));

        Assert.Equal(status, (await _guest.ExpectCallAsync()).Status);
        Assert.Equal("One moment, please.", (await _guest.HearAsync()).Text);
    }
}
