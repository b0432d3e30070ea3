#:sdk Microsoft.NET.Sdk.Web
#:project ../../../src/Realtime.Sdk.AspNetCore/Realtime.Sdk.AspNetCore.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Relay.cs SERVICE_URL KEY CERTIFICATE: relays to the service. Prints its URL, and writes its certificate to the file, because some clients require TLS. Below /agent, clients talk to an agent of the server, and what they configure is ignored. Below /open,
// they configure the session themselves.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Realtime.Sdk;

using var key = RSA.Create(2048);
var names = new SubjectAlternativeNameBuilder();
names.AddDnsName("localhost");
var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
request.CertificateExtensions.Add(names.Build());
request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
await File.WriteAllTextAsync(args[2], certificate.ExportCertificatePem());

var builder = WebApplication.CreateBuilder();
builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
builder.Logging.ClearProviders();
builder.Services.AddRealtimeClient(options => (options.BaseUrl, options.ApiKey) = (new(args[0]), args[1]));
builder.Services.AddRealtimeEndpoints();
var session = new RealtimeSessionConfiguration { Model = "gpt-realtime-2.1", Instructions = "You know the weather." };
builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = "guide", Session = session })
    .AddFunction("get_weather", "The weather in a city.", (_, _) => Task.FromResult("sunny in Paris"));
builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = "blank", Session = session with { Instructions = null } });

var app = builder.Build();
var options = new RealtimeEndpointOptions { AllowMissingOrigin = true, RateLimit = null, MaxCallsPerUser = 100 };
app.MapRealtimeRelay("/agent/realtime", "guide", options with { Relay = new() { Policy = new() { DropForbiddenMembers = true } } }).AllowAnonymous();
app.MapRealtimeRelay("/open/realtime", "blank", options with
{
    Relay = new()
    {
        Policy = new()
        {
            ClientEvents = [.. new RealtimeRelayPolicy().ClientEvents, "conversation.item.delete", "conversation.item.retrieve"],
            SessionMembers = ["audio", "instructions", "model", "output_modalities", "tools", "tool_choice", "tracing", "max_output_tokens", "prompt", "truncation", "include", "parallel_tool_calls"],
            ResponseMembers = ["output_modalities", "instructions", "tools", "tool_choice", "audio"],
        },
    },
}).AllowAnonymous();
await app.StartAsync();
Console.WriteLine($"https://localhost:{new Uri(app.Urls.Single()).Port}");
await app.WaitForShutdownAsync();
