using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Realtime.Sdk.Testing.Tests.Recordings;

namespace Realtime.Sdk.Testing.Tests;

/// <summary>What the emulator prints of a client shows no secret and stays in its line, whatever the client sends.</summary>
public sealed class PrintedTests
{
    /// <summary>A secret without a form of its own: no pattern can find it, so it must not be printed at all.</summary>
    private const string Secret = "canary0123456789";

    private const string Dirty = "sk-canary-4711\r\nFORGED\u001b[31m\u0085\u0000\u2028\u202Eevil\u2066\uFEFF";

    [Fact]
    public async Task A_recorded_request_shows_what_is_known_to_be_harmless_and_only_the_names_of_the_rest()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var port = emulator.BaseUrl.Port;

        await SendAsync(port,
            $"POST /v1/realtime/client_secrets?model=m&api-key={Secret}&x={Secret}&{Secret} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            + $"Authorization: Bearer {Secret}\r\nProxy-Authorization: Basic {Secret}\r\nX-Api-Key: {Secret}\r\nX-Auth: {Secret}\r\nCookie: a={Secret}\r\n"
            + $"Accept: {Secret}\r\nUser-Agent: {Secret}\r\nReferer: https://h/?key={Secret}\r\nX-Forwarded-For: {Secret}\r\nSec-WebSocket-Protocol: {Secret}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Secret.Length}\r\nConnection: close\r\n\r\n{Secret}");

        emulator.Requests.Single().ToString().Should().Be(
            $"""
            POST /v1/realtime/client_secrets?model=…&api-key=…&x=…&…
            Host: 127.0.0.1:{port}
            Content-Type: application/json
            Content-Length: {Secret.Length}
            Accept, Authorization, Connection, Cookie, Proxy-Authorization, Referer, Sec-WebSocket-Protocol, User-Agent, X-Api-Key, X-Auth, X-Forwarded-For: …
            ({Secret.Length} bytes)
            """);
    }

    [Theory]
    [InlineData("/v1/sk-canary-4711?ek_canary=1", "sk-canary-4711: 1", "text/sk-canary-4711\u202E", "")]
    [InlineData("/v1/calls/ek_canary4711/accept", "x: y", "a/b; c=Bearer canary4711", "?")]
    public async Task A_recorded_request_shows_no_key_wherever_it_stands(string target, string header, string contentType, string query)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var port = emulator.BaseUrl.Port;

        await SendAsync(port, $"POST {target}{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\nContent-Type: {contentType}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        emulator.Requests.Single().ToString().Should().NotContain("canary").And.NotMatchRegex("[\\p{Cc}\u202E-[\n]]").And.Contain("***");
    }

    [Fact]
    public async Task The_handshake_of_a_session_shows_no_key()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var secret = await client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime" });
        using var device = new RealtimeClient(new RealtimeClientOptions { BaseUrl = emulator.BaseUrl, Credential = RealtimeCredential.FromEphemeralKey(secret.Value) });

        await using var connection = await device.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", CredentialInSubprotocol = true, Headers = { ["X-Gateway-Key"] = Secret } });

        var printed = (await emulator.WhenConnectedAsync()).Request.ToString();
        printed.Should().StartWith("GET /v1/realtime?model=…\n").And.Contain("Sec-WebSocket-Protocol").And.Contain("X-Gateway-Key");
        printed.Should().NotContain(secret.Value[3..]).And.NotContain(Secret).And.NotContain("gpt-realtime");
    }

    [Fact]
    public async Task Violations_and_unmet_expectations_show_a_clients_words_clean()
    {
        var dirty = JsonValue.Create(Dirty).ToJsonString();
        var unmet = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnNextConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            var failure = await Record.ExceptionAsync(() => session.ExpectAsync<ResponseCreateEvent>());
            unmet.SetResult($"{failure} {session.Received[0]}");
        });

        using (var first = await SocketCaller.ConnectAsync(emulator))
        {
            await first.SendAsync($$"""{"type":{{dirty}},"event_id":{{dirty}}}""");
            (await unmet.Task.WithTimeout()).Should().NotContain("canary").And.NotContainAny("\u001b", "\u202E", "\u2028", "FORGED\u001b");
        }
        using var second = await SocketCaller.ConnectAsync(emulator);
        await second.SendAsync($$"""{"type":{{dirty}},"event_id":{{dirty}}}""");
        await second.SendAsync($$$"""{"type":"session.update","event_id":{{{dirty}}},"session":{"type":"realtime",{{{dirty}}}:{{{dirty}}}}}""");
        await second.SendAsync($$$"""{"type":"conversation.item.delete","item_id":{{{dirty}}}}""");
        await second.SendAsync("""{"type":"response.create"}""");
        while (!(await second.ReceiveTextAsync())!.Contains("\"response.done\"", StringComparison.Ordinal))
            ;

        emulator.Violations.Should().HaveCountGreaterThan(2);
        foreach (var violation in emulator.Violations)
            $"{violation} {violation.Message}".Should().NotContain("canary").And.NotMatchRegex("[\\p{Cc}\u2028\u202E]");
    }

    [Fact]
    public void A_recording_that_does_not_fit_shows_neither_sides_words_as_they_are()
    {
        RecordedAgainst("""{"type":"a","x":{"y":1}}""", $$$"""{"type":"a","x":{"y":1,{{{JsonValue.Create(Dirty).ToJsonString()}}}:2}}""").Should().NotContain("canary").And.NotContain("\u001b");
        RecordedAgainst("""{"type":"a"}""", $$"""{"type":{{JsonValue.Create(Dirty).ToJsonString()}}}""").Should().NotContain("canary").And.NotContain("\u001b");
    }

    [Fact]
    public void Every_public_type_that_prints_texts_prints_them_clean()
    {
        var printing = typeof(RealtimeEmulator).Assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: false, IsEnum: false, ContainsGenericParameters: false } && !type.IsAssignableTo(typeof(Delegate)) && !type.IsAssignableTo(typeof(Exception)))
            .Where(type => type.GetMethod("ToString", Type.EmptyTypes)!.DeclaringType is var declaring && declaring != typeof(object) && declaring != typeof(ValueType))
            .ToArray();

        printing.Should().HaveCountGreaterThan(10).And.Contain(typeof(EmulatorMcpTool));
        foreach (var type in printing)
        {
            var printed = Printed(Filled(type));
            printed?.Should().NotContain("canary", type.Name).And.NotMatchRegex("[\\p{Cc}\u2028\u202E-[\n\r]]", type.Name);
        }
    }

    [Theory]
    [InlineData("""{"type":"x","text":"My key is sk-canary-4711, keep it."}""")]
    [InlineData("""{"type":"x","a":{"b":["https://user:canary@host/", "Authorization: Bearer canary4711"]}}""")]
    [InlineData("""{"type":"x","sk-canary-4711":1,"api-key":"canary","password":"canary","access_token":"canary","Authorization":"canary"}""")]
    [InlineData("""{"type":"x","headers":{"a":1,"X-Api-Key":"canary","list":["canary",{"b":"canary"}]}}""")]
    [InlineData("""{"type":"x","arguments":"{\"Authorization\":\"Bearer canary\",\"note\":\"sk-canary-4711\"}"}""")]
    public async Task A_recording_holds_no_key(string message)
    {
        var recorded = await TestOutput.RecordAsync(recorder => recorder.RecordReceived(Encoding.UTF8.GetBytes(message)));

        recorded.Text.Should().NotContain("canary").And.Contain("\"event\":");
    }

    [Fact]
    public async Task A_recording_keeps_audio_and_words_as_they_are()
    {
        var random = new Random(4711);
        var audio = new byte[300_000];
        random.NextBytes(audio);
        var message = new JsonObject { ["type"] = "response.output_audio.delta", ["delta"] = Convert.ToBase64String(audio), ["text"] = "A risk-free task: sk-is fine, tokens too.\nNext line.", ["max_output_tokens"] = 5 };

        var recorded = await TestOutput.RecordAsync(recorder => recorder.RecordReceived(Encoding.UTF8.GetBytes(message.ToJsonString())), new() { IncludeAudio = true });

        JsonNode.DeepEquals(recorded.Lines.Single()["event"], message).Should().BeTrue();
    }

    private static string RecordedAgainst(string recorded, string sent)
    {
        var recording = EmulatorRecording.Parse($$"""{"at_ms":0,"from":"client","event":{{recorded}}}""");
        return Task.Run(async () =>
        {
            await using var emulator = await RealtimeEmulator.StartAsync();
            var failed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            emulator.OnConnect(async session => failed.SetResult($"{await Record.ExceptionAsync(() => recording.PlayAsync(session))}"));
            using var caller = await SocketCaller.ConnectAsync(emulator);
            await caller.SendAsync(sent);
            return await failed.Task.WithTimeout();
        }).GetAwaiter().GetResult();
    }

    private static async Task SendAsync(int port, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        await stream.CopyToAsync(Stream.Null).WithTimeout();
    }

    /// <summary>An instance every text of which is dirty.</summary>
    private static object Filled(Type type)
    {
        var value = RuntimeHelpers.GetUninitializedObject(type);
        for (var declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.FieldType == typeof(string))
                    field.SetValue(value, Dirty);
            }
        }
        return value;
    }

    /// <summary>A value made without its constructor may not be able to print itself.</summary>
    private static string? Printed(object value)
    {
        try
        {
            return value.ToString();
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
