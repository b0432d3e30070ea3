using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
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

/// <summary>The floor of receiving: a raw socket, whose frames are walked through, and read only as far as the type of each event.</summary>
internal sealed class FloorSession(FrameSocket socket) : ISession
{
    /// <summary>The buffer of a session that receives one event at a time. The largest event fits.</summary>
    public const int SmallBuffer = 16 * 1024;

    /// <summary>The buffer of a session that receives as fast as it can.</summary>
    public const int LargeBuffer = 64 * 1024;

    private static readonly byte[] Create = FrameSocket.Frame("""{"type":"response.create"}""");

    public static async Task<ISession> ConnectAsync(Uri endpoint, string model, int bufferBytes) =>
        new FloorSession(await FrameSocket.OpenAsync(endpoint, $"{endpoint.AbsolutePath}/realtime?model={model}", "", bufferBytes));

    public async Task AskAsync() => await socket.SendAsync(Create);

    public async Task<bool> ReadAsync(Tally tally, string? until)
    {
        var last = until is null ? [] : Encoding.UTF8.GetBytes($"{{\"type\":\"{until}\"");
        while (true)
        {
            var head = await socket.HeadAsync();
            await socket.HasAsync(Math.Min(head.Length, last.Length));
            var isLast = last.Length > 0 && socket.Received.StartsWith(last);
            await socket.SkipAsync(head.Length);
            tally.Add(new(1, 0, 0));
            if (isLast)
                return true;
        }
    }

    public ValueTask DisposeAsync()
    {
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
