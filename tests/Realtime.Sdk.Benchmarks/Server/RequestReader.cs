using System.Buffers.Binary;
using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Reads requests from one connection, and the client's frames after an upgrade.</summary>
internal sealed class RequestReader(Stream stream)
{
    private byte[] _buffer = new byte[2048];
    private int _start, _end;

    public Stream Stream => stream;

    /// <summary>Reads the next request, and drops its body; null at the end.</summary>
    public async ValueTask<Request?> NextAsync()
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync())
                return null;
        }
        var request = new Request(Encoding.ASCII.GetString(_buffer, _start, length));
        _start += length + 4;
        return await SkipAsync(int.Parse(request.Header("Content-Length") ?? "0")) ? request : null;
    }

    /// <summary>Reads the next frame, and answers pings. Returns true for text, which always requests an answer here; null at the end.</summary>
    public async ValueTask<bool?> NextFrameAsync()
    {
        const int mask = 4;
        if (!await HasAsync(2))
            return null;
        var (opcode, length, header) = (_buffer[_start] & 0xF, _buffer[_start + 1] & 0x7F, 2);
        if (length == 127)
            throw new IOException("The frame is longer than any candidate sends.");
        if (length == 126)
        {
            if (!await HasAsync(4))
                return null;
            (length, header) = (BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)), 4);
        }
        if (opcode == 9 && await HasAsync(header + mask + length))
            await stream.WriteAsync(Pong(_buffer.AsSpan(_start + header, mask), _buffer.AsSpan(_start + header + mask, length)));
        if (opcode == 8 || !await SkipAsync(header + mask + length))
            return null;
        return opcode == 1;
    }

    private static byte[] Pong(ReadOnlySpan<byte> mask, ReadOnlySpan<byte> payload)
    {
        var pong = new byte[2 + payload.Length];
        (pong[0], pong[1]) = (0x8A, (byte)payload.Length);
        for (var i = 0; i < payload.Length; i++)
            pong[2 + i] = (byte)(payload[i] ^ mask[i % 4]);
        return pong;
    }

    private async ValueTask<bool> HasAsync(int count)
    {
        while (_end - _start < count)
        {
            if (!await FillAsync())
                return false;
        }
        return true;
    }

    private async ValueTask<bool> SkipAsync(int count)
    {
        while (_end - _start < count)
        {
            count -= _end - _start;
            _start = _end = 0;
            if (!await FillAsync())
                return false;
        }
        _start += count;
        return true;
    }

    private async ValueTask<bool> FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end));
        _end += read;
        return read > 0;
    }
}

/// <summary>The header of a request.</summary>
internal sealed class Request(string head)
{
    /// <summary>The model in the URL, which selects the behavior of the session.</summary>
    public string Model
    {
        get
        {
            var at = head.IndexOf("model=", StringComparison.Ordinal);
            return at < 0 ? "" : head[(at + 6)..].Split(' ', '&')[0];
        }
    }

    public string? Header(string name)
    {
        var at = head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var value = head[(at + name.Length + 3)..];
        var end = value.IndexOf("\r\n", StringComparison.Ordinal);
        return (end < 0 ? value : value[..end]).Trim();
    }
}
