#:project ../../../src/Realtime.Sdk/Realtime.Sdk.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Requests a client secret, with this SDK.
using Realtime.Sdk;

using var client = new RealtimeClient(new RealtimeClientOptions { ApiKey = "sk-benchmark", BaseUrl = new(args[0]), AllowInsecureTransport = true });
var session = new RealtimeSessionConfiguration { Model = "gpt-realtime", Instructions = "Speak calmly." };
var secret = await client.CreateClientSecretAsync(session);
Console.WriteLine(secret.Value);
Console.ReadLine();
