namespace Realtime.Sdk.Testing.Internal;

/// <summary>A control frame or a complete message of a client, unmasked.</summary>
/// <param name="Kind">The kind, never a continuation.</param>
/// <param name="Payload">The payload, which the receiver owns.</param>
/// <param name="Count">The number of frames.</param>
internal readonly record struct ClientFrame(FrameKind Kind, byte[] Payload, int Count);

/// <summary>A client has violated the WebSocket protocol or exceeded a limit: the connection must be closed with a code.</summary>
#pragma warning disable CA1064 // never leaves the emulator: thrown by the reader, answered by the session
internal sealed class FrameException(int code, string message) : Exception(message)
#pragma warning restore CA1064
{
    public const int ProtocolError = 1002, MessageTooBig = 1009;

    public int Code => code;
}

/// <summary>
/// Reads the frames of a client. Memory is allocated for bytes that were received, not for bytes that a header announces, and the size of a message is
/// limited regardless of the number of its frames.
/// </summary>
/// <param name="fill">Fills a buffer with the next bytes.</param>
/// <param name="maxMessageBytes">The maximum size of a message.</param>
internal sealed class FrameReader(Func<Memory<byte>, ValueTask> fill, int maxMessageBytes) : IDisposable
{
    private const int MaxControlBytes = 125, MinRead = 4096;

    private readonly byte[] _header = new byte[Frames.MaxHeaderLength];
    private readonly PooledBuffer _message = new();
    private FrameKind _kind;
    private int _count;

    /// <summary>Reads the next control frame or complete message; null when the connection has ended.</summary>
    /// <exception cref="FrameException">The connection must be closed.</exception>
    public async ValueTask<ClientFrame?> NextAsync()
    {
        try
        {
            while (true)
            {
                // An idle session waits here. A separate async method for the header would cost memory for its state in every idle session.
                await fill(_header.AsMemory(0, Frames.StartLength)).ConfigureAwait(false);
                await fill(_header.AsMemory(Frames.StartLength..Frames.GetHeaderLength(_header))).ConfigureAwait(false);
                var header = ParseHeader();
                if (header.IsControl)
                    return new ClientFrame(header.Kind, await ReadControlFrameAsync(header).ConfigureAwait(false), 1);
                await ReadDataFrameAsync(header).ConfigureAwait(false);
                if (header.IsLast)
                    return TakeMessage();
            }
        }
        catch (Exception e) when (ConnectionLoss.Matches(e))
        {
            return null;
        }
    }

    public void Dispose() => _message.Clear();

    /// <summary>Parses and checks the header in the buffer.</summary>
    private FrameHeader ParseHeader()
    {
        var header = Frames.ReadHeader(_header.AsSpan(0, Frames.GetHeaderLength(_header)));
        return Error(header) is { } error ? throw new FrameException(FrameException.ProtocolError, error) : header;
    }

    private string? Error(FrameHeader header) => header switch
    {
        { HasReservedBits: true } => "A frame uses an extension, but none was negotiated.",
        { Mask: null } => "A frame of a client must be masked.",
        { IsControl: true, Length: > MaxControlBytes } or { IsControl: true, IsLast: false } => "A control frame must be one frame of at most 125 bytes.",
        { Kind: FrameKind.Close or FrameKind.Ping or FrameKind.Pong } => null,
        { Kind: FrameKind.Continuation } => _count == 0 ? "A continuation frame has no message to continue." : null,
        { Kind: FrameKind.Text or FrameKind.Binary } => _count > 0 ? "A message began before the previous one ended." : null,
        _ => "A frame has an unknown opcode.",
    };

    private async ValueTask<byte[]> ReadControlFrameAsync(FrameHeader header)
    {
        var payload = new byte[header.Length];
        await fill(payload).ConfigureAwait(false);
        Frames.Unmask(payload, header.Mask!.Value);
        return payload;
    }

    private async ValueTask ReadDataFrameAsync(FrameHeader header)
    {
        if (header.Length > (ulong)(maxMessageBytes - _message.Length))
            throw new FrameException(FrameException.MessageTooBig, $"A message exceeds the maximum of {maxMessageBytes} bytes.");
        if (_count++ == 0)
            _kind = header.Kind;

        // The cast cannot overflow, because the length was compared with the maximum.
        var (start, left) = (_message.Length, (int)header.Length);
        while (left > 0)
        {
            // Reads at most as many bytes as were received before, so that an announced length alone does not cause an allocation.
            var part = Math.Min(left, Math.Max(MinRead, _message.Length));
            await fill(_message.GetMemory(part)[..part]).ConfigureAwait(false);
            _message.Advance(part);
            left -= part;
        }
        Frames.Unmask(_message.Written.Span[start..], header.Mask!.Value);
    }

    private ClientFrame TakeMessage()
    {
        var message = new ClientFrame(_kind, _message.Written.ToArray(), _count);
        _message.Clear();
        _count = 0;
        return message;
    }
}
