// Microsoft.Extensions.AI: one function in a session with the platform's middleware, and in a voice agent that talks while the function runs.
using System.ComponentModel;
using Microsoft.Extensions.AI;
using Realtime.Sdk;
using Realtime.Sdk.Testing;

var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
await using var emulator = key is null ? await RealtimeEmulator.StartAsync() : null;
emulator?.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups, ready in ten minutes.");
using var client = emulator?.CreateClient() ?? new RealtimeClient(key!);
var placeOrder = AIFunctionFactory.Create(PlaceOrder, "place_order");

// 1. The abstraction: any middleware for IRealtimeClient works, here the one that invokes functions.
using var realtime = client.AsIRealtimeClient("gpt-realtime-2.1").AsBuilder().UseFunctionInvocation().Build();
await using (var session = await realtime.CreateSessionAsync(new() { Instructions = "You are a waiter. Be brief.", OutputModalities = ["text"], Tools = [placeOrder] }))
{
    await session.SendAsync(new CreateConversationItemRealtimeClientMessage(new([new TextContent("Two soups, please.")], role: ChatRole.User)));
    await session.SendAsync(new CreateResponseRealtimeClientMessage());
    await foreach (var message in session.GetStreamingResponseAsync())
    {
        switch (message)
        {
            case OutputTextAudioRealtimeServerMessage { Text: { } text } when message.Type == RealtimeServerMessageType.OutputTextDelta:
                Console.Write(text);
                break;
            case ErrorRealtimeServerMessage error:
                Console.WriteLine($"The server reports: {error.Error?.Message}");
                break;
        }

        // The first response calls the function, the second is the answer.
        if (message is ResponseCreatedRealtimeServerMessage { Usage: { } usage } done && done.Items?.Any(item => item.Contents.OfType<FunctionCallContent>().Any()) != true)
        {
            Console.WriteLine($" ({usage.InputTokenCount} + {usage.OutputTokenCount} tokens)");
            break;
        }
    }
}

// 2. A conversation: it plays, interrupts, and runs functions outside the loop that reads events. Tools of MCP clients (McpClientTool) are functions, too.
var waiter = new RealtimeAgent
{
    Name = "waiter",
    Session = new() { Model = "gpt-realtime-2.1", Instructions = "You are a waiter. Be brief.", OutputModalities = [OutputModality.Text] },
    Functions = [placeOrder.AsAgentFunction()],
};
await using var conversation = await client.StartConversationAsync(waiter);
var turn = await conversation.AskAsync("Two soups, please.");
Console.WriteLine($"{turn.Agent}: {turn.Text} ({turn.Calls[0].Name} returned {turn.Calls[0].Output})");

[Description("Sends an order to the kitchen.")]
static string PlaceOrder([Description("The dish.")] string dish, [Description("How many.")] int count) => $"{count} x {dish}, 10 minutes";
