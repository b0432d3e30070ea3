namespace Realtime.Sdk.Internal;

/// <summary>Ending on purpose: a handshake with a deadline, then the axe. Safe from any thread, any number of times.</summary>
internal sealed partial class WebSocketTransport
{
    private readonly Lock _closeLock = new();
    private Task? _close;
    private volatile bool _closing;

    /// <summary>Sends what is queued and a close, and waits for the server's, all within the close deadline; then the link is cut.</summary>
    public async Task CloseAsync(int code, string? reason, CancellationToken cancellationToken)
    {
        Task close;
        _work?.BeginClosing();
        lock (_closeLock)
            close = _close ??= ShakeHandsAsync(code, reason);
        try
        {
            await close.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            GiveUp(CloseInfo.ClosedByUs);
            throw;
        }
    }

    /// <summary>Aborts the connection immediately.</summary>
    public void Abort() => GiveUp(CloseInfo.ClosedByUs);

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _work?.BeginClosing();
        // First, since a pump that waits for room would not come to the server's close.
        _queue.Discard();
        try
        {
            await CloseAsync(1000, null, CancellationToken.None).ConfigureAwait(false);
            // So that the log is complete when this returns; bounded, since it is the code of others that runs there.
            await WhenNotifiedAsync().WaitAsync(_settings.CloseTimeout, _settings.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            // Also when the application's clock throws, which is all that can throw here.
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
#pragma warning disable CA1031 // a socket of the application's own making: it was aborted, which is all that is asked of it
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private async Task ShakeHandsAsync(int code, string? reason)
    {
        if (End is not null)
            return;
        using var deadline = new CancellationTokenSource(_settings.CloseTimeout, _settings.Time);
        try
        {
            await _gate.EnterAsync(deadline.Token).ConfigureAwait(false);
            try
            {
                _closing = true;
                _gate.Break(() => CreateSendFailure(CloseInfo.ClosedByUs));
                await SendCloseAsync(code, reason, deadline.Token).ConfigureAwait(false);
            }
            finally
            {
                _gate.Exit();
            }
        }
#pragma warning disable CA1031 // a close that cannot be sent ends as every other does: the connection is aborted below
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        // Also after a close that could not be sent: what the server sent before can still be received.
        await _pump.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        GiveUp(CloseInfo.ClosedByUs);
    }

    private async Task SendCloseAsync(int code, string? reason, CancellationToken cancellationToken)
    {
        var wasSent = false;
        _work?.BeginSend();
        try
        {
            await _socket.CloseOutputAsync(CloseCodes.Sendable(code), CloseCodes.Sendable(reason), cancellationToken).ConfigureAwait(false);
            wasSent = true;
        }
        finally
        {
            _work?.EndSend(wasSent);
        }
    }
}
