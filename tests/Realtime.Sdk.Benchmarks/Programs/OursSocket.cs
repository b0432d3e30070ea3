#:project ../../../src/Realtime.Sdk/Realtime.Sdk.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Requests a client secret, then reads up to the first audio, with this SDK.
using Realtime.Sdk;

var options = new RealtimeClientOptions { ApiKey = "sk-benchmark", BaseUrl = new(args[0]), AllowInsecureTransport = true };
using var backend = new RealtimeClient(options);
var session = new RealtimeSessionConfiguration { Model = "gpt-realtime", Instructions = "Speak calmly." };
var secret = await backend.CreateClientSecretAsync(session);
options.ApiKey = secret.Value;
using var device = new RealtimeClient(options);
await using var connection = await device.ConnectAsync("turn-0");
await connection.SendAsync(new ResponseCreateEvent());
await foreach (var serverEvent in connection.ReadEventsAsync())
{
    if (serverEvent is not ResponseOutputAudioDeltaEvent audio)
        continue;
    Console.WriteLine(audio.Delta.Length);
    break;
}
Console.ReadLine();
