using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Sending: formatted before the turn, one at a time, in the order of the calls. Cancellation counts only while a message waits
/// for its turn: the platform would answer a cancelled write by killing the connection.
/// </summary>
internal sealed partial class WebSocketTransport
{
    // A queued message holds its waiter and the sender's suspended call beside its bytes, so that many small ones are bounded too.
    private const int QueuedOverhead = 256;

    private PooledWriter? _spareWriter;
    private ITimer? _sendDeadline;
    private long _sendStarted;
    private volatile bool _sendPending;
    private volatile bool _writeFailed;
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
    public ValueTask SendAsync(PooledWriter message, Action<object>? onTurn, object? state, CancellationToken cancellationToken) =>
        _work is null ? SendOnTurnAsync(message, onTurn, state, cancellationToken) : SendCountedAsync(_work, message, onTurn, state, cancellationToken);

    /// <summary>Sends in hand: from before the message is accepted until the caller has continued.</summary>
    private async ValueTask SendCountedAsync(
        TransportWork work, PooledWriter message, Action<object>? onTurn, object? state, CancellationToken cancellationToken)
    {
        var wasSent = false;
        work.BeginSend();
        try
        {
            var sending = SendOnTurnAsync(message, onTurn, state, cancellationToken);
            var hasWaited = !sending.IsCompleted;
            try
            {
                await sending.ConfigureAwait(false);
                wasSent = true;
            }
            finally
            {
                if (hasWaited)
                    await CountedWork.YieldAsync(work.Clock);
            }
        }
        finally
        {
            work.EndSend(wasSent);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendOnTurnAsync(PooledWriter message, Action<object>? onTurn, object? state, CancellationToken cancellationToken)
    {
        var bytes = message.Written.Length;
        try
        {
            Accept(bytes);
            var turn = _gate.EnterAsync(cancellationToken);
            // A message that waits keeps no more than its own bytes, or a thousand small ones would hold a thousand blocks.
            if (!turn.IsCompleted)
                message.Trim();
            await turn.ConfigureAwait(false);
            try
            {
                if (onTurn is not null)
                    onTurn(state!);
                _sendObserver?.Invoke(message.Written);
                await WriteAsync(message.Written).ConfigureAwait(false);
            }
            finally
            {
                _gate.Exit();
            }
        }
        finally
        {
            Interlocked.Add(ref _queuedBytes, -(bytes + QueuedOverhead));
            Return(message);
        }
        ConnectionMetrics.Sent(bytes);
    }

    private void Accept(int bytes)
    {
        var cost = bytes + QueuedOverhead;
        var queued = Interlocked.Add(ref _queuedBytes, cost) - cost;
        if (_disposed)
            throw AlreadyDisposed();
        if (End is { } end)
            throw CreateSendFailure(end);
        if (bytes > _settings.MaxSendBytes)
            throw new RealtimeValidationException([new("$", $"{bytes} bytes", $"must be at most {_settings.MaxSendBytes} bytes", ConstraintSeverity.Error)]);
        if (queued > 0 && queued + cost > _settings.MaxQueuedSendBytes)
            throw new RealtimeSendQueueFullException(queued, _settings.MaxQueuedSendBytes);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> message)
    {
        if (End is { } end)
            throw CreateSendFailure(end);
        if (_socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            throw CreateSendFailure(await EndOfReadingAsync(null).ConfigureAwait(false));
        try
        {
            var write = _socket.SendAsync(message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None);
            if (!write.IsCompleted)
                StartSendDeadline();
            await write.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _sendPending = false;
            throw (await EndOfReadingAsync(e).ConfigureAwait(false)).After(ReportedError).ToException(RealtimeConnectionPhase.Send, isDeliveryUncertain: true, e);
        }
        finally
        {
            _sendPending = false;
        }
    }

    /// <summary>
    /// How the connection ended whose socket takes no more data. The pump goes on until it ends by itself, for a short grace: an error that
    /// the server sent before it left is still delivered, and its close says more than "lost". The caller keeps its turn meanwhile, so that
    /// those who wait behind it are refused with the same reason.
    /// </summary>
    private async Task<CloseInfo> EndOfReadingAsync(Exception? cause)
    {
        _writeFailed = true;
        await ((Task)_ended.Task).WaitAsync(_settings.WriteFailureGrace, _settings.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        GiveUp(CloseInfo.ConnectionLost(cause));
        return End!;
    }

    /// <summary>One timer for all sends, made by the first that does not complete at once.</summary>
    private void StartSendDeadline()
    {
        if (_settings.SendTimeout == Timeout.InfiniteTimeSpan)
            return;
        try
        {
            Volatile.Write(ref _sendStarted, _settings.Time.GetTimestamp());
            _sendPending = true;
            _sendDeadline ??= _settings.Time.CreateTimer(static transport => ((WebSocketTransport)transport!).CheckSendDeadline(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _sendDeadline.Change(_settings.SendTimeout, Timeout.InfiniteTimeSpan);
        }
#pragma warning disable CA1031 // the application's clock; thrown from here, the buffer would go back to the pool while the socket still reads it
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUp(CloseInfo.ConnectionLost(e));
        }
    }

    /// <summary>
    /// Ends the connection when the write under way has taken too long. Timers and timestamps are two clocks, and a timer may fire a few
    /// milliseconds early, or for the write before this one: then it is set again for what remains.
    /// </summary>
    private void CheckSendDeadline()
    {
        if (!_sendPending)
            return;
        try
        {
            var remaining = _settings.SendTimeout - _settings.Time.GetElapsedTime(Volatile.Read(ref _sendStarted));
            if (remaining <= TimeSpan.Zero)
                GiveUp(CloseInfo.SendStalled(_settings.SendTimeout));
            else
                _sendDeadline?.Change(remaining + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
#pragma warning disable CA1031 // the application's clock; thrown from a timer, it would end the process
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUp(CloseInfo.ConnectionLost(e));
        }
    }
}
