using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>A peer without any library: an HttpClient, a ClientWebSocket, and JSON written by hand.</summary>
internal sealed class PlainCaller : IAsyncDisposable
{
    private readonly RealtimeEmulator _emulator;
    private readonly ClientWebSocket _socket = new();
    private readonly IAsyncEnumerator<JsonNode> _events;

    private PlainCaller(RealtimeEmulator emulator)
    {
        _emulator = emulator;
        _events = ReadAsync().GetAsyncEnumerator();
    }

    public IReadOnlyList<EmulatorViolation> Violations => _emulator.Violations;

    /// <summary>Mints a client secret for a session, and opens it.</summary>
    /// <param name="session">The session as JSON.</param>
    public static async Task<PlainCaller> StartAsync(string session)
    {
        var caller = new PlainCaller(await RealtimeEmulator.StartAsync());
        var secret = await caller.MintAsync(session);
        caller._socket.Options.SetRequestHeader("Authorization", $"Bearer {secret}");
        await caller._socket.ConnectAsync(new UriBuilder($"{caller._emulator.BaseUrl}/realtime") { Scheme = "ws" }.Uri, default).WithTimeout();
        return caller;
    }

    public Task SendAsync(string json) => _socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, default).WithTimeout();

    public Task SpeakAsync(byte[] pcm) => SendAsync($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(pcm)}}"}""");

    /// <summary>All events to the next of a type, that one at the end.</summary>
    public Task<List<JsonNode>> UntilAsync(string type) => _events.UntilAsync(received => Type(received) == type);

    /// <summary>The text deltas of a type, joined.</summary>
    public static string Joined(IEnumerable<JsonNode> events, string type) =>
        string.Concat(events.Where(received => Type(received) == type).Select(received => (string?)received["delta"]));

    public static string Type(JsonNode received) => (string)received["type"]!;

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _emulator.DisposeAsync();
    }

    private async Task<string> MintAsync(string session)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _emulator.ApiKey);
        using var body = new StringContent($$"""{"session":{{session}}}""", Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri($"{_emulator.BaseUrl}/realtime/client_secrets"), body).WithTimeout();
        answer.EnsureSuccessStatusCode();
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync().WithTimeout())!["value"]!;
    }

    private async IAsyncEnumerable<JsonNode> ReadAsync()
    {
        var (buffer, message) = (new byte[16_384], new MemoryStream());
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, default);
            if (part.MessageType != WebSocketMessageType.Text)
                yield break;
            await message.WriteAsync(buffer.AsMemory(0, part.Count));
            if (!part.EndOfMessage)
                continue;
            yield return JsonNode.Parse(message.ToArray())!;
            message.SetLength(0);
        }
    }
}
