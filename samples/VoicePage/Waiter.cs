using System.Text.Json.Serialization;
using Realtime.Sdk;

namespace VoicePage;

/// <summary>The agent of the page. It knows neither the page nor how its audio gets there.</summary>
internal static partial class Waiter
{
    public const string Name = "waiter";

    public static RealtimeAgent Agent { get; } = new()
    {
        Name = Name,
        Session = new()
        {
            Model = "gpt-realtime-2.1",
            Instructions = """
                You are the waiter of the Harbor Kitchen. Today there is tomato soup with basil (6 euros), pumpkin soup with ginger (7 euros) and fish of the day with
                potatoes (18 euros). Answer the guest's questions, take the order, and send it to the kitchen with place_order. Be brief and friendly.
                """,
            Audio = new()
            {
                Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } },
                Output = new() { Voice = Voice.Marin },
            },
        },
        Functions =
        [
            AgentFunction.Create("place_order", "Sends an order to the kitchen.", ShopJson.Default.Order, ShopJson.Default.Receipt, PlaceOrderAsync),
        ],
    };

    private static async Task<Receipt> PlaceOrderAsync(Order order, FunctionCallContext call, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);      // in place of a kitchen
        return new("A-17", ReadyInMinutes: 10);
    }

    internal sealed record Order([property: JsonPropertyName("dish")] string Dish, [property: JsonPropertyName("count")] int Count);

    internal sealed record Receipt([property: JsonPropertyName("order")] string Number, [property: JsonPropertyName("ready_in_minutes")] int ReadyInMinutes);

    [JsonSerializable(typeof(Order))]
    [JsonSerializable(typeof(Receipt))]
    internal sealed partial class ShopJson : JsonSerializerContext;
}
