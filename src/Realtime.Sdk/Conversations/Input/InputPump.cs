namespace Realtime.Sdk.Internal;

/// <summary>Sends the user's audio: reads one source after another, converts it, and ends the user's turn where the audio ends.</summary>
internal sealed class InputPump(IInputHost host, TimeProvider time)
{
    /// <summary>The maximum time to wait for the conversation to end after its connection has failed. The end has the reason for the failure.</summary>
    private static readonly TimeSpan MaxWaitForEnd = TimeSpan.FromSeconds(1);

    private readonly WorkTrackingTimeProvider? _work = time as WorkTrackingTimeProvider;
    private SourceReader? _unfinished;
    private int _isRunning;

    /// <summary>The contents of the server's input buffer. Code that handles its events, or sends a commit or a clear, must record them here.</summary>
    public InputBufferTracker Buffer { get; } = new();

    /// <summary>Sends a source until it or the conversation ends.</summary>
    /// <param name="source">
    /// The source. When it ends and turn detection is on, silence follows until the turn has ended; otherwise a buffer of at least 100 ms is
    /// committed. An incomplete sample at the end is reported and not sent.
    /// </param>
    /// <param name="cancellationToken">Stops sending; nothing is committed.</param>
    /// <exception cref="InvalidOperationException">Another source is being sent, or the source returned more bytes than requested.</exception>
    /// <exception cref="RealtimeConnectionException">The connection failed, and the conversation did not end.</exception>
    public Task RunAsync(AudioSource source, CancellationToken cancellationToken)
    {
        // Not in the asynchronous part, so that a wrong call throws immediately.
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            throw new InvalidOperationException("The conversation is listening to another source. Cancel that call of ListenAsync first, or wait until it completes.");
        return RunOnceAsync(source, cancellationToken);
    }

    private async Task RunOnceAsync(AudioSource source, CancellationToken cancellationToken)
    {
        _work?.BeginWork();
        using var signal = new WakeSignal(time);

        // Audio that was read but not sent is kept for the next call with the same source.
        var reader = _unfinished?.Source == source ? _unfinished : new SourceReader(source);
        _unfinished = null;
        reader.Open(signal);
        try
        {
            await RunUntilStopAsync(reader, signal, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync(reader).ConfigureAwait(false);

            // Before the task completes, so that its caller can listen again.
            Volatile.Write(ref _isRunning, 0);
            await CountedWork.EndAsync(_work);
        }
    }

    private async Task RunUntilStopAsync(SourceReader reader, WakeSignal signal, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.Ended);
        using var wake = stop.Token.UnsafeRegister(static signal => ((WakeSignal)signal!).WakeFromPool(), signal);
        try
        {
            await new InputRun(host, time, Buffer, reader, signal, stop.Token).RunAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception exception) when (reader.HasFailed)
        {
            host.OnSourceFailed(exception);
            throw;
        }
        catch (Exception exception) when (exception is RealtimeConnectionException or ObjectDisposedException)
        {
            // The conversation usually ends with its connection, and its end has the reason.
            if (!await signal.WaitForAsync(() => stop.IsCancellationRequested, MaxWaitForEnd).ConfigureAwait(false))
                throw;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask CloseAsync(SourceReader reader)
    {
        if (reader.HasUnsentAudio && !reader.HasEnded)
            _unfinished = reader;
        try
        {
            await reader.CloseAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // an exception of the app's code must not replace the result of the run
        catch (Exception exception)
#pragma warning restore CA1031
        {
            host.OnSourceFailed(exception);
        }
    }
}
