using System.IO.Pipelines;
using System.Net.Sockets;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>One TCP connection to the emulator, whose output can be cut off, slowed down or discarded.</summary>
internal sealed class EmulatorConnection(Socket socket, EmulatorState state)
{
    private readonly Lock _lock = new();
    private ConnectionFault? _fault;
    private long _remaining;
    private bool _hasEnded;

    /// <summary>Informs a virtual clock of the WebSocket on the connection; null for any other clock, and while there is no WebSocket.</summary>
    public ConnectionTracker? Tracker { get; set; }

    /// <summary>Whether a fault has ended the connection.</summary>
    public bool IsOver
    {
        get
        {
            lock (_lock)
                return _hasEnded;
        }
    }

    /// <summary>Applies <paramref name="fault"/> to everything that is sent from now on; null removes the current fault.</summary>
    public void SetFault(ConnectionFault? fault)
    {
        lock (_lock)
        {
            _fault = fault;
            _remaining = fault?.AfterBytes ?? 0;
            if (fault is { End: { } end, AfterBytes: <= 0 })
                Finish(end);
        }
    }

    /// <summary>Sends the bytes that the fault permits. Completes when the operating system has accepted them.</summary>
    public async ValueTask<FlushResult> SendAsync(PipeWriter transport, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        FlushResult result = default;
        while (!bytes.IsEmpty && GetAllowedCount(bytes.Length, out var pause) is > 0 and var count)
        {
            await PauseAsync(pause).ConfigureAwait(false);
            result = await transport.WriteAsync(bytes[..count], cancellationToken).ConfigureAwait(false);
            bytes = bytes[count..];
            Sent(count);
        }
        return result;
    }

    private async ValueTask PauseAsync(TimeSpan pause)
    {
        if (pause == TimeSpan.Zero)
            return;
        Tracker?.PauseSending();
        try
        {
            await state.ActivityTracker.DelayAsync(pause, state.Time, state.Stopping).ConfigureAwait(false);
        }
        finally
        {
            Tracker?.ResumeSending();
        }
    }

    private int GetAllowedCount(int wanted, out TimeSpan pause)
    {
        lock (_lock)
        {
            pause = _fault?.PerByte ?? TimeSpan.Zero;
            if (_hasEnded)
                return 0;
            var max = pause > TimeSpan.Zero ? 1 : wanted;
            return _fault?.End is null ? max : (int)Math.Min(max, _remaining);
        }
    }

    private void Sent(int count)
    {
        lock (_lock)
        {
            _remaining -= count;
            if (_fault?.End is { } end && _remaining <= 0)
                Finish(end);
        }
    }

    private void Finish(ConnectionFailure end)
    {
        if (_hasEnded)
            return;
        _hasEnded = true;
        Tracker?.ReportFault(isNoticed: end != ConnectionFailure.BlackHole);
        switch (end)
        {
            case ConnectionFailure.Fin:
                Try(() => socket.Shutdown(SocketShutdown.Send));
                break;
            case ConnectionFailure.Reset:
                // With a linger time of zero, closing sends RST instead of FIN.
                Try(() => socket.LingerState = new LingerOption(true, 0));
                socket.Close();
                break;
            default:
                // A black hole: the socket stays open, but nothing more is sent.
                break;
        }
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client closed the connection first; it has ended either way.
        }
    }
}
