// The reception of a hotel, on the telephone: it greets, has two functions, transfers the caller with the key 0, and hangs up after a goodbye.
using System.Text.Json;
using System.Text.Json.Serialization;
using PhoneAgent;
using Realtime.Sdk;

var builder = WebApplication.CreateBuilder(args);
await using var rehearsal = await Rehearsal.StartWithoutKeyAsync(builder);

builder.Services.AddRealtimeClient(builder.Configuration.GetSection("Realtime"));
builder.Services.AddRealtimeWebhooks(builder.Configuration.GetSection("RealtimeWebhooks"));
builder.Services.AddRealtimeEndpoints();
builder.Services.AddRealtimeAgent(new RealtimeAgent
{
    Name = "reception",
    Session = new()
    {
        Model = "gpt-realtime-2.1",
        Instructions = "You are the reception of Hotel Lisboa, on the telephone. Greet the caller. Be brief. When the caller says goodbye, call hang_up.",
        Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-transcribe" } } },
    },
    Functions =
    [
        AgentFunction.Create("get_weather", "Returns the weather in Lisbon.", (_, _) => Task.FromResult("Sunny, 24 degrees.")),
        AgentFunction.Create("reserve_table", "Reserves a table.", HotelJson.Default.Table, (table, _, _) => Task.FromResult($"Reserved for {table.Guests} at {table.Time}.")),
        AgentFunction.Create("hang_up", "Ends the call.", (_, _) => Task.FromResult("Say goodbye.")),
    ],
});

var app = builder.Build();
app.MapRealtimeIncomingCalls("/openai/webhook", "reception", new()
{
    Run = AnswerAsync,
    OnEnded = (record, _) =>
    {
        Console.WriteLine($"  [{record.Outcome} ({record.EndReason}) after {record.Duration.TotalSeconds:0} s, {record.Usage.TotalTokens} tokens]");
        return default;
    },
});
rehearsal?.Begin(app);
await app.RunAsync();

static async Task AnswerAsync(RealtimeConversation conversation, CancellationToken stop)
{
    conversation.Respond("Greet the caller.");
    await foreach (var update in conversation.ReadUpdatesAsync(stop))
    {
        if (update is TurnUpdate { Turn: { IsComplete: true } turn })
        {
            Console.WriteLine($"  {turn.Role}: {turn.Text}");
            if (turn.Calls.Any(call => call.Name == "hang_up"))
                return;      // the goodbye was heard, and the end of this method hangs up
        }
        if (update is FunctionCallUpdate { Call: { IsOver: true } call })
            Console.WriteLine($"  [{call.Name} {call.Arguments}: {call.Output}]");
        if (update is KeyUpdate { Key: "0" })
            await conversation.TransferAsync("tel:+14155550199", stop);
    }
}

internal sealed record Table(int Guests, string Time);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web), JsonSerializable(typeof(Table))]
internal sealed partial class HotelJson : JsonSerializerContext;
