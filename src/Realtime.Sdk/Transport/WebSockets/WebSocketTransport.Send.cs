using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Sending. Messages are formatted first and then sent one at a time, in the order of the calls. Cancellation is possible only while a message waits for
/// its turn, because the platform aborts the connection if a write is canceled.
/// </summary>
internal sealed partial class WebSocketTransport
{
    // Each queued message also holds its waiter and the suspended call of the sender, so this is added to its size to limit the number of small messages.
    private const int QueuedOverhead = 256;

    private PooledWriter? _spareWriter;
    private ITimer? _sendDeadline;
    private long _sendStarted;
    private volatile bool _sendPending;
    private volatile bool _writeFailed;
    private long _queuedBytes;

    // Only used while the send lock is held.
    private MaskingKeys _maskingKeys;

    /// <summary>Returns an empty buffer for one message. <see cref="SendAsync"/> or <see cref="Return"/> takes it back.</summary>
    public PooledWriter RentWriter() => Interlocked.Exchange(ref _spareWriter, null) ?? new(_settings.Pool);

    public void Return(PooledWriter writer)
    {
        writer.Clear();
        // If two sends end at the same time, one of the writers is garbage collected, which is harmless.
        _spareWriter = writer;
    }

    /// <summary>Writes one message to a buffer. If the callback throws, the buffer is returned.</summary>
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

    /// <summary>Sends the content as one text message. Takes the buffer back in any case.</summary>
    /// <param name="message">The message.</param>
    /// <param name="onSending">Called in the order of sending, immediately before the first byte can be sent; null if not needed.</param>
    /// <param name="state">The argument of <paramref name="onSending"/>.</param>
    /// <param name="cancellationToken">Cancels the send while it is queued; a send that has started cannot be canceled.</param>
    public ValueTask SendAsync(PooledWriter message, Action<object>? onSending, object? state, CancellationToken cancellationToken) =>
        _work is null ? SendInOrderAsync(message, onSending, state, cancellationToken) : SendCountedAsync(_work, message, onSending, state, cancellationToken);

    /// <summary>Sends with the clock tracking the work, from before the message is accepted until the caller has continued.</summary>
    private async ValueTask SendCountedAsync(
        TransportWork work, PooledWriter message, Action<object>? onSending, object? state, CancellationToken cancellationToken)
    {
        var wasSent = false;
        work.BeginSend();
        try
        {
            var sending = SendInOrderAsync(message, onSending, state, cancellationToken);
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
    private async ValueTask SendInOrderAsync(PooledWriter message, Action<object>? onSending, object? state, CancellationToken cancellationToken)
    {
        var bytes = message.Written.Length;
        try
        {
            Reserve(bytes);
            var turn = _sendLock.EnterAsync(cancellationToken);
            // While it waits, a message holds no more than its own bytes: otherwise a thousand small messages would hold a thousand blocks.
            if (!turn.IsCompleted)
                message.Trim();
            await turn.ConfigureAwait(false);
            try
            {
                if (onSending is not null)
                    onSending(state!);
                _sendObserver?.Invoke(message.Written);
                await WriteAsync(message).ConfigureAwait(false);
            }
            finally
            {
                _sendLock.Exit();
            }
        }
        finally
        {
            Interlocked.Add(ref _queuedBytes, -(bytes + QueuedOverhead));
            Return(message);
        }
        ConnectionMetrics.Sent(bytes);
    }

    /// <summary>Adds the message to the size of the send queue. Throws if it cannot be sent; the caller subtracts it again in any case.</summary>
    private void Reserve(int bytes)
    {
        var cost = bytes + QueuedOverhead;
        var queued = Interlocked.Add(ref _queuedBytes, cost) - cost;
        if (_disposed)
            throw CreateDisposedException();
        if (End is { } end)
            throw CreateSendFailure(end);
        if (bytes > _settings.MaxSendBytes)
            throw new RealtimeValidationException([new("$", $"{bytes} bytes", $"must be at most {_settings.MaxSendBytes} bytes", ConstraintSeverity.Error)]);

        // A single message is always accepted, however small the limit of the queue is.
        if (queued > 0 && queued + cost > _settings.MaxQueuedSendBytes)
            throw new RealtimeSendQueueFullException(queued, _settings.MaxQueuedSendBytes);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(PooledWriter message)
    {
        // Checked again: the connection may have ended while the message waited for its turn.
        if (End is { } end)
            throw CreateSendFailure(end);
        if (_socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            throw CreateSendFailure(await WaitForEndAsync(null).ConfigureAwait(false));
        try
        {
            // Directly, if possible: the socket would copy each message to a buffer of its own, and mask it there.
            var write = _settings.Source is { } stream
                ? stream.WriteFrameAsync(message.ToFrame(_maskingKeys.Next()))
                : _socket.SendAsync(message.Written, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None);

            // Most writes complete immediately, because the operating system accepts the bytes. They need no timer.
            if (!write.IsCompleted)
                StartSendDeadline();
            await write.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Before the grace period, in which the send timeout must not abort the connection.
            _sendPending = false;
            throw (await WaitForEndAsync(e).ConfigureAwait(false)).WithReportedError(ReportedError).ToException(RealtimeConnectionPhase.Send, isDeliveryUncertain: true, e);
        }
        finally
        {
            _sendPending = false;
        }
    }

    /// <summary>
    /// Returns why the connection ended, after a write has failed. Receiving continues until it ends by itself, but only for a grace period: an error that the
    /// server sent before is still delivered, and its close is more specific than a lost connection. Meanwhile the caller holds the send lock, so that
    /// the senders after it fail with the same reason.
    /// </summary>
    private async Task<CloseInfo> WaitForEndAsync(Exception? cause)
    {
        // From here on IsOpen is false, although the end and its reason are not known yet.
        _writeFailed = true;
        await ((Task)_ended.Task).WaitAsync(_settings.WriteFailureGrace, _settings.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Abort(CloseInfo.ConnectionLost(cause));
        return End!;
    }

    /// <summary>Starts the send timeout. All sends share one timer, which is created by the first send that does not complete immediately.</summary>
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
#pragma warning disable CA1031 // the application's clock; an exception here would return the buffer to the pool while the socket still reads it
        catch (Exception e)
#pragma warning restore CA1031
        {
            Abort(CloseInfo.ConnectionLost(e));
        }
    }

    /// <summary>
    /// Aborts the connection if the current write has taken too long. The timer may fire a few milliseconds early, because timers and timestamps use different
    /// clocks, or may belong to the previous write. Then it is restarted with the remaining time.
    /// </summary>
    private void CheckSendDeadline()
    {
        if (!_sendPending)
            return;
        try
        {
            var remaining = _settings.SendTimeout - _settings.Time.GetElapsedTime(Volatile.Read(ref _sendStarted));
            if (remaining <= TimeSpan.Zero)
                Abort(CloseInfo.SendStalled(_settings.SendTimeout));
            else
                _sendDeadline?.Change(remaining + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
#pragma warning disable CA1031 // the application's clock; an exception in a timer callback would end the process
        catch (Exception e)
#pragma warning restore CA1031
        {
            Abort(CloseInfo.ConnectionLost(e));
        }
    }
}
