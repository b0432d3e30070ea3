namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    private TaskCompletionSource? _stalled;
    private int _pings;

    /// <summary>Whether the client's pings are answered. The default is <see langword="true"/>. Without answers, the client's keep-alive timeout expires.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Whether the client's close frame is answered. The default is <see langword="true"/>. Without an answer, the connection stays open.</summary>
    public bool AnswersClose { get; set; } = true;

    /// <summary>The number of pings that the client has sent.</summary>
    public int Pings => Volatile.Read(ref _pings);

    /// <summary>Stops reading. Data from the client accumulates, eventually on the client's side, and pings and close frames are not answered.</summary>
    public void StopReading()
    {
        lock (_lock)
        {
            if (_stalled is not null)
                return;
            _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _tracker?.PauseReceiving();
        }
    }

    /// <summary>Resumes reading after <see cref="StopReading"/>.</summary>
    public void ResumeReading()
    {
        lock (_lock)
        {
            if (_stalled is null)
                return;
            _tracker?.ResumeReceiving();
            _stalled.TrySetResult();
            _stalled = null;
        }
    }

    /// <summary>Ends the TCP connection immediately, or after a number of further bytes, without a WebSocket close.</summary>
    /// <param name="end">How it ends.</param>
    /// <param name="afterBytes">The number of bytes of WebSocket frames, including their headers, that still reach the client. The default is 0.</param>
    public void End(ConnectionFailure end, long afterBytes = 0) => _connection.SetFault(new() { End = end, AfterBytes = afterBytes });

    /// <summary>Sends every further byte separately, after a pause by the emulator's clock.</summary>
    public void Throttle(TimeSpan perByte) => _connection.SetFault(new() { PerByte = perByte });

    private async ValueTask FillAsync(Memory<byte> buffer, CancellationToken stopping)
    {
        while (!buffer.IsEmpty)
        {
            var count = await _stream.ReadAsync(buffer, stopping).ConfigureAwait(false);
            Task? stalled;
            lock (_lock)
                stalled = _stalled?.Task;
            if (stalled is not null)
                await stalled.WaitAsync(stopping).ConfigureAwait(false);
            if (count == 0)
                throw new EndOfStreamException();
            buffer = buffer[count..];
        }
    }

    private async Task PongAsync(ReadOnlyMemory<byte> payload)
    {
        Interlocked.Increment(ref _pings);
        if (AnswersPings)
            await TrySendAsync(FrameKind.Pong, payload).ConfigureAwait(false);
    }
}
