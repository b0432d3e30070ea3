#:package OpenAI
#:property RestorePackagesWithLockFile=false
#:property NoWarn=$(NoWarn);OPENAI002
#:property PublishAot=false
// Requests a client secret, with the official package.
using System.ClientModel;
using OpenAI.Realtime;

var client = new RealtimeClient(new ApiKeyCredential("sk-benchmark"), new() { Endpoint = new(args[0]) });
var session = new RealtimeConversationSessionOptions { Model = "gpt-realtime", Instructions = "Speak calmly." };
var secret = await client.CreateRealtimeClientSecretAsync(new CreateClientSecretOptions { SessionOptions = session });
Console.WriteLine(secret.Value.Value);
Console.ReadLine();
