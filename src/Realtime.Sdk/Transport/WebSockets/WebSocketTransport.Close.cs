namespace Realtime.Sdk.Internal;

/// <summary>Closing and disposing: a close handshake with a deadline, then an abort. Thread-safe; may be called repeatedly.</summary>
internal sealed partial class WebSocketTransport
{
    private readonly Lock _closeLock = new();
    private Task? _close;
    private volatile bool _closing;

    /// <summary>Sends the queued messages and a close, and waits for the server's close, all within the close timeout. Then aborts the connection.</summary>
    public async Task CloseAsync(int code, string? reason, CancellationToken cancellationToken)
    {
        Task close;
        _work?.BeginClosing();
        lock (_closeLock)
            close = _close ??= PerformCloseHandshakeAsync(code, reason);
        try
        {
            await close.WaitAsync(cancellationToken).Counted(Clock);
        }
        catch (OperationCanceledException)
        {
            // A canceled close still ends the connection, which must not stay half closed.
            Abort(CloseInfo.ClosedByClient);
            throw;
        }
    }

    /// <summary>Aborts the connection immediately.</summary>
    public void Abort() => Abort(CloseInfo.ClosedByClient);

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _work?.BeginClosing();
        // First, because while receiving is paused for space, the server's close would not be received.
        _queue.Discard();
        try
        {
            await CloseAsync(1000, null, CancellationToken.None).Counted(Clock);
            // So that the log is complete when this method returns. With a timeout, because the notification calls application code.
            await WhenNotifiedAsync().WaitAsync(_settings.CloseTimeout, _settings.Time).Counted(Clock);
        }
        catch (TimeoutException)
        {
        }
        finally
        {
            // Also if the application's clock throws; nothing else here can.
            Abort();
            DisposeSocket();
            if (_sendDeadline is { } timer)
                await timer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void DisposeSocket()
    {
        try
        {
            _socket.Dispose();
        }
#pragma warning disable CA1031 // a socket of the application may throw anything; it has been aborted, so nothing else is needed
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private async Task PerformCloseHandshakeAsync(int code, string? reason)
    {
        if (End is not null)
            return;
        using var deadline = new CancellationTokenSource(_settings.CloseTimeout, _settings.Time);
        try
        {
            await _sendLock.EnterAsync(deadline.Token).ConfigureAwait(false);
            try
            {
                // While the lock is held, so that no message follows the close.
                _closing = true;
                _sendLock.Fail(() => CreateSendFailure(CloseInfo.ClosedByClient));
                await SendCloseAsync(code, reason, deadline.Token).ConfigureAwait(false);
            }
            finally
            {
                _sendLock.Exit();
            }
        }
#pragma warning disable CA1031 // if the close cannot be sent, the connection is aborted below
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        // Also if the close could not be sent, because messages that the server sent before can still be received.
        await _pump.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Abort(CloseInfo.ClosedByClient);
    }

    private async Task SendCloseAsync(int code, string? reason, CancellationToken cancellationToken)
    {
        var wasSent = false;
        _work?.BeginSend();
        try
        {
            await _socket.CloseOutputAsync(CloseCodes.ToSendable(code), CloseCodes.ToSendable(reason), cancellationToken).ConfigureAwait(false);
            wasSent = true;
        }
        finally
        {
            _work?.EndSend(wasSent);
        }
    }
}
