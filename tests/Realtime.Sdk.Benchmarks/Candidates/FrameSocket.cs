using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A WebSocket client with minimal cost: a socket, with TLS for an address of https, whose frames are read in place or skipped. Waiting does not allocate.</summary>
internal sealed class FrameSocket : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _buffer;
    private int _start, _end;

    private FrameSocket(Socket socket, Stream stream, int bufferBytes) => (_socket, _stream, _buffer) = (socket, stream, new byte[bufferBytes]);

    /// <summary>Whether all received bytes were read.</summary>
    public bool IsDrained => _start == _end && _socket.Available == 0;

    /// <summary>The received bytes that were not read.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Connects, and sends the opening handshake with additional headers.</summary>
    public static async Task<FrameSocket> OpenAsync(Uri endpoint, string pathAndQuery, string headers, int bufferBytes)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint.IsLoopback ? IPAddress.Loopback : IPAddress.Parse(endpoint.Host), endpoint.Port);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (endpoint.Scheme == Uri.UriSchemeHttps)
        {
            var tls = new SslStream(stream);
            stream = tls;
            await tls.AuthenticateAsClientAsync(endpoint.Host);
        }
        var opened = new FrameSocket(socket, stream, bufferBytes);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {pathAndQuery} HTTP/1.1\r\nHost: {endpoint.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{headers}\r\n"));
        await opened.SkipHeadersAsync();
        return opened;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> frames) => _stream.WriteAsync(frames);

    /// <summary>Returns a stream for the thread of a <see cref="Pacer"/>. It does not own the socket.</summary>
    public Stream ToStream() => new NetworkStream(_socket, ownsSocket: false);

    /// <summary>Reads the header of a frame.</summary>
    public ValueTask<FrameHead> HeadAsync()
    {
        // Most headers are in the buffer. Then no state machine is needed.
        return TryReadHead() is { } head ? new(head) : ReceiveHeadAsync();

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        async ValueTask<FrameHead> ReceiveHeadAsync()
        {
            while (true)
            {
                await FillAsync();
                if (TryReadHead() is { } head)
                    return head;
            }
        }
    }

    /// <summary>Waits until a number of bytes are in the buffer.</summary>
    public ValueTask HasAsync(int count)
    {
        return _end - _start >= count ? default : ReceiveAsync();

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        async ValueTask ReceiveAsync()
        {
            while (_end - _start < count)
                await FillAsync();
        }
    }

    public ValueTask SkipAsync(int count)
    {
        if (_end - _start < count)
            return ReceiveAsync();
        _start += count;
        return default;

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        async ValueTask ReceiveAsync()
        {
            while (_end - _start < count)
            {
                count -= _end - _start;
                _start = _end = 0;
                await FillAsync();
            }
            _start += count;
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Creates a text frame whose masking key is zero, so that the payload is unchanged.</summary>
    public static byte[] Frame(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        byte[] head = bytes.Length < 126 ? [0x81, (byte)(0x80 | bytes.Length)] : [0x81, 0x80 | 126, (byte)(bytes.Length >> 8), (byte)bytes.Length];
        return [.. head, 0, 0, 0, 0, .. bytes];
    }

    /// <summary>Reads the header of a frame; null if it is not complete in the buffer.</summary>
    private FrameHead? TryReadHead()
    {
        var received = Received;
        if (received.Length < 2)
            return null;
        var (length, size) = (received[1] & 0x7F, 2);
        if (length >= 126)
        {
            size = length == 126 ? 4 : 10;
            if (received.Length < size)
                return null;
            length = size == 4 ? BinaryPrimitives.ReadUInt16BigEndian(received[2..]) : (int)BinaryPrimitives.ReadInt64BigEndian(received[2..]);
        }
        _start += size;
        return new(received[0], length);
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync()
    {
        if (_start > 0)
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end));
        _end += read > 0 ? read : throw new InvalidOperationException("The session ended.");
    }
}
