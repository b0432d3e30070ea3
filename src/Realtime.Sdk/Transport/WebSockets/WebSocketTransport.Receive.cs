using System.Net.WebSockets;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Receiving. A loop (the pump) reads ahead of the reader, so that pings are answered while the application is busy. It pauses only while the buffer is full,
/// so that TCP flow control slows the server down. It does not parse messages unless there are observers.
/// </summary>
internal sealed partial class WebSocketTransport
{
    private long _dropped;
    private bool _dropping;

    /// <summary>The number of messages that were dropped because they were not read in time.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    private async Task PumpAsync()
    {
        try
        {
            await ReceiveMessagesAsync().ConfigureAwait(false);
            _work?.BeginEnd();
            await RespondToCloseAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // any exception of the socket ends the connection, and becomes the reason that the reader gets
        catch (Exception e)
#pragma warning restore CA1031
        {
            _work?.BeginEnd();
            Abort(_closing ? CloseInfo.ClosedByClient : GetReceiveFailure(e));
        }
        finally
        {
            _queue.Drop();
            if (_work is not null)
                await _work.CompleteEndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Receives complete messages until the server closes the connection or it is aborted.</summary>
    private async Task ReceiveMessagesAsync()
    {
        while (End is null or { IsNormal: true })
        {
            // A zero-byte receive waits for the first bytes, so that an idle connection holds no buffer. If bytes were read ahead, it would only cost time.
            var part = _settings.Source is { HasBytes: true } ? default : await ReceiveAsync(Memory<byte>.Empty);
            while (part.MessageType != WebSocketMessageType.Close && !part.EndOfMessage)
            {
                part = await ReceiveAsync(_queue.GetMemory());
                _queue.Advance(part.Count);
                if (_queue.Incoming > _settings.MaxMessageBytes)
                {
                    Abort(CloseInfo.MessageTooBig(_settings.MaxMessageBytes));
                    return;
                }
            }
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            ConnectionMetrics.Received(_queue.Incoming);
            if (ProcessIncoming() && !_queue.TryCommit() && !await CommitWhenReadAsync().ConfigureAwait(false))
                return;
        }
    }

    /// <summary>Calls the observers with the incoming message. Returns false if the message was dropped.</summary>
    private bool ProcessIncoming()
    {
        _work?.BeginMessage();
        try
        {
            if (_observer is { } observer)
                NotifyObservers(observer);
            if (IsDroppable())
            {
                Drop();
                return false;
            }
            // Before the commit, because the reader may have processed the message before this method continues.
            _work?.AddUnhandled();
            return true;
        }
        finally
        {
            _work?.EndMessage();
        }
    }

    private ReceiveAwaitable ReceiveAsync(Memory<byte> memory) => new(_socket.ReceiveAsync(memory, CancellationToken.None), _queue);

    /// <summary>
    /// Commits the message when the reader has freed enough space. Meanwhile nothing is received, so that TCP flow control slows the server down. The
    /// connection is aborted if nothing is read for <see cref="WebSocketTransportSettings.UnreadTimeout"/>. That is less than the keep-alive timeout, so that
    /// the exception states this reason.
    /// </summary>
    /// <returns>Whether the message was committed; otherwise the connection has ended.</returns>
    private async ValueTask<bool> CommitWhenReadAsync()
    {
        _work?.PauseReceiving();
        _keepAlive?.IsPaused = true;
        try
        {
            return await CommitAsync().ConfigureAwait(false);
        }
        finally
        {
            _keepAlive?.IsPaused = false;
            _work?.ResumeReceiving();
        }
    }

    private async ValueTask<bool> CommitAsync()
    {
        var (idleSince, readCount) = (_settings.Time.GetTimestamp(), _queue.ReadCount);
        while (true)
        {
            // Checks repeatedly, because a slow reader may not free enough space before a ping has to be answered.
            var remaining = _settings.UnreadTimeout - _settings.Time.GetElapsedTime(idleSince);

            // At least a millisecond, because the remaining time may have become zero or negative since the last check.
            var pause = TimeSpan.FromTicks(Math.Max(Math.Min(remaining.Ticks, _settings.UnreadTimeout.Ticks / 4), TimeSpan.TicksPerMillisecond));
            await _queue.WaitForSpaceAsync().WaitAsync(pause, _settings.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (End is not null)
                return false;
            if (_queue.TryCommit())
                return true;
            if (_queue.ReadCount != readCount)
            {
                (idleSince, readCount) = (_settings.Time.GetTimestamp(), _queue.ReadCount);
            }
            else if (_settings.Time.GetElapsedTime(idleSince) >= _settings.UnreadTimeout)
            {
                Abort(CloseInfo.UnreadTimeout(_queue.Unread, _settings.UnreadTimeout));
                return false;
            }
        }
    }

    /// <summary>Whether the incoming message is dropped: its type is droppable, and less than a quarter of the buffer is free.</summary>
    private bool IsDroppable()
    {
        if (_settings.Droppable is not { } droppable)
            return false;
        if (_queue.Free >= _settings.MaxUnreadBytes / 4)
        {
            _dropping = false;
            return false;
        }
        return Matches(droppable);
    }

    private void Drop()
    {
        Interlocked.Increment(ref _dropped);
        ConnectionMetrics.Dropped();
        if (!_dropping)
            RealtimeLog.Dropping(_settings.Logger, _queue.Unread);
        _dropping = true;
        _queue.Drop();
    }

    private void NotifyObservers(MessageObserver observer)
    {
        var message = _queue.PeekIncoming(out var rented);
        observer(message, _queue.IncomingSequence);
        if (rented is not null)
            _settings.Pool.Return(rented);
    }

    private bool Matches(MessageFilter filter)
    {
        var message = _queue.PeekIncoming(out var rented);
        var matches = filter(message.Span);
        if (rented is not null)
            _settings.Pool.Return(rented);
        return matches;
    }

    /// <summary>Responds to the server's close with a close, as the protocol requires, within the close timeout. Reading ends before that.</summary>
    private async Task RespondToCloseAsync()
    {
        // Receiving ended because the connection was aborted. There is no close to respond to, and the reason is known.
        if (_socket.CloseStatus is null && End is not null)
            return;
        var code = GetReceivedCloseCode();
        var end = _closing ? CloseInfo.ClosedByClient : CloseInfo.ClosedByServer(code, _socket.CloseStatusDescription, _settings.Secret);
        var isReason = TryEnd(end);
        try
        {
            if (_socket.State == WebSocketState.CloseReceived)
            {
                using var deadline = new CancellationTokenSource(_settings.CloseTimeout, _settings.Time);
                await SendCloseResponseAsync(code, deadline.Token).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // the server has closed the connection, so it does not matter whether it receives the response
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        AbortSocket();

        // Counted again before the connection is not, so that no moment is left in which time could move.
        _work?.BeginEnd();
        _work?.NotifyEnded();
        if (isReason)
            Notify(end);
    }

    private async Task SendCloseResponseAsync(int code, CancellationToken cancellationToken)
    {
        var wasSent = false;
        _work?.BeginCloseResponse();
        try
        {
            var response = _socket.CloseOutputAsync(CloseCodes.ToSendable(code), null, cancellationToken);

            // If the server does not read the response, only the timeout ends the wait, so time must be able to pass.
            if (!response.IsCompleted)
                _work?.CancelEnd();
            await response.ConfigureAwait(false);
            wasSent = true;
        }
        finally
        {
            _work?.EndCloseResponse(wasSent);
        }
    }

    /// <summary>Returns the close code. The platform reports a close without a code as 1000; only the received bytes tell the difference.</summary>
    private int GetReceivedCloseCode() => _socket.CloseStatus switch
    {
        null => CloseCodes.None,
        WebSocketCloseStatus.NormalClosure when _socket.CloseStatusDescription is not { Length: > 0 } && _settings.Source?.EndsInEmptyClose == true => CloseCodes.None,
        var code => (int)code,
    };

    /// <summary>Determines why receiving failed. The platform reports an unanswered ping as a cancellation with the actual reason inside.</summary>
    private static CloseInfo GetReceiveFailure(Exception exception)
    {
        var fault = exception;
        while (fault is not null and not WebSocketException)
            fault = fault.InnerException;
        return fault is not WebSocketException { WebSocketErrorCode: WebSocketError.Faulted or WebSocketError.HeaderError }
            ? CloseInfo.ConnectionLost(exception)
            : exception is OperationCanceledException ? CloseInfo.PingTimeout(exception) : CloseInfo.ProtocolViolation(exception);
    }
}
