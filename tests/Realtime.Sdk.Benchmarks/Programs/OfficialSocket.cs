#:package OpenAI
#:property RestorePackagesWithLockFile=false
#:property NoWarn=$(NoWarn);OPENAI002
#:property PublishAot=false
// Requests a client secret, then reads up to the first audio, with the official package.
using System.ClientModel;
using OpenAI.Realtime;

var client = new RealtimeClient(new ApiKeyCredential("sk-benchmark"), new() { Endpoint = new(args[0]) });
var session = new RealtimeConversationSessionOptions { Model = "gpt-realtime", Instructions = "Speak calmly." };
var secret = await client.CreateRealtimeClientSecretAsync(new CreateClientSecretOptions { SessionOptions = session });
using var connection = await client.StartConversationSessionAsync("turn-0", new() { ClientSecret = secret.Value.Value });
await connection.StartResponseAsync();
await foreach (var update in connection.ReceiveUpdatesAsync())
{
    if (update is not RealtimeServerUpdateResponseOutputAudioDelta audio)
        continue;
    Console.WriteLine(audio.Delta.ToMemory().Length);
    break;
}
Console.ReadLine();
