// Several agents in one conversation: a handoff and back, a task with a result, a rule for what an agent says, and a function in the background.
using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk;
using Realtime.Sdk.Testing;

var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
await using var emulator = key is null ? await RealtimeEmulator.StartAsync() : null;
emulator?.Model.When("wine").Calls("transfer_to_sommelier").Says("A Riesling goes with the soup.");
emulator?.Model.When("Thanks").Calls("transfer_back").Says("Back to your order.");
emulator?.Model.When("cost").Says("It costs 5 €.").Says("The menu has the prices.");
emulator?.Model.When("left").Calls("check_stock", """{"dish":"soup"}""").Says("I am looking.");
emulator?.Model.When("Deliver").Calls("deliver").Says("It is on its way.").Says("What is your address?");
emulator?.Model.When("Main Street").Calls("finish_task", """{"street":"Main Street","number":5}""");
using var client = emulator?.CreateClient() ?? new RealtimeClient(key!);

var session = new RealtimeSessionConfiguration { Model = "gpt-realtime-2.1", OutputModalities = [OutputModality.Text] };
var sommelier = new RealtimeAgent
{
    Name = "sommelier",
    Description = "Recommends wine.",
    Session = session with { Instructions = "You are a sommelier. Recommend one wine. Be brief." },
    Handoffs = [AgentHandoff.Back],
};
var clerk = new RealtimeAgent { Name = "clerk", Session = session with { Instructions = "Ask for the address of the guest. Be brief." } };
var waiter = new RealtimeAgent
{
    Name = "waiter",
    Session = session with { Instructions = "You are a waiter. Be brief." },
    Handoffs = [sommelier],
    Guardrails = [Guardrail.OnOutput("no_prices", text => text.Contains('€', StringComparison.Ordinal) ? "Do not name prices." : null)],
    Functions =
    [
        AgentFunction.Create("check_stock", "Counts what is left of a dish.", ShopJson.Default.Stock, (stock, _, _) => Task.FromResult($"12 x {stock.Dish}")) with { Background = true },
        AgentFunction.Create("deliver", "Delivers the order.", async (call, cancellationToken) =>
            $"Delivered to {(await call.Conversation.RunAsync(clerk, ShopJson.Default.Address, cancellationToken)).Street}."),
    ],
};

await using var conversation = await client.StartConversationAsync(waiter);
var clerkAsked = new TaskCompletionSource();
var printing = PrintAsync();
foreach (var text in new[] { "Which wine goes with the soup?", "Thanks.", "What does the soup cost?", "How many soups are left?" })
    await conversation.AskAsync(text);

// The answer is complete when the order is delivered, for which the clerk needs the address.
var delivery = conversation.AskAsync("Deliver it, please.");
await clerkAsked.Task;
await conversation.AskAsync("Main Street 5.");
await delivery;
await conversation.EndAsync();
await printing;

async Task PrintAsync()
{
    await foreach (var update in conversation.ReadUpdatesAsync())
    {
        var line = update switch
        {
            TurnUpdate { Turn: { IsComplete: true, HeardText.Length: > 0 } turn } => $"{turn.Agent ?? "guest"}: {turn.HeardText}",
            HandoffUpdate handoff => $"  [{handoff.From} hands over to {handoff.To}]",
            GuardrailUpdate blocked => $"  [{blocked.Guardrail}: {blocked.Reason}]",
            FunctionCallUpdate { Call: { IsOver: true, Name: "check_stock" or "deliver" } call } => $"  [{call.Name}: {call.Output}]",
            _ => null,
        };
        if (line is not null)
            Console.WriteLine(line);
        if (update is TurnUpdate { Turn: { IsComplete: true, Agent: "clerk" } })
            clerkAsked.TrySetResult();
    }
}

internal sealed record Stock(string Dish);

internal sealed record Address(string Street, int Number);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Stock)), JsonSerializable(typeof(Address))]
internal sealed partial class ShopJson : JsonSerializerContext;
