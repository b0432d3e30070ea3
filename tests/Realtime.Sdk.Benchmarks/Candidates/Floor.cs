using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The floor: the minimum cost of any client on this platform.</summary>
internal static class Floor
{
    /// <summary>Scans every token of a message, and decodes its <c>delta</c> into an existing buffer.</summary>
    public static int ScanAndDecode(ReadOnlySpan<byte> message, Span<byte> pcm)
    {
        var reader = new Utf8JsonReader(message);
        var (written, isDelta) = (0, false);
        while (reader.Read())
        {
            if (isDelta)
                Base64.DecodeFromUtf8(reader.ValueSpan, pcm, out _, out written);
            isDelta = reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("delta"u8);
        }
        return written;
    }

    /// <summary>Scans every token of a message.</summary>
    public static int Scan(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        var tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }

    public static int Encode(ReadOnlySpan<byte> pcm, Span<byte> text)
    {
        Base64.EncodeToUtf8(pcm, text, out _, out var written);
        return written;
    }
}

/// <summary>A plain ClientWebSocket that reads and drops messages.</summary>
internal sealed class FloorSession(ClientWebSocket socket) : ISession
{
    private static readonly byte[] Create = """{"type":"response.create"}"""u8.ToArray();

    private readonly byte[] _buffer = new byte[16384];

    public static async Task<ISession> ConnectAsync(Uri endpoint, string model)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(SessionAddress.Of(endpoint, model), default);
        return new FloorSession(socket);
    }

    public async Task AskAsync() => await socket.SendAsync(Create.AsMemory(), WebSocketMessageType.Text, true, default);

    public async Task<bool> ReadAsync(Tally tally, string? until)
    {
        var start = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(start), default);
            if (part.MessageType == WebSocketMessageType.Close)
                return false;
            if (!part.EndOfMessage)
            {
                start = Math.Min(64, start + part.Count);
                continue;
            }
            start = 0;
            tally.Add(new(1, 0, 0));
            if (until is not null && _buffer.AsSpan(9).StartsWith(System.Text.Encoding.UTF8.GetBytes(until)))
                return true;
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Posts fixed bytes with a plain message invoker, and reads and drops the answer.</summary>
internal sealed class FloorSecrets(Uri endpoint) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());
    private readonly Uri _address = new($"{endpoint}/realtime/client_secrets");
    private readonly AuthenticationHeaderValue _authorization = new("Bearer", "sk-benchmark");
    private readonly MediaTypeHeaderValue _json = new("application/json");

    public async Task<string> CreateAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(SessionJson.ClientSecretRequest) };
        request.Headers.Authorization = _authorization;
        request.Content.Headers.ContentType = _json;
        using var response = await _http.SendAsync(request, default);
        await response.Content.CopyToAsync(Stream.Null);
        return response.IsSuccessStatusCode ? SessionJson.ClientSecret : "";
    }

    public void Dispose() => _http.Dispose();
}
