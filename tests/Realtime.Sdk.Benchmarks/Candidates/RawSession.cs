using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// A client of the emulator with minimal cost: a plain socket, prepared frames, and answers whose frames are counted but not parsed.
/// </summary>
internal sealed class RawSession : IDisposable
{
    /// <summary>The number of events that answer <see cref="AskAsync"/>: two for the user's message, and those of an answer of four words.</summary>
    public const int EventsPerTurn = 21;

    private static readonly byte[] Turn =
    [
        .. Frame("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Hello there."}]}}"""),
        .. Frame("""{"type":"response.create"}"""),
    ];

    private readonly Socket _socket;
    private readonly byte[] _buffer;
    private int _start, _end;

    private RawSession(Socket socket, int bufferBytes) => (_socket, _buffer) = (socket, new byte[bufferBytes]);

    /// <summary>Opens a session, and reads its <c>session.created</c>.</summary>
    public static async Task<RawSession> OpenAsync(Uri endpoint, string apiKey, int bufferBytes = 64 * 1024)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(endpoint.Host), endpoint.Port);
        var session = new RawSession(socket, bufferBytes);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {endpoint.AbsolutePath}/realtime?model=gpt-realtime HTTP/1.1\r\nHost: {endpoint.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer {apiKey}\r\n\r\n"));
        await session.SkipHeadersAsync();
        await session.SkipFramesAsync(1);
        return session;
    }

    public async Task AskAsync() => await _socket.SendAsync(Turn);

    /// <summary>Reads a whole answer.</summary>
    public ValueTask ReadTurnAsync() => SkipFramesAsync(EventsPerTurn);

    /// <summary>Reads a whole answer and returns the types of its events.</summary>
    public async Task<IReadOnlyList<string>> ReadTypesAsync()
    {
        var types = new List<string>();
        while (types.Count < EventsPerTurn)
        {
            var length = await HeadAsync();
            await HasAsync(Math.Min(length, 80));
            types.Add(Encoding.ASCII.GetString(_buffer, _start, Math.Min(length, 80)).Split('"')[3]);
            await SkipAsync(length);
        }
        return types;
    }

    /// <summary>Whether all received bytes were read.</summary>
    public bool IsDrained => _start == _end && _socket.Available == 0;

    public void Dispose() => _socket.Dispose();

    private async ValueTask SkipFramesAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await SkipAsync(await HeadAsync());
    }

    /// <summary>Reads the header of a frame, and returns the length of its payload.</summary>
    private async ValueTask<int> HeadAsync()
    {
        await HasAsync(2);
        var length = _buffer[_start + 1] & 0x7F;
        if (length < 126)
        {
            _start += 2;
            return length;
        }
        var bytes = length == 126 ? 2 : 8;
        await HasAsync(2 + bytes);
        var value = bytes == 2 ? BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)) : (int)BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_start + 2));
        _start += 2 + bytes;
        return value;
    }

    private async ValueTask SkipHeadersAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync();
        if (!_buffer.AsSpan(0, _end).StartsWith("HTTP/1.1 101"u8))
            throw new InvalidOperationException($"The emulator refused the session: {Encoding.ASCII.GetString(_buffer, 0, _end)}");
        _start = end + 4;
    }

    private async ValueTask SkipAsync(int count)
    {
        while (_end - _start < count)
        {
            count -= _end - _start;
            _start = _end = 0;
            await FillAsync();
        }
        _start += count;
    }

    private async ValueTask HasAsync(int count)
    {
        while (_end - _start < count)
            await FillAsync();
    }

    private async ValueTask FillAsync()
    {
        if (_start > 0)
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end));
        _end += read > 0 ? read : throw new InvalidOperationException("The emulator ended the session.");
    }

    /// <summary>Creates a text frame whose masking key is zero, so that the payload is unchanged.</summary>
    private static byte[] Frame(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        byte[] head = bytes.Length < 126 ? [0x81, (byte)(0x80 | bytes.Length)] : [0x81, 0x80 | 126, (byte)(bytes.Length >> 8), (byte)bytes.Length];
        return [.. head, 0, 0, 0, 0, .. bytes];
    }
}
