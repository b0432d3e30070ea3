namespace Realtime.Sdk.Internal;

/// <summary>
/// Reports what one transport has in hand to a clock that counts work. What was received is in hand while there is a reader: from its arrival until the
/// reader asks for the next message. Without a reader nobody will handle it, so it does not count.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="connection">The key of the handshake; null for a socket that was opened elsewhere.</param>
internal sealed class TransportWork(WorkTrackingTimeProvider clock, string? connection)
{
    private readonly Lock _lock = new();
    private int _unhandled;
    private int _sends;
    private bool _isRead;
    private bool _hasEndedReading;
    private bool _isOver;
    private bool _isClosing;
    private bool _counts;

    // Of the pump alone.
    private bool _isEnding;

    public WorkTrackingTimeProvider Clock => clock;

    /// <summary>A whole message was received; the caller has it in hand until <see cref="EndMessage"/>.</summary>
    public void BeginMessage()
    {
        clock.BeginWork();
        if (connection is not null)
            clock.MessageReceived(connection);
    }

    public void EndMessage() => clock.EndWork();

    /// <summary>A message is about to become readable.</summary>
    public void Arrive() => Change(() => _unhandled++);

    /// <summary>The reader is done with a message.</summary>
    public void Handle() => Change(() => _unhandled--);

    /// <summary>Whether <see cref="ReleaseReader"/> is to follow.</summary>
    public bool HasReaderToRelease
    {
        get
        {
            lock (_lock)
                return _hasEndedReading;
        }
    }

    public void BeginReading() => Change(() => (_isRead, _hasEndedReading) = (true, false));

    /// <summary>The reader reads no more. It counts until <see cref="ReleaseReader"/>.</summary>
    public void EndReading() => Change(() => _hasEndedReading = true);

    /// <summary>The caller of the reader has continued after its end; nothing happens if another reader has begun meanwhile.</summary>
    public void ReleaseReader() => Change(() =>
    {
        _isRead &= !_hasEndedReading;
        _hasEndedReading = false;
    });

    /// <summary>
    /// The connection closes from this side: what its reader has not handled does not count any more, until the connection is over. The reader may be the one
    /// who closes, and a server that does not answer the close ends the wait only when time passes.
    /// </summary>
    public void BeginClosing() => Change(() => _isClosing = true);

    /// <summary>The pump brings the connection to its end, until <see cref="CompleteEndAsync"/>; called any number of times.</summary>
    public void BeginEnd()
    {
        if (!_isEnding)
            clock.BeginWork();
        _isEnding = true;
    }

    /// <summary>The end waits for time to pass.</summary>
    public void CancelEnd()
    {
        if (_isEnding)
            clock.EndWork();
        _isEnding = false;
    }

    /// <summary>The pump has ended; what waits for it continues before this stops to count.</summary>
    public async ValueTask CompleteEndAsync()
    {
        BeginEnd();
        await CountedWork.YieldAsync(clock);
        CancelEnd();
    }

    /// <summary>No more messages follow; a reader has the end of the connection to handle.</summary>
    public void End() => Change(() => _isOver = true);

    /// <summary>Called after everything that the end asks for is counted.</summary>
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
            // Sends count by their connection, until its end makes them fail.
            var counts = (_isRead && ((_unhandled > 0 && !_isClosing) || _isOver || _hasEndedReading)) || (_isOver && _sends > 0);
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
