using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A client that can be written in an afternoon: one class for all events, ClientWebSocket, JsonSerializer with reflection.</summary>
#pragma warning disable CA1812 // The serializer instantiates it.
internal sealed record NaiveEvent
#pragma warning restore CA1812
{
    [JsonPropertyName("type")] public string Type { get; set; } = "";
    [JsonPropertyName("event_id")] public string? EventId { get; set; }
    [JsonPropertyName("response_id")] public string? ResponseId { get; set; }
    [JsonPropertyName("item_id")] public string? ItemId { get; set; }
    [JsonPropertyName("output_index")] public int OutputIndex { get; set; }
    [JsonPropertyName("content_index")] public int ContentIndex { get; set; }
    [JsonPropertyName("delta")] public string? Delta { get; set; }
    [JsonPropertyName("transcript")] public string? Transcript { get; set; }
    [JsonPropertyName("session")] public JsonElement? Session { get; set; }
    [JsonPropertyName("response")] public JsonElement? Response { get; set; }
    [JsonPropertyName("item")] public JsonElement? Item { get; set; }

    public static NaiveEvent Read(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize<NaiveEvent>(utf8)!;

    public Work Work => Type switch
    {
        "response.output_audio.delta" => new(1, Convert.FromBase64String(Delta!).Length, 0),
        "session.created" or "session.updated" => new(1, 0, Text(Session!.Value, "instructions") + Session!.Value.GetProperty("tools").EnumerateArray().Sum(tool => Text(tool, "name"))),
        "response.done" => new(1, 0, Response!.Value.GetProperty("usage").GetProperty("total_tokens").GetInt32()
            + Text(Response!.Value.GetProperty("output")[0].GetProperty("content")[0], "transcript")),
        _ => new(1, 0, (Delta ?? Transcript)?.Length ?? 0),
    };

    private static int Text(JsonElement element, string member) => element.GetProperty(member).GetString()!.Length;
}

/// <summary>The append event of the naive client.</summary>
internal sealed record NaiveAppend([property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("audio")] string Audio)
{
    public static byte[] Write(byte[] pcm) => JsonSerializer.SerializeToUtf8Bytes(new NaiveAppend("input_audio_buffer.append", Convert.ToBase64String(pcm)));
}

/// <summary>A session of the naive client.</summary>
internal sealed class NaiveSession(ClientWebSocket socket) : ISession
{
    private static readonly byte[] Create = """{"type":"response.create"}"""u8.ToArray();

    private readonly byte[] _buffer = new byte[8192];

    public static async Task<ISession> ConnectAsync(Uri endpoint, string model)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer sk-benchmark");
        await socket.ConnectAsync(SessionAddress.Of(endpoint, model), default);
        return new NaiveSession(socket);
    }

    public async Task AskAsync() => await socket.SendAsync(Create, WebSocketMessageType.Text, true, default);

    public async Task<bool> ReadAsync(Tally tally, string? until)
    {
        while (await NextAsync() is { } received)
        {
            tally.Add(received.Work);
            if (received.Type == until)
                return true;
        }
        return false;
    }

    private async Task<NaiveEvent?> NextAsync()
    {
        using var message = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer, default);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            await message.WriteAsync(_buffer.AsMemory(0, part.Count));
            if (part.EndOfMessage)
                return NaiveEvent.Read(message.GetBuffer().AsSpan(0, (int)message.Length));
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Client secrets by the naive client.</summary>
internal sealed class NaiveSecrets : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly Uri _address;

    public NaiveSecrets(Uri endpoint)
    {
        _address = new($"{endpoint}/realtime/client_secrets");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "sk-benchmark");
    }

    public async Task<string> CreateAsync()
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(Request()));
        content.Headers.ContentType = new("application/json");
        using var response = await _http.PostAsync(_address, content);
        response.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("value").GetString()!;
    }

    private static object Request() => new
    {
        expires_after = new { anchor = "created_at", seconds = 600 },
        session = new
        {
            type = "realtime",
            model = SessionJson.Model,
            instructions = SessionJson.Instructions,
            tools = SessionJson.Tools.Select(tool => new { type = "function", name = tool.Name, description = tool.Description, parameters = JsonElement.Parse(tool.Parameters) }),
            audio = new
            {
                input = new { format = new { type = "audio/pcm", rate = 24000 }, turn_detection = new { type = "server_vad", silence_duration_ms = 400 } },
                output = new { format = new { type = "audio/pcm", rate = 24000 }, voice = "marin" },
            },
        },
    };

    public void Dispose() => _http.Dispose();
}
