using System.Net.WebSockets;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The pump: reads ahead of the reader, so that pings are answered while the program is busy. It waits only while the buffer is full, so that
/// TCP holds the server back. It does not look into messages unless an observer does.
/// </summary>
internal sealed partial class WebSocketTransport
{
    private long _dropped;
    private bool _dropping;

    /// <summary>The number of messages dropped because they were not read in time.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    private async Task PumpAsync()
    {
        try
        {
            await ReceiveMessagesAsync().ConfigureAwait(false);
            _work?.BeginEnd();
            await AnswerCloseAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whatever the socket throws is why the connection is over, and the reader is told
        catch (Exception e)
#pragma warning restore CA1031
        {
            _work?.BeginEnd();
            GiveUp(_closing ? CloseInfo.ClosedByUs : WhyFailed(e));
        }
        finally
        {
            _queue.Drop();
            if (_work is not null)
                await _work.CompleteEndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads whole messages into the queue until the server closes, or the connection is given up.</summary>
    private async Task ReceiveMessagesAsync()
    {
        while (End is null or { IsNormal: true })
        {
            // A receive without a buffer waits for the first bytes, so that an idle connection holds none.
            var part = await ReceiveAsync(Memory<byte>.Empty);
            while (part.MessageType != WebSocketMessageType.Close && !part.EndOfMessage)
            {
                part = await ReceiveAsync(_queue.GetMemory());
                _queue.Advance(part.Count);
                if (_queue.Incoming > _settings.MaxMessageBytes)
                {
                    GiveUp(CloseInfo.MessageTooBig(_settings.MaxMessageBytes));
                    return;
                }
            }
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            ConnectionMetrics.Received(_queue.Incoming);
            if (IsKept() && !_queue.TryCommit() && !await CommitWhenReadAsync().ConfigureAwait(false))
                return;
        }
    }

    /// <summary>Shows the message that has come in to the observers; false when it was dropped.</summary>
    private bool IsKept()
    {
        _work?.BeginMessage();
        try
        {
            if (_observer is { } observer)
                Show(observer);
            if (IsDroppable())
            {
                Drop();
                return false;
            }
            // Before it is committed: the reader may be done with it before the pump continues.
            _work?.Arrive();
            return true;
        }
        finally
        {
            _work?.EndMessage();
        }
    }

    private ReceiveAwaitable ReceiveAsync(Memory<byte> memory) => new(_socket.ReceiveAsync(memory, CancellationToken.None), _queue);

    /// <summary>
    /// Commits the message as soon as the reader has made room. Meanwhile nothing is received, so that TCP holds the server back. The connection
    /// ends when nothing was read for <see cref="WebSocketTransportSettings.UnreadTimeout"/>, which is shorter than the keep-alive timeout, so that
    /// this is the reason.
    /// </summary>
    /// <returns>Whether it was committed; otherwise the connection is over.</returns>
    private async ValueTask<bool> CommitWhenReadAsync()
    {
        _work?.PauseReceiving();
        try
        {
            return await CommitAsync().ConfigureAwait(false);
        }
        finally
        {
            _work?.ResumeReceiving();
        }
    }

    private async ValueTask<bool> CommitAsync()
    {
        var (idleSince, readCount) = (_settings.Time.GetTimestamp(), _queue.ReadCount);
        while (true)
        {
            // Looks up now and then: a reader may be too slow to make much room before a ping has to be answered.
            var remaining = _settings.UnreadTimeout - _settings.Time.GetElapsedTime(idleSince);
            var pause = TimeSpan.FromTicks(Math.Max(Math.Min(remaining.Ticks, _settings.UnreadTimeout.Ticks / 4), TimeSpan.TicksPerMillisecond));
            await _queue.WaitForRoomAsync().WaitAsync(pause, _settings.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
                GiveUp(CloseInfo.Unread(_queue.Unread, _settings.UnreadTimeout));
                return false;
            }
        }
    }

    /// <summary>Whether the incoming message is of a kind that is dropped, while less than a quarter of the buffer is free.</summary>
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

    private void Show(MessageObserver observer)
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

    /// <summary>Ends the reading first, then repeats the server's close, as the protocol asks, within the close deadline.</summary>
    private async Task AnswerCloseAsync()
    {
        if (_socket.CloseStatus is null && End is not null)
            return;
        var code = ReceivedCloseCode();
        var end = _closing ? CloseInfo.ClosedByUs : CloseInfo.ClosedByServer(code, _socket.CloseStatusDescription, _settings.Secret);
        var isReason = TryEnd(end);
        try
        {
            if (_socket.State == WebSocketState.CloseReceived)
            {
                using var deadline = new CancellationTokenSource(_settings.CloseTimeout, _settings.Time);
                var answer = _socket.CloseOutputAsync(CloseCodes.Sendable(code), null, deadline.Token);

                // A server that does not read its answer is waited for until the deadline, so time must pass.
                if (!answer.IsCompleted)
                    _work?.CancelEnd();
                await answer.ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // the server has closed: that our answer does not reach it changes nothing
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        AbortSocket();
        if (isReason)
            Notify(end);
    }

    /// <summary>The platform reports a close without a code as 1000; the bytes below it say which it was.</summary>
    private int ReceivedCloseCode() => _socket.CloseStatus switch
    {
        null => CloseCodes.None,
        WebSocketCloseStatus.NormalClosure when _socket.CloseStatusDescription is not { Length: > 0 } && _settings.Source?.EndsInEmptyClose == true => CloseCodes.None,
        var code => (int)code,
    };

    /// <summary>The platform reports an unanswered ping as a cancellation around the true reason.</summary>
    private static CloseInfo WhyFailed(Exception exception)
    {
        var fault = exception;
        while (fault is not null and not WebSocketException)
            fault = fault.InnerException;
        return fault is not WebSocketException { WebSocketErrorCode: WebSocketError.Faulted or WebSocketError.HeaderError }
            ? CloseInfo.ConnectionLost(exception)
            : exception is OperationCanceledException ? CloseInfo.Unanswered(exception) : CloseInfo.BrokenProtocol(exception);
    }
}
