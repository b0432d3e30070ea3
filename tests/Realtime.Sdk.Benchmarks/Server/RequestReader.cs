using System.Buffers.Binary;
using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Reads requests from one connection, and the client's frames after an upgrade.</summary>
internal sealed class RequestReader(Stream stream)
{
    private readonly byte[] _mask = new byte[4], _eventStart = new byte[64];
    private byte[] _buffer = new byte[2048];
    private int _start, _end, _eventStartLength;
    private bool _isClosed;

    public Stream Stream => stream;

    /// <summary>Enlarges the buffer, so that many frames are read at once.</summary>
    public void Reserve(int bytes) => Array.Resize(ref _buffer, Math.Max(bytes, _buffer.Length));

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

    /// <summary>The beginning of the last event that <see cref="NextEventAsync"/> has read.</summary>
    public ReadOnlySpan<byte> EventStart => _eventStart.AsSpan(0, _eventStartLength);

    /// <summary>Reads the next frame, and answers pings. Returns true for text, which always requests an answer here; null at the end.</summary>
    public async ValueTask<bool?> NextFrameAsync() => await NextHeadAsync() is { } frame && await SkipAsync(frame.Length) ? frame.Opcode == 1 : null;

    /// <summary>Reads the next event, which may have several frames, and answers pings. Returns the length of its text in bytes; null at the end.</summary>
    public async ValueTask<long?> NextEventAsync()
    {
        long length = 0;
        while (await NextHeadAsync() is { } frame)
        {
            if (frame.Opcode == 1)
            {
                _eventStartLength = Math.Min(frame.Length, _eventStart.Length);
                if (!await HasAsync(_eventStartLength))
                    return null;
                Unmask(_buffer.AsSpan(_start, _eventStartLength), _eventStart);
            }
            if (!await SkipAsync(frame.Length))
                return null;
            length += frame.IsControl ? 0 : frame.Length;
            if (frame is { IsControl: false, IsLast: true })
                return length;
        }
        return null;
    }

    /// <summary>Reads the next event, which may have several frames, and answers pings. Returns its text; null at the end.</summary>
    public async ValueTask<byte[]?> NextTextAsync()
    {
        var text = new List<byte>();
        while (await NextHeadAsync() is { } frame && await HasAsync(frame.Length))
        {
            var payload = new byte[frame.Length];
            Unmask(_buffer.AsSpan(_start, frame.Length), payload);
            _start += frame.Length;
            if (frame.IsControl)
                continue;
            text.AddRange(payload);
            if (frame.IsLast)
                return [.. text];
        }
        return null;
    }

    /// <summary>Reads the next frame up to its payload, and answers a ping. Returns null at the end.</summary>
    private async ValueTask<FrameHead?> NextHeadAsync()
    {
        // A caller may ask again after the end, and must not wait for a frame that never comes.
        if (_isClosed || !await HasAsync(2))
            return null;
        var (first, length, header) = (_buffer[_start], _buffer[_start + 1] & 0x7F, 2);
        if (length == 127)
            throw new IOException("The frame is longer than any candidate sends.");
        if (length == 126)
        {
            if (!await HasAsync(4))
                return null;
            (length, header) = (BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)), 4);
        }
        if (!await HasAsync(header + _mask.Length))
            return null;
        _buffer.AsSpan(_start + header, _mask.Length).CopyTo(_mask);
        _start += header + _mask.Length;
        var head = new FrameHead(first, length);
        if (head.Opcode == 9 && await HasAsync(length))
            await stream.WriteAsync(Pong(_buffer.AsSpan(_start, length)));
        _isClosed = head.Opcode == 8;
        return _isClosed ? null : head;
    }

    private byte[] Pong(ReadOnlySpan<byte> masked)
    {
        var pong = new byte[2 + masked.Length];
        (pong[0], pong[1]) = (0x8A, (byte)masked.Length);
        Unmask(masked, pong.AsSpan(2));
        return pong;
    }

    private void Unmask(ReadOnlySpan<byte> masked, Span<byte> payload)
    {
        for (var i = 0; i < masked.Length; i++)
            payload[i] = (byte)(masked[i] ^ _mask[i % _mask.Length]);
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
