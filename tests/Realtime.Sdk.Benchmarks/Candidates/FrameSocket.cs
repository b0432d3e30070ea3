using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A WebSocket client with minimal cost: a plain socket, whose frames are read in place or skipped.</summary>
internal sealed class FrameSocket : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer;
    private int _start, _end;

    private FrameSocket(Socket socket, int bufferBytes) => (_socket, _buffer) = (socket, new byte[bufferBytes]);

    /// <summary>Whether all received bytes were read.</summary>
    public bool IsDrained => _start == _end && _socket.Available == 0;

    /// <summary>The received bytes that were not read.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Connects, and sends the opening handshake with additional headers.</summary>
    public static async Task<FrameSocket> OpenAsync(Uri endpoint, string pathAndQuery, string headers, int bufferBytes)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(endpoint.Host), endpoint.Port);
        var opened = new FrameSocket(socket, bufferBytes);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {pathAndQuery} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{headers}\r\n"));
        await opened.SkipHeadersAsync();
        return opened;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> frames) => await _socket.SendAsync(frames);

    /// <summary>Returns a stream for the thread of a <see cref="Pacer"/>. It does not own the socket.</summary>
    public Stream ToStream() => new NetworkStream(_socket, ownsSocket: false);

    /// <summary>Reads the header of a frame.</summary>
    public async ValueTask<FrameHead> HeadAsync()
    {
        await HasAsync(2);
        var (first, length) = (_buffer[_start], _buffer[_start + 1] & 0x7F);
        if (length < 126)
        {
            _start += 2;
            return new(first, length);
        }
        var bytes = length == 126 ? 2 : 8;
        await HasAsync(2 + bytes);
        length = bytes == 2 ? BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)) : (int)BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_start + 2));
        _start += 2 + bytes;
        return new(first, length);
    }

    /// <summary>Waits until a number of bytes are in the buffer.</summary>
    public async ValueTask HasAsync(int count)
    {
        while (_end - _start < count)
            await FillAsync();
    }

    public async ValueTask SkipAsync(int count)
    {
        while (_end - _start < count)
        {
            count -= _end - _start;
            _start = _end = 0;
            await FillAsync();
        }
        _start += count;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Creates a text frame whose masking key is zero, so that the payload is unchanged.</summary>
    public static byte[] Frame(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        byte[] head = bytes.Length < 126 ? [0x81, (byte)(0x80 | bytes.Length)] : [0x81, 0x80 | 126, (byte)(bytes.Length >> 8), (byte)bytes.Length];
        return [.. head, 0, 0, 0, 0, .. bytes];
    }

    private async ValueTask SkipHeadersAsync()
    {
        int end;
        while ((end = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync();
        if (!_buffer.AsSpan(0, _end).StartsWith("HTTP/1.1 101"u8))
            throw new InvalidOperationException($"The session was refused: {Encoding.ASCII.GetString(_buffer, 0, _end)}");
        _start = end + 4;
    }

    private async ValueTask FillAsync()
    {
        if (_start > 0)
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end));
        _end += read > 0 ? read : throw new InvalidOperationException("The session ended.");
    }
}
