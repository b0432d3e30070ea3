namespace Realtime.Sdk.Internal;

/// <summary>Waits for the first message that means something to somebody, beside the reader, who gets it too.</summary>
internal sealed class Watch<T> where T : class
{
    private readonly TaskCompletionSource<T> _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SocketCore _core;
    private readonly Func<ReadOnlyMemory<byte>, long, T?> _meaning;

    /// <summary>Watches from now on.</summary>
    /// <param name="core">Where messages come in.</param>
    /// <param name="meaning">What a message means, given its bytes and its place in the stream; null is nothing.</param>
    public Watch(SocketCore core, Func<ReadOnlyMemory<byte>, long, T?> meaning)
    {
        _core = core;
        _meaning = meaning;
        core.AddObserver(See);
    }

    /// <exception cref="RealtimeConnectionException">The connection ended before.</exception>
    public async Task<T> WaitAsync(RealtimeConnectionPhase phase, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_seen.Task, _core.Completion).WaitAsync(cancellationToken).ConfigureAwait(false);
            return _seen.Task.IsCompleted
                ? await _seen.Task.ConfigureAwait(false)
                : throw (await _core.Completion.ConfigureAwait(false)).ToException(phase);
        }
        finally
        {
            _core.RemoveObserver(See);
        }
    }

    private void See(ReadOnlyMemory<byte> message, long sequence)
    {
        if (!_seen.Task.IsCompleted && _meaning(message, sequence) is { } meant)
            _seen.TrySetResult(meant);
    }
}
