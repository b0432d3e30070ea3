using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>What a server says in HTTP answers and handshakes, from the first byte of the status line on, is safe wherever it is printed.</summary>
public sealed class PeerAnswerWordsTests
{
    /// <summary>A key without a form of its own, as Azure resources had them: only who sent it can know it.</summary>
    private const string AzureKey = "canary0123456789abcdef0123456789";

    private const string EphemeralKey = "ek_canary4711";

    public static TheoryData<string, string> AnswersInAnyShape()
    {
        var text = JsonValue.Create(PeerWords.Dirty).ToJsonString();
        var header = PeerWords.DirtyHeader;
        return new()
        {
            { "reason phrase", Answer($"401 {header}", "") },
            { "status line", $"HTTP/1.1 4x1 {header}\r\n\r\n" },
            { "no status line", $"{header}\r\n\r\n" },
            { "header line", $"HTTP/1.1 200 OK\r\n{header}\r\n\r\n" },
            { "header name", Answer("401 No", "", $"{PeerWords.Key}: x\r\nek_canary4711: x\r\n") },
            { "header name with a space", $"HTTP/1.1 200 OK\r\n{PeerWords.Key} : x\r\n\r\n" },
            { "length", $"HTTP/1.1 401 No\r\nContent-Length: {PeerWords.Key}\r\n\r\n" },
            { "chunk length", $"HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n{header}\r\n" },
            { "chunk length of a success", $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{header}\r\n" },
            { "transfer encoding", $"HTTP/1.1 401 No\r\nTransfer-Encoding: {PeerWords.Key}\r\n\r\n" },
            { "content encoding", Answer("200 OK", "x", $"Content-Encoding: gzip, {PeerWords.Key}\r\n") },
            { "broken gzip", Answer("200 OK", PeerWords.Key, "Content-Encoding: gzip\r\n") },
            { "content type", Answer("401 No", "{}", $"Content-Type: {header}; charset={PeerWords.Key}\r\n") },
            { "request id", Answer("401 No", "", $"x-request-id: {PeerWords.Key}\r\napim-request-id: {AzureKey}\r\n") },
            { "other request id", Answer("401 No", "", $"x-request-id: a\u0085b\r\napim-request-id: {EphemeralKey}\r\n") },
            { "waits", Answer("429 No", "", $"retry-after: {header}\r\nretry-after-ms: {header}\r\n") },
            { "redirect", Answer("302 Found", "", $"Location: https://{PeerWords.Key}.example/{EphemeralKey}?{AzureKey}\r\n") },
            { "redirect by credential", Answer("307 Found", "", $"Location: https://{AzureKey}.example/\r\n") },
            { "redirect to a path", Answer("308 Found", "", $"Location: /{PeerWords.Key}\r\n") },
            { "redirect to nowhere", Answer("301 Found", "", $"Location: ://{header}\r\n") },
            { "authentication", Answer("401 No", "", $"WWW-Authenticate: Bearer realm=\"{header}\"\r\n") },
            { "error object", Answer("400 No", "{\"error\":{\"type\":T,\"code\":T,\"message\":T,\"param\":T,\"event_id\":T,\"other\":T}}".Replace("T", text, StringComparison.Ordinal)) },
            { "error at top level", Answer("400 No", $$$"""{"type":{{{text}}},"code":{{{text}}},"message":{{{text}}}}""") },
            { "error as text", Answer("500 No", $$$"""{"error":{{{text}}}}""") },
            { "error as array", Answer("400 No", $$$"""{"error":[{{{text}}}]}""") },
            { "error of wrong types", Answer("400 No", $$$"""{"error":{"message":{{{text}}},"code":["{{{PeerWords.Key}}}"],"type":{"{{{EphemeralKey}}}":1},"param":4711}}""") },
            { "error with the credential", Answer("401 No", $$$"""{"error":{"message":"Access denied due to invalid subscription key {{{AzureKey}}}.","code":"{{{AzureKey}}}"}}""") },
            { "not JSON", Answer("502 No", PeerWords.Dirty) },
            { "half of JSON", Answer("400 No", $$$"""{"error":{"message":{{{text}}},""") },
            { "success that is none", Answer("200 OK", $$$"""{"value":{"{{{EphemeralKey}}}":{{{text}}}},"{{{PeerWords.Key}}}":1}""") },
            { "success without a value", Answer("200 OK", $$$"""{"value":"","other":{{{text}}}}""") },
            { "upgrade", Upgrade($"Upgrade: {header}\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {{accept}}\r\n") },
            { "connection", Upgrade($"Upgrade: websocket\r\nConnection: {header}\r\nSec-WebSocket-Accept: {{accept}}\r\n") },
            { "accept", Upgrade($"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {header}\r\n") },
            { "accept by credential", Upgrade($"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {AzureKey}\r\n") },
            { "subprotocol", Upgrade($"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {{accept}}\r\nSec-WebSocket-Protocol: {PeerWords.Key}\r\n") },
            { "extensions", Upgrade($"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {{accept}}\r\nSec-WebSocket-Extensions: permessage-deflate; {header}\r\n") },
        };
    }

    [Theory]
    [MemberData(nameof(AnswersInAnyShape))]
    public async Task An_answer_to_a_request_is_told_clean(string what, string answer)
    {
        foreach (var ownClient in new[] { true, false })
        {
            using var sinks = new Sinks();
            await using var server = Server(answer);
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            var options = Options(server, sinks, AzureKey);
            using var client = ownClient ? new RealtimeClient(options) : new RealtimeClient(http, options);

            var failure = await Record.ExceptionAsync(() => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout());

            failure.Should().BeAssignableTo<RealtimeException>(what);
            sinks.Add(failure!);
            sinks.ShouldBeClean();
        }
    }

    [Theory]
    [MemberData(nameof(AnswersInAnyShape))]
    public async Task An_answer_to_a_handshake_is_told_clean(string what, string answer)
    {
        foreach (var (key, subprotocol) in new[] { (AzureKey, false), (EphemeralKey, false), (EphemeralKey, true) })
        {
            using var sinks = new Sinks();
            await using var server = Server(answer);
            using var client = new RealtimeClient(Options(server, sinks, key));

            var failure = await Record.ExceptionAsync(() => client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", CredentialInSubprotocol = subprotocol }).WithTimeout());

            failure.Should().BeAssignableTo<RealtimeException>(what);
            sinks.Add(failure!);
            if (key == AzureKey || !answer.Contains(AzureKey, StringComparison.Ordinal))
                sinks.ShouldBeClean();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proxy_that_refuses_leaves_no_password_in_any_sink(bool connects)
    {
        using var sinks = new Sinks();
        await using var proxy = new RawServer(Answer($"407 {PeerWords.DirtyHeader}", "", $"Proxy-Authenticate: Basic realm=\"{PeerWords.Key}\"\r\n"));
        var options = Options(proxy, sinks, AzureKey);
        options.BaseUrl = new("https://realtime.example/v1");
        options.Proxy = new WebProxy(new Uri($"http://user:canary-password@127.0.0.1:{proxy.BaseUrl.Port}"));
        using var client = new RealtimeClient(options);

        var failure = await Record.ExceptionAsync(() => connects ? client.ConnectAsync("gpt-realtime").WithTimeout() : client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout());

        failure.Should().BeOfType<RealtimeConnectionException>().Which.InnerException.Should().NotBeNull();
        sinks.Add(failure!);
        sinks.ShouldBeClean();
    }

    [Fact]
    public async Task A_client_from_services_logs_no_header_of_a_request_or_an_answer()
    {
        using var sinks = new Sinks();
        await using var server = Server(Answer($"401 {PeerWords.DirtyHeader}", "", $"x-other: {PeerWords.DirtyHeader}\r\nx-request-id: {PeerWords.Key}\r\n"));
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(sinks.Provider));
        services.AddRealtimeClient(options =>
        {
            options.BaseUrl = server.BaseUrl;
            options.ApiKey = PeerWords.Key;
            options.MaxRetries = 0;
        });
        await using var provider = services.BuildServiceProvider();

        var failure = await Record.ExceptionAsync(() => provider.GetRequiredService<RealtimeClient>().CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout());

        sinks.Add(failure!);
        sinks.Log.Should().Contain(entry => entry.Category == "Realtime.Sdk.RealtimeClient" && entry.Id.Id == 2);
        sinks.ShouldBeClean();
    }

    private static RealtimeClientOptions Options(RawServer server, Sinks sinks, string key) => new()
    {
        BaseUrl = server.BaseUrl,
        ApiKey = key,
        LoggerFactory = sinks.LoggerFactory,
        MaxRetries = 1,
        Randomizer = () => 0,
        Timeout = TimeSpan.FromSeconds(10),
        HttpClientFollowsNoRedirects = true,
    };

    private static string Answer(string status, string body, string headers = "") =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body))}";

    private static string Upgrade(string headers) => $"HTTP/1.1 101 Switching Protocols\r\n{headers}\r\n";

    private static RawServer Server(string answer)
    {
        RawServer? server = null;
        server = new((stream, token) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer.Replace("{accept}", Accept(server!.Requests[0]), StringComparison.Ordinal)), token).AsTask());
        return server;
    }

#pragma warning disable CA5350 // the handshake of RFC 6455 is made with SHA-1; it protects nothing
    private static string Accept(string request)
    {
        var key = request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))?.Split(':', 2)[1].Trim();
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
    }
#pragma warning restore CA5350
}
