using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk;

/// <summary>A voice agent with two functions, on a conversation.</summary>
internal static partial class Waiter
{
    public static async Task RunAsync(
        RealtimeClient client, Stream microphone, AudioPlayer speaker, Kitchen kitchen, Action<string> print, CancellationToken stop)
    {
        var waiter = new RealtimeAgent
        {
            Name = "waiter",
            Session = new()
            {
                Model = "gpt-realtime-2.1",
                Instructions = "Take the order. Be brief.",
                Audio = new()
                {
                    Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } },
                    Output = new() { Voice = Voice.Marin },
                },
            },
            Functions =
            [
                AgentFunction.Create("place_order", "Sends an order to the kitchen.", WaiterJson.Default.Order, WaiterJson.Default.Receipt,
                    async (order, call, stop) => new Receipt(await kitchen.CookAsync(order.Dish, order.Count, stop))),
                AgentFunction.Create("get_hours", "Returns the opening hours.", (call, stop) => Task.FromResult("11 am to 10 pm")),
            ],
        };
        await using var conversation = await client.StartConversationAsync(waiter, new() { Player = speaker }, stop);
        var talking = TalkAsync();
        await foreach (var update in conversation.ReadUpdatesAsync(stop))
        {
            var line = update switch
            {
                TurnUpdate { Turn: { IsComplete: true } turn } => $"{turn.Role}: {turn.HeardText}{(turn.WasInterrupted ? " …" : "")}",
                FunctionCallUpdate { Call: { IsOver: true } call } => $"[{call.Name} {call.Status}]",
                WarningUpdate warning => $"! {warning.Message}",
                _ => null,
            };
            if (line is not null)
                print(line);
        }
        await talking;
        print($"Tokens: {conversation.Usage.TotalTokens}");

        async Task TalkAsync()
        {
            conversation.Respond("Greet the guest.");
            await conversation.ListenAsync(microphone, stop);          // until the guest hangs up
            await conversation.EndAsync("Say goodbye.", stop);
        }
    }

    internal sealed record Order(string Dish, int Count);

    internal sealed record Receipt(int Minutes);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Order)), JsonSerializable(typeof(Receipt))]
    private sealed partial class WaiterJson : JsonSerializerContext;
}
