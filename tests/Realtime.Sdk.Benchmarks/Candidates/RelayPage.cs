using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A page behind a relay, or connected to the server: a plain socket that counts events and the bytes of their texts.</summary>
internal sealed class RelayPage : IDisposable
{
    private const int Start = 128;

    private static readonly PageEvent Create = new("""{"type":"response.create"}""");
    private static readonly PageEvent Cancel = new("""{"type":"response.cancel"}""");
    private static readonly PageEvent Append = new($$"""{"type":"input_audio_buffer.append","audio":"{{Audio}}"}""");

    private readonly FrameSocket _socket;
    private volatile bool _isSilent;
    private long _received, _receivedBytes, _sent, _sentBytes;

    private RelayPage(FrameSocket socket) => _socket = socket;

    /// <summary>The events so far as the server counts them: sent are those that this page has received, and the received bytes are those of audio.</summary>
    public TrafficCount Traffic => new(Interlocked.Read(ref _received), Interlocked.Read(ref _receivedBytes), Interlocked.Read(ref _sent), Interlocked.Read(ref _sentBytes));

    private static string Audio => Convert.ToBase64String(new WireIds().Bytes(SampleFormat.Pcm().BytesIn(TimeSpan.FromMilliseconds(100))));

    /// <summary>Opens a session, and reads its <c>session.created</c>.</summary>
    public static async Task<RelayPage> OpenAsync(Uri endpoint, string model, int bufferBytes)
    {
        // A relay for pages requires their origin, which is its own.
        var origin = $"Origin: {endpoint.GetLeftPart(UriPartial.Authority)}\r\n";
        var page = new RelayPage(await FrameSocket.OpenAsync(endpoint, $"/v1/realtime?model={model}", origin, bufferBytes));
        await page.ReadAsync();
        return page._received == 0 ? page : throw new InvalidOperationException("The first event of a session is not session.created.");
    }

    /// <summary>Requests an answer.</summary>
    public ValueTask AskAsync() => _socket.SendAsync(Count(Create));

    /// <summary>Ends an answer at the pace of speech.</summary>
    public ValueTask CancelAsync() => _socket.SendAsync(Count(Cancel));

    /// <summary>Sends 100 ms of audio ten times per second, until <see cref="BeSilent"/>.</summary>
    public void Speak(Pacer pacer) => pacer.Add(_socket.ToStream(), 10, () => _isSilent ? default : Count(Append));

    public void BeSilent() => _isSilent = true;

    /// <summary>Reads until a number of events was received.</summary>
    public async Task ReadEventsAsync(long count)
    {
        for (var end = _received + count; _received < end;)
            await ReadAsync();
    }

    /// <summary>Reads until the connection ends.</summary>
    public async Task ListenAsync(Latencies latencies)
    {
        while (true)
            await ReadAsync(latencies);
    }

    /// <summary>Reads the text of the next event that is not one of the session. Each of its frames must fit into the buffer.</summary>
    public async Task<byte[]> ReadTextAsync()
    {
        var text = new List<byte>();
        while (true)
        {
            var head = await NextAsync();
            await _socket.HasAsync(head.Length);
            text.AddRange(_socket.Received[..head.Length]);
            await _socket.SkipAsync(head.Length);
            if (!head.IsLast)
                continue;
            if (!IsOfSession([.. text]))
                return [.. text];
            text.Clear();
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Reads an event, and counts it unless it is one of the session.</summary>
    private async ValueTask ReadAsync(Latencies? latencies = null)
    {
        var (bytes, isOfSession, sentAt) = (0L, false, default(long?));
        for (var isFirst = true; ; isFirst = false)
        {
            var head = await NextAsync();
            if (isFirst)
            {
                var start = Math.Min(head.Length, Start);
                await _socket.HasAsync(start);
                isOfSession = IsOfSession(_socket.Received);
                sentAt = latencies is null ? null : EventStamp.Read(_socket.Received[..start]);
            }
            await _socket.SkipAsync(head.Length);
            bytes += head.Length;
            if (head.IsLast)
                break;
        }
        if (isOfSession)
            return;
        if (sentAt is { } stamp)
            latencies!.Add(Stopwatch.GetTimestamp() - stamp);
        Interlocked.Add(ref _receivedBytes, bytes);
        Interlocked.Increment(ref _received);
    }

    private static bool IsOfSession(ReadOnlySpan<byte> text) => text.StartsWith("{\"type\":\"session."u8);

    private ReadOnlyMemory<byte> Count(PageEvent sent)
    {
        Interlocked.Add(ref _sentBytes, sent == Append ? sent.Text.Length : 0);
        Interlocked.Increment(ref _sent);
        return sent.Frame;
    }

    /// <summary>Reads the next header of a frame with data, and answers pings.</summary>
    private async ValueTask<FrameHead> NextAsync()
    {
        while (true)
        {
            var head = await _socket.HeadAsync();
            if (!head.IsControl)
                return head;
            await _socket.HasAsync(head.Length);
            if (head.Opcode == 9)
                await _socket.SendAsync((byte[])[0x8A, (byte)(0x80 | head.Length), 0, 0, 0, 0, .. _socket.Received[..head.Length]]);
            await _socket.SkipAsync(head.Length);
        }
    }
}

/// <summary>An event of a page, and its frame.</summary>
internal sealed record PageEvent(string Text)
{
    public byte[] Frame { get; } = FrameSocket.Frame(Text);
}
