// Answers as objects: what the agent has understood so far, without disturbing the conversation.
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Sdk;
using Realtime.Sdk.Testing;

var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
await using var emulator = key is null ? await RealtimeEmulator.StartAsync() : null;
emulator?.Model.When("soups").Says("Two soups and a salad. Anything else?");
using var client = emulator?.CreateClient() ?? new RealtimeClient(key!);

var waiter = new RealtimeAgent
{
    Name = "waiter",
    Session = new() { Model = "gpt-realtime-2.1", Instructions = "You are a waiter. Take the order. Be brief.", OutputModalities = [OutputModality.Text] },
};
await using var conversation = await client.StartConversationAsync(waiter);
var turn = await conversation.AskAsync("Two soups and a salad, please.");
Console.WriteLine($"{turn.Agent}: {turn.Text}");

// An object of a type. The rules of the type, such as the range of a count, are part of the schema that the model gets, and are checked.
emulator?.Model.When("soups").Calls("give_answer", """{"items":[{"dish":"soup","count":2},{"dish":"salad","count":1}]}""");
var order = await conversation.ExtractAsync(ShopJson.Default.Order, "What has been ordered so far?");
foreach (var item in order.Items)
    Console.WriteLine($"  {item.Count} x {item.Dish}");

// A list, which the wire cannot transport by itself, is an answer too.
emulator?.Model.When("soups").Calls("give_answer", """{"value":["Which soup?"]}""");
foreach (var question in await conversation.ExtractAsync(ShopJson.Default.StringArray, "What should the waiter still ask?"))
    Console.WriteLine($"  {question}");

// Any JSON object, without a type.
emulator?.Model.When("soups").Calls("give_answer", """{"mood":"hungry"}""");
var mood = await conversation.ExtractAsync(ResponseFormat.JsonObject, "The mood of the guest, as JSON.");
Console.WriteLine($"  {mood}");

// An answer that does not conform is repaired once. If the second does not conform either, the exception has each violation with its path.
emulator?.Model.When("soups").Calls("give_answer", """{"items":[{"dish":"soup","count":"two"}]}""");
try
{
    await conversation.ExtractAsync(ShopJson.Default.Order, "What has been ordered so far?");
}
catch (RealtimeExtractionException refused)
{
    Console.WriteLine($"  {string.Join(", ", refused.Violations)}");
}
Console.WriteLine($"{conversation.Turns.Count} turns, {conversation.Usage.Responses} responses, {conversation.Usage.TotalTokens} tokens");

internal sealed record Order(Item[] Items);

internal sealed record Item(string Dish, [property: Range(1, 20)] int Count);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order)), JsonSerializable(typeof(string[]))]
internal sealed partial class ShopJson : JsonSerializerContext;
