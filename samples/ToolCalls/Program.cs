using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk;
using Realtime.Sdk.Testing;

var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
await using var emulator = key is null ? await RealtimeEmulator.StartAsync() : null;
emulator?.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups. They will be with you in ten minutes.");
emulator?.Model.When("manager").Calls("call_manager").Says("She is on her way.");
using var client = emulator?.CreateClient() ?? new RealtimeClient(key!);

var waiter = new RealtimeAgent
{
    Name = "waiter",
    Session = new() { Model = "gpt-realtime-2.1", Instructions = "You are a waiter. Take the order. Be brief.", OutputModalities = [OutputModality.Text] },
    Functions =
    [
        AgentFunction.Create("place_order", "Sends an order to the kitchen.", ShopJson.Default.Order, ShopJson.Default.Receipt, PlaceOrderAsync),
        AgentFunction.Create("call_manager", "Fetches the manager.", CallManagerAsync) with { RequiresApproval = true, Timeout = TimeSpan.FromSeconds(30) },
    ],
};

using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
await using var conversation = await client.StartConversationAsync(waiter, new() { Approve = AskStaffAsync }, timeout.Token);
var printing = PrintAsync();
await conversation.AskAsync("Two soups, please.", timeout.Token);         // waits for the whole answer, calls included
await conversation.AskAsync("I would like to talk to the manager.", timeout.Token);
await conversation.EndAsync();
await printing;
Console.WriteLine($"{conversation.Usage.Responses} responses, {conversation.Usage.TotalTokens} tokens");

async Task PrintAsync()
{
    await foreach (var update in conversation.ReadUpdatesAsync(timeout.Token))
    {
        var line = update switch
        {
            TurnUpdate { Turn: { IsComplete: true } turn } => $"{turn.Role}: {turn.Text}",
            FunctionCallUpdate { Call: { IsOver: true } call } => $"  [{call.Name} {call.Arguments}: {call.Status} after {call.Duration.TotalSeconds:0.0} s] {call.Output}",
            FunctionCallUpdate { Call: var call } => $"  [{call.Name}: {call.Status}]",
            ApprovalUpdate request => $"  [{request.Call.Name} needs an approval]",
            WarningUpdate warning => $"! {warning.Message}",
            EndUpdate { End: var end } => $"The conversation has ended: {end.Reason}.",
            _ => null,
        };
        if (line is not null)
            Console.WriteLine(line);
    }
}

// A slow function: the conversation continues while it runs. Its exception, timeout or cancellation never ends the conversation.
static async Task<Receipt> PlaceOrderAsync(Order order, FunctionCallContext call, CancellationToken stop)
{
    await Task.Delay(TimeSpan.FromSeconds(2), stop);
    return new(Id: call.IdempotencyKey[..8], Minutes: 10);
}

static Task<string> CallManagerAsync(FunctionCallContext call, CancellationToken stop) => Task.FromResult("The manager is coming.");

// A member of the staff decides. Without an answer within a minute, the call is denied.
static async Task<bool> AskStaffAsync(ApprovalUpdate request, CancellationToken stop)
{
    if (Console.IsInputRedirected)
        return true;
    Console.Write($"Approve {request.Call.Name}? [y/n] ");
    return await Console.In.ReadLineAsync(stop) is "y";
}

internal sealed record Order(string Dish, int Count);

internal sealed record Receipt(string Id, int Minutes);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order)), JsonSerializable(typeof(Receipt))]
internal sealed partial class ShopJson : JsonSerializerContext;
