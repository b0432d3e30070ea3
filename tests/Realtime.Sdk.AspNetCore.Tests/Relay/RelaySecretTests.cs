using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.AspNetCore.Tests.Endpoints;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>What must stay secret in a relay appears only where it belongs: in no log entry of any level, metric, span or exception, and never on the other side.</summary>
public sealed class RelaySecretTests
{
    private const string ApiKey = "sk-canary-key-0123456789abcdef", UpstreamKey = "sk-canary-upstream-0123456789", BetaSecret = "ek_canarybeta0123456789", McpToken = "canary-mcp-token",
        McpHeader = "canary-mcp-header", Instructions = "canary-instructions", State = "canary-state", User = "canary-user", Cookie = "canary-cookie", ClientKey = "ek_canaryclient0123456789",
        Query = "canary-query", Question = "canary-question", Answer = "canary-answer", EventId = "canary-event-id", Refused = "canary-refused", CloseReason = "canary-close-reason";

    private static readonly string[] All =
        [ApiKey, UpstreamKey, BetaSecret, McpToken, McpHeader, Instructions, State, User, Cookie, ClientKey, Query, Question, Answer, EventId, Refused, CloseReason];

    /// <summary>The secrets of the server. The client may see what is said, the instructions in the session, and what it has sent itself.</summary>
    private static readonly string[] FromClient = [ApiKey, UpstreamKey, BetaSecret, McpToken, McpHeader, State, User, Cookie, ClientKey, Query, Refused, CloseReason];

    /// <summary>What the service must not get: credentials of the client, and what the relay has refused. The key of the server is in the handshake only.</summary>
    private static readonly string[] FromService = [ApiKey, State, User, Cookie, ClientKey, Query, Refused, CloseReason];

    [Fact]
    public async Task Nothing_that_is_secret_is_shown()
    {
        using var observations = new Observations();
        var failures = new ConcurrentQueue<Exception>();
        var (received, sent, handshakes) = (new List<string>(), new List<string>(), new List<string>());
        await using var app = await StartAsync(failures);

        received.AddRange(await TalkAsync(app));
        foreach (var status in new int?[] { 401, 429, 503, null })
            received.Add(await BeRefusedAsync(app, status));
        await app.WhenEmptyAsync();
        sent.AddRange(app.Emulator.Sessions.SelectMany(session => session.Received).Select(message => message.Text));
        handshakes.AddRange(app.Emulator.Requests.Select(request => $"{request.Path}{request.Query} {string.Join('\n', request.Headers.Where(header => header.Key != "Authorization"))}"));
        await app.App.StopAsync().WithTimeout();

        // The framework itself logs the query of requests.
        var entries = app.Logs.GetSnapshot().Where(entry => entry.Category != "Microsoft.AspNetCore.Hosting.Diagnostics").Select(SecretScanTests.Print).ToList();
        entries.Should().HaveCountGreaterThan(50).And.Contain(entry => entry.StartsWith("Trace", StringComparison.Ordinal)).And.Contain(entry => entry.Contains("RealtimeRelay"));
        foreach (var secret in All)
        {
            entries.Where(entry => entry.Contains(secret)).Should().BeEmpty("logs must not contain {0}", secret);
            observations.Tags.Where(tag => tag.Contains(secret)).Should().BeEmpty("metrics and spans must not contain {0}", secret);
            failures.Select(failure => $"{failure}").Where(text => text.Contains(secret)).Should().BeEmpty("exceptions must not contain {0}", secret);
        }
        foreach (var secret in FromClient)
            received.Where(text => text.Contains(secret)).Should().BeEmpty("the client must not get {0}", secret);
        foreach (var secret in FromService)
            sent.Concat(handshakes).Where(text => text.Contains(secret)).Should().BeEmpty("the service must not get {0}", secret);

        // What the scan looks for was really there.
        string.Join('\n', received).Should().Contain(Instructions).And.Contain(Question).And.Contain(Answer).And.Contain(EventId).And.Contain("mcp.example");
        string.Join('\n', sent).Should().Contain(McpToken).And.Contain(McpHeader).And.Contain(Question);
    }

    /// <summary>Has a conversation with everything in it, and returns what the client got.</summary>
    private static async Task<IEnumerable<string>> TalkAsync(TestApp app)
    {
        app.Emulator.OnNextConnect(ServeAsync);
        await using var client = await RelayClient.ConnectAsync(app, User, path: $"{RelayApp.Path}?token={Query}", configure: socket =>
        {
            socket.AddSubProtocol("realtime");
            socket.AddSubProtocol($"openai-insecure-api-key.{ClientKey}");
            socket.SetRequestHeader("Authorization", $"Bearer {ClientKey}");
            socket.SetRequestHeader("Cookie", Cookie);
            socket.CollectHttpResponseDetails = true;
        });
        await client.WhenAsync("session.updated");
        await client.SendAsync($$"""{"type":"conversation.item.create","event_id":"{{EventId}}","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{Question}}"}]} }""");
        await client.SendAsync($$"""{"type":"session.update","event_id":"{{EventId}}","session":{"type":"realtime","instructions":"{{Refused}}"} }""");
        await client.SendAsync($$"""{"type":"{{Refused}}","{{Refused}}":"{{Refused}}" }""");
        await client.SendAsync($"not JSON {Refused}");
        await client.WhenAsync("response.done");
        while (client.Received.Count(message => message.GetRawText().Contains("relay_refused")) < 3)
            await client.WhenAsync("error");
        await client.Socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, CloseReason, CancellationToken.None).WithTimeout();
        var headers = ((System.Net.WebSockets.ClientWebSocket)client.Socket).HttpResponseHeaders!.Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        return [.. client.Received.Select(message => message.GetRawText()), .. headers];
    }

    /// <summary>Drives a session that shows its credentials, quotes keys, and speaks.</summary>
    private static async Task ServeAsync(EmulatorSession session)
    {
        var shown = $$"""
            "session":{"type":"realtime","object":"realtime.session","id":"sess_1","model":"gpt-realtime-2.1","instructions":"{{Instructions}}","client_secret":{"value":"{{BetaSecret}}","expires_at":1},
            "tools":[{"type":"mcp","server_label":"kitchen","server_url":"https://mcp.example/sse","authorization":"{{McpToken}}","headers":{"X-Key":"{{McpHeader}}"} },
            {"type":"mcp","server_label":7,"authorization":"{{McpToken}}"},{"type":"mcp2","headers":{"X-Key":"{{McpHeader}}"} }]}
            """;
        await session.SendTextAsync($$"""{"type":"session.created","event_id":"event_1",{{shown}} }""");
        await session.ExpectAsync<SessionUpdateEvent>();
        await session.SendTextAsync($$"""{"type":"session.updated","event_id":"event_2",{{shown}} }""");
        await session.SendTextAsync($$"""{"type":"session.updated","event_id":"event_3","session":{"type":"realtime","tools":{"authorization":"{{McpToken}}"} } }""");
        await session.SkipToAsync<ConversationItemCreateEvent>();
        await session.SendTextAsync($$"""{"type":"conversation.item.added","event_id":"event_4","previous_item_id":null,"item":{"id":"item_1","type":"message","role":"user","content":[{"type":"input_text","text":"{{Question}}"}]} }""");
        await session.SendTextAsync($$"""{"type":"error","event_id":"event_5","error":{"type":"invalid_request_error","code":"invalid_api_key","message":"Incorrect API key provided: {{ApiKey}} or {{UpstreamKey}}.","param":"{{UpstreamKey}}"} }""");
        await session.SendTextAsync("""{"type":"response.created","event_id":"event_6","response":{"id":"resp_1","object":"realtime.response","status":"in_progress","output":[]}}""");
        await session.SendTextAsync($$"""{"type":"response.output_audio_transcript.done","event_id":"event_7","response_id":"resp_1","item_id":"item_2","output_index":0,"content_index":0,"transcript":"{{Answer}}"}""");
        await session.SendTextAsync("""{"type":"response.done","event_id":"event_8","response":{"id":"resp_1","object":"realtime.response","status":"completed","output":[]}}""");
    }

    /// <summary>Is refused by the service, or by the app, and returns everything that the client got.</summary>
    private static async Task<string> BeRefusedAsync(TestApp app, int? status)
    {
        if (status is { } refusal)
        {
            app.Emulator.RespondNext(
                refusal,
                $$"""{ "error": { "type": "invalid_request_error", "code": "{{UpstreamKey}}", "message": "Incorrect API key provided: {{UpstreamKey}} of {{ApiKey}}.", "param": "{{UpstreamKey}}" } }""",
                new Dictionary<string, string> { ["Set-Cookie"] = UpstreamKey, ["x-request-id"] = UpstreamKey, ["OpenAI-Organization"] = McpToken });
        }
        using var response = await Door.Relay.SendAsync(app, $"{RelayApp.Path}?token={Query}", User, request =>
        {
            request.Headers.Add("Cookie", Cookie);
            request.Headers.Add("Authorization", $"Bearer {ClientKey}");
            request.Headers.Add("Sec-WebSocket-Protocol", $"realtime, openai-insecure-api-key.{ClientKey}");
            if (status is not null)
                return;
            request.Headers.Remove("Origin");
            request.Headers.Add("Origin", $"https://{Refused}.example");
        });
        ((int)response.StatusCode).Should().BeGreaterThanOrEqualTo(400);
        return $"{response.Headers}{response.Content.Headers}{await response.Content.ReadAsStringAsync()}";
    }

    private static Task<TestApp> StartAsync(ConcurrentQueue<Exception> failures) => TestApp.StartAsync(
        app =>
        {
            app.Use(async (context, next) =>
            {
                try
                {
                    await next(context);
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                    throw;
                }
            });
            app.MapRealtimeRelay(RelayApp.Path, "canary", new() { RateLimit = null, Prepare = (_, options, _) => new(options with { State = State }) }).RequireAuthorization();
        },
        builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            builder.Services.PostConfigureAll<RealtimeClientOptions>(options => options.MaxRetries = 0);
            builder.Services.AddRealtimeAgent(new RealtimeAgent
            {
                Name = "canary",
                Session = new()
                {
                    Model = "gpt-realtime-2.1",
                    Instructions = Instructions,
                    Tools = [new McpTool { ServerLabel = "kitchen", ServerUrl = "https://mcp.example/sse", Authorization = McpToken, Headers = new Dictionary<string, string> { ["X-Key"] = McpHeader } }],
                },
            });
        },
        emulation: new() { ApiKey = ApiKey });
}
