using Realtime.Sdk;
using Realtime.Sdk.Testing;

var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
await using var emulator = key is null ? await RealtimeEmulator.StartAsync() : null;
emulator?.Model.When("soup").Says("Tomatoes, basil and cream.");
using var client = emulator?.CreateClient() ?? new RealtimeClient(key!);

var waiter = new RealtimeAgent
{
    Name = "waiter",
    Session = new() { Model = "gpt-realtime-2", Instructions = "You are a waiter. Be brief.", OutputModalities = [OutputModality.Text] },
};
await using (var conversation = await client.StartConversationAsync(waiter))
{
    var turn = await conversation.AskAsync("What is in the soup?");
    Console.WriteLine($"{turn.Agent}: {turn.Text}");
    emulator?.Model.When("soup").Calls("give_answer", """{"ingredients":["tomatoes","basil","cream"]}""");
    Console.WriteLine($"As an object: {await conversation.ExtractAsync(ResponseFormat.JsonObject, "The ingredients of the soup, as JSON.")}");
}

// Below the level of conversations: a client secret, as a backend creates it for a browser, and the events of a connection.
var requested = new RealtimeSessionConfiguration
{
    Model = "gpt-realtime-2",
    Audio = new() { Input = new() { TurnDetection = new SemanticVad { Eagerness = VadEagerness.High } }, Output = new() { Voice = Voice.Marin } },
    Tools = [new FunctionTool { Name = "get_weather", Parameters = JsonSchema.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""") }],
    ParallelToolCalls = true,
    MaxOutputTokens = 400,
};
var secret = await client.CreateClientSecretAsync(requested);
Console.WriteLine(secret with { Session = null });

// The effective session: members that were not set have the server's values.
var session = secret.Session!;
var effective = (RealtimeSessionConfiguration)session.Configuration;
Console.WriteLine($"""

    Session {session.Id}, as reported by {(emulator is null ? "OpenAI" : "the emulator in this process")}:
      model              {effective.Model}
      instructions       {effective.Instructions}
      turn detection     {RealtimeJson.Serialize(effective.Audio!.Input!.TurnDetection!)}
      voice              {RealtimeJson.Serialize(effective.Audio.Output!.Voice!)}
      tools              {string.Join(", ", effective.Tools!.OfType<FunctionTool>().Select(tool => tool.Name))}
      max output tokens  {effective.MaxOutputTokens}

    Differences from the requested session:
    """);
foreach (var difference in session.DifferencesFrom(requested))
    Console.WriteLine($"  {difference}");

// Requests are validated before they are sent. This session, in the flat shape of the beta, breaks two rules, so nothing is sent.
try
{
    await client.CreateSessionAsync(new LegacySessionConfiguration { Model = "gpt-realtime", Temperature = 1.5, MaxResponseOutputTokens = 5000 });
}
catch (RealtimeValidationException refused)
{
    Console.WriteLine("\nRefused before it was sent:");
    Console.WriteLine($"  {string.Join("\n  ", refused.Violations)}\n");
}

// Over a WebSocket: a turn in text, then one in speech, for which the model calls get_weather.
using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
string end;
try
{
    await using var connection = await client.ConnectAsync(requested, timeout.Token);
    end = await new Turns(connection, timeout.Token).RunAsync();
}
catch (RealtimeConnectionException lost)
{
    end = lost.Message;
}
catch (OperationCanceledException)
{
    end = "30 seconds had passed";
}
Console.WriteLine($"Why the session ended: {end}.");
