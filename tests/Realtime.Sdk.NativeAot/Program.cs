using Realtime.Sdk;
using Realtime.Sdk.Testing;

await using var emulator = await RealtimeEmulator.StartAsync();
using var client = emulator.CreateClient();
using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));

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

emulator.OnConnect(EchoAsync);
await using var connection = await client.ConnectAsync(configuration, patience.Token);
await connection.SendAsync(new ConversationItemCreateEvent { Item = ConversationItem.UserText("süß") }, patience.Token);
await connection.AppendAudioAsync(new byte[] { 1, 2, 3, 4 }, patience.Token);
await connection.SendAsync(new InputAudioBufferCommitEvent(), patience.Token);
var (text, audio) = ("", Array.Empty<byte>());
await foreach (var received in connection.ReadEventsAsync(patience.Token))
{
    text += (received as ResponseOutputTextDeltaEvent)?.Delta;
    audio = [.. audio, .. received is ResponseOutputAudioDeltaEvent delta ? delta.Delta.ToArray() : []];
}
Require(text == "süß", "the text that was sent");
Require(audio.AsSpan().SequenceEqual(new byte[] { 1, 2, 3, 4 }), "the audio that was sent");

Console.WriteLine("ok");

// One turn in text and one in audio, given back as they came.
static async Task EchoAsync(EmulatorSession session)
{
    await session.GreetAsync();
    await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
    var item = (MessageItem)(await session.ExpectAsync<ConversationItemCreateEvent>()).Item;
    await session.SendAsync(new ResponseOutputTextDeltaEvent { Delta = ((InputTextPart)item.Content[0]).Text });
    await session.SkipToAsync<InputAudioBufferCommitEvent>();
    await session.SendAsync(new ResponseOutputAudioDeltaEvent { Delta = session.ReceivedAudio });
    await session.CloseAsync();
}

static void Require(bool condition, string what)
{
    if (!condition)
        throw new InvalidOperationException($"Expected {what}.");
}
