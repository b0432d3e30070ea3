namespace Realtime.Sdk.Internal;

/// <summary>
/// Reports the work of one transport to a clock that tracks work. A received message counts as work from its arrival until the reader requests the next one.
/// Without a reader, received messages do not count, because nothing will process them.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="connection">The key of the handshake; null for a socket that was opened by other code.</param>
internal sealed class TransportWork(WorkTrackingTimeProvider clock, string? connection)
{
    private readonly Lock _lock = new();
    private int _unhandled;
    private int _sends;
    private bool _isRead;
    private bool _hasEndedReading;
    private bool _hasEnded;
    private bool _isClosing;
    private bool _counts;

    // Used only by the receiving thread.
    private bool _isEnding;

    public WorkTrackingTimeProvider Clock => clock;

    /// <summary>Called when a complete message was received. It counts as work until <see cref="EndMessage"/>.</summary>
    public void BeginMessage()
    {
        clock.BeginWork();
        if (connection is not null)
            clock.MessageReceived(connection);
    }

    public void EndMessage() => clock.EndWork();

    /// <summary>Called before a message becomes readable.</summary>
    public void AddUnhandled() => Change(() => _unhandled++);

    /// <summary>Called when the reader has processed a message.</summary>
    public void RemoveUnhandled() => Change(() => _unhandled--);

    /// <summary>Whether <see cref="ReleaseReader"/> must be called.</summary>
    public bool HasReaderToRelease
    {
        get
        {
            lock (_lock)
                return _hasEndedReading;
        }
    }

    public void BeginReading() => Change(() => (_isRead, _hasEndedReading) = (true, false));

    /// <summary>Called when the reader stops reading. It counts as work until <see cref="ReleaseReader"/>.</summary>
    public void EndReading() => Change(() => _hasEndedReading = true);

    /// <summary>Called when the caller of the reader has continued after its end. Does nothing if another reader has started meanwhile.</summary>
    public void ReleaseReader() => Change(() =>
    {
        _isRead &= !_hasEndedReading;
        _hasEndedReading = false;
    });

    /// <summary>
    /// Called when the client closes the connection. From now on, unprocessed messages do not count as work until the connection has ended: the reader itself
    /// may be closing the connection, and if the server does not respond to the close, the wait ends only when time passes.
    /// </summary>
    public void BeginClosing() => Change(() => _isClosing = true);

    /// <summary>
    /// Called when the receiving thread starts to end the connection, which counts as work until <see cref="CompleteEndAsync"/>. May be called repeatedly.
    /// </summary>
    public void BeginEnd()
    {
        if (!_isEnding)
            clock.BeginWork();
        _isEnding = true;
    }

    /// <summary>Called when the end has to wait for time to pass.</summary>
    public void CancelEnd()
    {
        if (_isEnding)
            clock.EndWork();
        _isEnding = false;
    }

    /// <summary>Called when the receiving thread has ended. Code that waits for it continues before the work ends.</summary>
    public async ValueTask CompleteEndAsync()
    {
        BeginEnd();
        await CountedWork.YieldAsync(clock);
        CancelEnd();
    }

    /// <summary>Called when no more messages follow. A reader still has to process the end of the connection.</summary>
    public void End() => Change(() => _hasEnded = true);

    /// <summary>Called when the end needs nothing more of the server, and all work that results from it is counted. May be called repeatedly.</summary>
    public void NotifyEnded()
    {
        if (connection is not null)
            clock.ConnectionEnded(connection);
    }

    public void BeginSend()
    {
        Change(() => _sends++);
        if (connection is null)
            clock.BeginWork();
        else
            clock.BeginSend(connection);
    }

    public void EndSend(bool wasSent)
    {
        if (connection is null)
            clock.EndWork();
        else
            clock.EndSend(connection, wasSent);
        Change(() => _sends--);
    }

    /// <summary>
    /// Called when the server's close was received and before it is answered. The response is in transit until the server has received it. It does not count as a
    /// send, because a server that does not read must not keep time from passing: the close timeout ends the wait.
    /// </summary>
    public void BeginCloseResponse()
    {
        if (connection is null)
            return;
        clock.MessageReceived(connection);
        clock.BeginSend(connection);
    }

    public void EndCloseResponse(bool wasSent)
    {
        if (connection is not null)
            clock.EndSend(connection, wasSent);
    }

    public void PauseReceiving()
    {
        if (connection is not null)
            clock.PauseReceiving(connection);
    }

    public void ResumeReceiving()
    {
        if (connection is not null)
            clock.ResumeReceiving(connection);
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            // Until the connection ends, its sends are reported per connection. Then they fail, which counts as work here.
            var counts = (_isRead && ((_unhandled > 0 && !_isClosing) || _hasEnded || _hasEndedReading)) || (_hasEnded && _sends > 0);
            if (counts == _counts)
                return;
            _counts = counts;
            if (counts)
                clock.BeginWork();
            else
                clock.EndWork();
        }
    }
}
