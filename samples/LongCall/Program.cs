using Realtime.Sdk;
using Realtime.Sdk.Testing;

// With a virtual clock, this conversation of an hour and a half takes a moment.
var time = new VirtualTime();
await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
emulator.Model.When("soups").Says("Three: tomato, carrot and fish.");
emulator.Model.When("first one").Says("The tomato soup? It is vegan.");
emulator.Model.When("fish").Says("One fish soup.").Says("We have to stop here. Goodbye!");

var waiter = new RealtimeAgent
{
    Name = "waiter",
    Session = new() { Model = "gpt-realtime-2.1", Instructions = "You are a waiter.", OutputModalities = [OutputModality.Text] },
};

// A session lasts 60 minutes. The conversation continues in a new one before that, and after a loss; its budget ends it.
using var client = emulator.CreateClient();
await using var conversation = await client.StartConversationAsync(waiter, new()
{
    Renewal = new() { HistoryTokens = 1_000 },
    Budget = new() { Time = TimeSpan.FromMinutes(90) },
});
var printing = PrintAsync(conversation);

await AskAsync("Which soups do you have?");
await time.AdvanceAsync(TimeSpan.FromMinutes(57));
await AskAsync("Is the first one vegan?");

// The connection is lost. The next session has the history as text, and the update lists what the history does not contain.
emulator.Sessions[^1].End(ConnectionFailure.Reset);
await time.AdvanceAsync(TimeSpan.FromMinutes(1));
Console.WriteLine($"  Session {emulator.Sessions.Count} began with these items:");
foreach (var item in conversation.Items.OfType<MessageItem>())
    Console.WriteLine($"    {item.Role}: {string.Concat(item.Content.Select(part => part is InputTextPart input ? input.Text : ((OutputTextPart)part).Text))}");
await AskAsync("Then I take the fish soup.");

// The time is over: the agent says goodbye, and the conversation ends.
await time.RunUntilAsync(conversation.Completion);
await printing;

// Another conversation can continue this one, in another process and on another day.
var saved = SavedConversation.Parse(conversation.Save().ToJson());
await using var next = await client.StartConversationAsync(waiter, new() { History = saved });
Console.WriteLine($"The next conversation began with {next.Items.Count} items.");

async Task AskAsync(string text)
{
    Console.WriteLine($"User: {text}");
    await time.RunUntilAsync(conversation.AskAsync(text));
}

async Task PrintAsync(RealtimeConversation conversation)
{
    await foreach (var update in conversation.ReadUpdatesAsync())
    {
        var line = update switch
        {
            TurnUpdate { Turn: { Role: TurnRole.Agent, IsComplete: true } turn } => $"Agent: {turn.Text}",
            RenewalUpdate renewal => $"  New session after {time.Elapsed.TotalMinutes:0} minutes: {renewal.Reason}, items: {renewal.HistoryItems}, losses: {renewal.NotCarriedOver.Count}",
            WarningUpdate { Kind: WarningKind.BudgetLow } warning => $"  {warning.Message}",
            EndUpdate ended => $"The conversation has ended after {time.Elapsed.TotalMinutes:0} minutes: {ended.End.Reason}",
            _ => null,
        };
        if (line is not null)
            Console.WriteLine(line);
    }
}
