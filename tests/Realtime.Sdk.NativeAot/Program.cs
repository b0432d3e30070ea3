using Realtime.Sdk;
using Realtime.Sdk.Testing;

await using var emulator = await RealtimeEmulator.StartAsync();
using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = emulator.BaseUrl, ApiKey = emulator.ApiKey });

var configuration = new RealtimeSessionConfiguration
{
    Model = "gpt-realtime-2",
    Audio = new() { Input = new() { TurnDetection = new SemanticVad { Eagerness = VadEagerness.Low } }, Output = new() { Voice = "marin" } },
    Tools = [new FunctionTool { Name = "get_weather", Parameters = JsonSchema.Parse("""{"type":"object","properties":{}}""") }],
    MaxOutputTokens = 400,
};
var secret = await client.CreateClientSecretAsync(configuration);
Require(secret.Value.StartsWith("ek_", StringComparison.Ordinal), "a client secret");
Require(secret.Session!.DifferencesFrom(configuration).Count == 0, "a session as it was asked for");

Console.WriteLine("ok");

static void Require(bool condition, string what)
{
    if (!condition)
        throw new InvalidOperationException($"Expected {what}.");
}
