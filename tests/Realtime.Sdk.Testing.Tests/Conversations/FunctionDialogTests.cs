using System.Text.Json.Serialization;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Agents with functions, in dialogs with the emulator's model in virtual time.</summary>
public sealed partial class FunctionDialogTests
{
    private int _orders;

    [Fact]
    public async Task The_output_of_a_function_is_spoken_in_the_same_turn()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new VirtualTime() });
        emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups. They will be with you in a moment.");
        await using var caller = await emulator.StartCallerAsync(Waiter());

        await caller.SayAsync("Two soups, please.");
        var heard = await caller.HearAsync();

        heard.Text.Should().Be("Two soups. They will be with you in a moment.");
        _orders.Should().Be(1);
        var turn = caller.Conversation.Turns[^1];
        turn.Calls.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Name = "place_order", Status = FunctionCallStatus.Completed, Output = """{"number":1}""", Agent = "waiter" });
        emulator.Violations.Should().BeEmpty();
    }

    private RealtimeAgent Waiter() => new()
    {
        Name = "waiter",
        Session = new() { Model = "gpt-realtime-2.1", Instructions = "Take the order." },
        Functions =
        [
            AgentFunction.Create("place_order", "Sends an order to the kitchen.", ShopJson.Default.Order, ShopJson.Default.Receipt, PlaceOrderAsync),
        ],
    };

    private Task<Receipt> PlaceOrderAsync(Order order, FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult(new Receipt(Interlocked.Increment(ref _orders)));

    internal sealed record Order(string Dish, int Count);

    internal sealed record Receipt(int Number);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Receipt))]
    private sealed partial class ShopJson : JsonSerializerContext;
}
