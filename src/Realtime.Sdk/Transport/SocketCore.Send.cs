using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Sending: formatted before the turn, one at a time, in the order of the calls. Cancellation counts only while a message waits
/// for its turn: the platform would answer a cancelled write by killing the connection.
/// </summary>
internal sealed partial class SocketCore
{
    private PooledWriter? _spareWriter;
    private ITimer? _sendDeadline;
    private long _sendStarted;
    private volatile bool _sendPending;
    private long _queuedBytes;

    /// <summary>An empty buffer for one message; it comes back through <see cref="SendAsync"/> or <see cref="Return"/>.</summary>
    public PooledWriter RentWriter() => Interlocked.Exchange(ref _spareWriter, null) ?? new(_settings.Pool);

    public void Return(PooledWriter writer)
    {
        writer.Clear();
        _spareWriter = writer;
    }

    /// <summary>One message in a buffer; a writer that throws leaves nothing behind.</summary>
    public PooledWriter Write(Action<PooledWriter> write)
    {
        var message = RentWriter();
        try
        {
            write(message);
            return message;
        }
        catch
        {
            Return(message);
            throw;
        }
    }

    /// <summary>Sends what was written as one text message and takes the writer back in every case.</summary>
    /// <param name="message">The message.</param>
    /// <param name="onTurn">Called in the order of sending, immediately before the first byte may leave; null is nothing.</param>
    /// <param name="state">What <paramref name="onTurn"/> is given.</param>
    /// <param name="cancellationToken">Takes the message out of the queue; has no effect any more once its turn has come.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(PooledWriter message, Action<object>? onTurn, object? state, CancellationToken cancellationToken)
    {
        var bytes = message.Written.Length;
        try
        {
            Accept(bytes);
            await _gate.EnterAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (onTurn is not null)
                    onTurn(state!);
                await WriteAsync(message.Written).ConfigureAwait(false);
            }
            finally
            {
                _gate.Exit();
            }
        }
        finally
        {
            Interlocked.Add(ref _queuedBytes, -bytes);
            Return(message);
        }
        ConnectionMetrics.Sent(bytes);
    }

    private void Accept(int bytes)
    {
        var queued = Interlocked.Add(ref _queuedBytes, bytes);
        if (_disposed)
            throw AlreadyDisposed();
        if (End is { } end)
            throw Refusal(end);
        if (bytes > _settings.MaxSendBytes)
            throw new RealtimeValidationException([new("$", $"{bytes} bytes", $"at most {_settings.MaxSendBytes} bytes", ConstraintSeverity.Error)]);
        if (queued > _settings.MaxQueuedSendBytes && queued > bytes)
            throw new RealtimeConnectionException(RealtimeConnectionPhase.Send, $"Nothing was sent: {queued - bytes} bytes already wait to be sent.");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> message)
    {
        if (End is { } end)
            throw Refusal(end);
        if (_socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            throw ConnectionEnd.Lost(null).ToException(RealtimeConnectionPhase.Send);
        try
        {
            var write = _socket.SendAsync(message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None);
            if (!write.IsCompleted)
                StartSendDeadline();
            await write.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            GiveUp(ConnectionEnd.Lost(e));
            throw End!.ToException(RealtimeConnectionPhase.Send, isDeliveryUncertain: true, e);
        }
        finally
        {
            _sendPending = false;
        }
    }

    /// <summary>One timer for all sends, made by the first that does not complete at once.</summary>
    private void StartSendDeadline()
    {
        if (_settings.SendTimeout == Timeout.InfiniteTimeSpan)
            return;
        Volatile.Write(ref _sendStarted, _settings.Time.GetTimestamp());
        _sendPending = true;
        _sendDeadline ??= _settings.Time.CreateTimer(static core => ((SocketCore)core!).CheckSendDeadline(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _sendDeadline.Change(_settings.SendTimeout, Timeout.InfiniteTimeSpan);
    }

    private void CheckSendDeadline()
    {
        if (_sendPending && _settings.Time.GetElapsedTime(Volatile.Read(ref _sendStarted)) >= _settings.SendTimeout)
            GiveUp(ConnectionEnd.SendStalled(_settings.SendTimeout));
    }
}
