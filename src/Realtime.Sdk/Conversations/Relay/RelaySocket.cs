using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>The connection of a relay's client. Any number of callers can send; one receives.</summary>
internal sealed class RelaySocket(WebSocket socket, int maxMessageBytes, TimeProvider time) : IDisposable
{
    /// <summary>More than a usual message, 100 milliseconds of speech as PCM.</summary>
    private const int FirstBufferBytes = 8 * 1024;

    private readonly SemaphoreSlim _sendLock = new(1, 1);
    private byte[]? _buffer;
    private bool _isSkipping;
    private long _sendingSince;
    private volatile bool _isClosing;
    private Task<ValueWebSocketReceiveResult>? _next;

    /// <summary>The time since the client has accepted data, while data waits for it; zero if none waits.</summary>
    public TimeSpan Stalled => Interlocked.Read(ref _sendingSince) is not 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Sends a message. Returns false if the connection was lost, or is being closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message)
    {
        // Checked before the lock too, because errors may still be reported after the relay has ended and disposed it.
        if (_isClosing)
            return false;
        await _sendLock.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isClosing || socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
                return false;
            Interlocked.Exchange(ref _sendingSince, time.GetTimestamp());
            await socket.SendAsync(message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsLost(e))
        {
            return false;
        }
        finally
        {
            Interlocked.Exchange(ref _sendingSince, 0);
            _sendLock.Release();
        }
    }

    /// <summary>Receives the next message, which is valid until the next call.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedMessage> ReceiveAsync()
    {
        ReturnBuffer();
        try
        {
            // The rest of a message that is not accepted. A zero-byte receive would take none of it, and return at once each time.
            while (_isSkipping)
            {
                var rest = await socket.ReceiveAsync(GetFreeBuffer(0), CancellationToken.None).ConfigureAwait(false);
                _isSkipping = !rest.EndOfMessage;
                if (rest.MessageType == WebSocketMessageType.Close)
                    return new(ReceivedKind.Closed, default);
            }
            ReturnBuffer();

            var part = await ReceiveFirstAsync().ConfigureAwait(false);
            var length = 0;
            while (part.MessageType == WebSocketMessageType.Text && !part.EndOfMessage)
            {
                if (length > maxMessageBytes)
                {
                    _isSkipping = true;
                    return new(ReceivedKind.TooLarge, default);
                }
                part = await socket.ReceiveAsync(GetFreeBuffer(length), CancellationToken.None).ConfigureAwait(false);
                length += part.Count;
            }
            _isSkipping = part.MessageType == WebSocketMessageType.Binary && !part.EndOfMessage;
            return part.MessageType switch
            {
                WebSocketMessageType.Close => new(ReceivedKind.Closed, default),
                WebSocketMessageType.Binary => new(ReceivedKind.Binary, default),
                _ => length > maxMessageBytes ? new(ReceivedKind.TooLarge, default) : new(ReceivedKind.Text, _buffer.AsMemory(0, length)),
            };
        }
        catch (Exception e) when (IsLost(e))
        {
            return new(ReceivedKind.Lost, default);
        }
    }

    /// <summary>
    /// Returns whether the connection ends where the next message is expected. Called while the client's last message is being handled, which can take long; that message
    /// stays valid. The client's later messages are not received by this method.
    /// </summary>
    public async Task<ReceivedKind?> FindEndAsync()
    {
        try
        {
            _next ??= socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
            return (await _next.ConfigureAwait(false)).MessageType == WebSocketMessageType.Close ? ReceivedKind.Closed : null;
        }
        catch (Exception e) when (IsLost(e))
        {
            return ReceivedKind.Lost;
        }
    }

    /// <summary>The close code of the client, as it can be sent back.</summary>
    public int ReceivedCloseCode => socket.CloseStatus is { } code ? (int)CloseCodes.ToSendable((int)code) : 1000;

    /// <summary>Sends a close. Nothing is sent after it. Returns when the client has accepted it, or when it was canceled, which aborts the connection.</summary>
    public async Task CloseAsync(int code, string? description, CancellationToken cancellationToken)
    {
        _isClosing = true;
        try
        {
            await _sendLock.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await socket.CloseOutputAsync(CloseCodes.ToSendable(code), CloseCodes.ToSendable(description), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _sendLock.Release();
            }
        }
        catch (Exception e) when (IsLost(e))
        {
            Abort();
        }
    }

    public void Abort()
    {
        _isClosing = true;
        try
        {
            socket.Abort();
        }
#pragma warning disable CA1031 // disposed already, or an exception of the application's socket: the connection has ended in any case
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    public void Dispose()
    {
        ReturnBuffer();
        _sendLock.Dispose();
    }

    /// <summary>
    /// Receives the beginning of a message, which <see cref="FindEndAsync"/> may have begun already. A zero-byte receive waits for the first bytes, so that an idle connection
    /// holds no buffer.
    /// </summary>
    private ValueTask<ValueWebSocketReceiveResult> ReceiveFirstAsync()
    {
        if (_next is not { } next)
            return socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        _next = null;
        return new(next);
    }

    /// <summary>Whether the connection has ended: the platform's WebSockets report it with these exceptions.</summary>
    private static bool IsLost(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private Memory<byte> GetFreeBuffer(int used)
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        }
        else if (used == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        return _buffer.AsMemory(used);
    }

    private void ReturnBuffer()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}

/// <summary>A message of a relay's client.</summary>
internal readonly record struct ReceivedMessage(ReceivedKind Kind, ReadOnlyMemory<byte> Utf8Json);

/// <summary>The kinds of messages of a relay's client, including the ends of its connection.</summary>
internal enum ReceivedKind
{
    Text,
    Binary,
    TooLarge,
    Closed,
    Lost,
}
