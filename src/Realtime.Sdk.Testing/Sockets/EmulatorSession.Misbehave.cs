namespace Realtime.Sdk.Testing;

public sealed partial class EmulatorSession
{
    private TaskCompletionSource? _stalled;
    private int _pings;

    /// <summary>Whether the client's pings are answered; true by default. Without answers a client takes its peer for dead.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Whether the client's close is answered; true by default. Without an answer the connection stays open.</summary>
    public bool AnswersClose { get; set; } = true;

    /// <summary>How many pings the client has sent.</summary>
    public int Pings => Volatile.Read(ref _pings);

    /// <summary>Stops reading: what the client sends piles up, at last on its own side, and pings and closes go unanswered.</summary>
    public void StopReading()
    {
        lock (_lock)
        {
            if (_stalled is not null)
                return;
            _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _link?.PauseReceiving();
        }
    }

    /// <summary>Reads on after <see cref="StopReading"/>.</summary>
    public void ResumeReading()
    {
        lock (_lock)
        {
            if (_stalled is null)
                return;
            _link?.ResumeReceiving();
            _stalled.TrySetResult();
            _stalled = null;
        }
    }

    /// <summary>Ends the TCP connection now, or once a number of further bytes were sent, without a word in the protocol.</summary>
    /// <param name="end">How it ends.</param>
    /// <param name="afterBytes">How many bytes of WebSocket frames, heads included, still reach the client.</param>
    public void End(ConnectionFailure end, long afterBytes = 0) => _connection.Arm(new() { End = end, AfterBytes = afterBytes });

    /// <summary>Sends every further byte alone, each after a pause by the emulator's time.</summary>
    public void Drip(TimeSpan perByte) => _connection.Arm(new() { PerByte = perByte });

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
