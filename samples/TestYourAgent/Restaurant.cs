using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk;

namespace TestYourAgent;

/// <summary>The app: an agent that takes orders. It does not know the emulator.</summary>
public sealed partial class Restaurant(TimeProvider time)
{
    private readonly List<Order> _orders = [];

    /// <summary>The time that an order takes. The default is 2 seconds.</summary>
    public TimeSpan CookingTime { get; set; } = TimeSpan.FromSeconds(2);

    public IReadOnlyList<Order> Orders
    {
        get
        {
            lock (_orders)
                return [.. _orders];
        }
    }

    public RealtimeAgent CreateWaiter() => new()
    {
        Name = "waiter",
        Session = new()
        {
            Model = "gpt-realtime-2.1",
            Instructions = "Take the order. Be brief.",
            Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } } },
        },
        Functions =
        [
            AgentFunction.Create("place_order", "Sends an order to the kitchen.", ShopJson.Default.Order, ShopJson.Default.Receipt, PlaceOrderAsync)
                with { Timeout = TimeSpan.FromSeconds(10) },
            AgentFunction.Create("find_table", "Looks for a free table.", FindTableAsync) with { CancelOnInterruption = true },
            AgentFunction.Create("call_manager", "Fetches the manager.", CallManagerAsync) with { RequiresApproval = true },
        ],
    };

    private async Task<Receipt> PlaceOrderAsync(Order order, FunctionCallContext call, CancellationToken cancellationToken)
    {
        await Task.Delay(CookingTime, time, cancellationToken);
        lock (_orders)
            _orders.Add(order);
        return new(Minutes: 10);
    }

    private async Task<string> FindTableAsync(FunctionCallContext call, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(8), time, cancellationToken);
        return "Table 4 is free.";
    }

    private static Task<string> CallManagerAsync(FunctionCallContext call, CancellationToken cancellationToken) => Task.FromResult("The manager is coming.");

    public sealed record Order(string Dish, int Count);

    public sealed record Receipt(int Minutes);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Order)), JsonSerializable(typeof(Receipt))]
    private sealed partial class ShopJson : JsonSerializerContext;
}
