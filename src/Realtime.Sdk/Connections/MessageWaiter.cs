namespace Realtime.Sdk.Internal;

/// <summary>Waits for the first message that matches. The connection's reader still receives the message.</summary>
internal sealed class MessageWaiter<T> where T : class
{
    private readonly TaskCompletionSource<T> _seen;
    private readonly WebSocketTransport _transport;
    private readonly Func<ReadOnlyMemory<byte>, long, T?> _convert;
    private volatile bool _isSeen;

    /// <summary>Starts observing messages.</summary>
    /// <param name="transport">The transport that receives the messages.</param>
    /// <param name="convert">Converts a message, given its bytes and its position in the stream; returns null if it does not match.</param>
    public MessageWaiter(WebSocketTransport transport, Func<ReadOnlyMemory<byte>, long, T?> convert)
    {
        _transport = transport;
        _convert = convert;
        _seen = CountedWork.CreateSource<T>(transport.Clock);
        transport.AddObserver(Observe);
    }

    /// <exception cref="RealtimeConnectionException">The connection ended before a message matched.</exception>
    public async Task<T> WaitAsync(RealtimeConnectionPhase phase, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(_seen.Task, _transport.Completion).WaitAsync(cancellationToken).Counted(_transport.Clock);

            // A clock that tracks work completes both tasks on the thread pool, in any order; the message was received before the connection ended.
            return _isSeen
                ? await _seen.Task.Counted(_transport.Clock)
                : throw (await _transport.Completion.Counted(_transport.Clock)).ToException(phase);
        }
        finally
        {
            _transport.RemoveObserver(Observe);
        }
    }

    private void Observe(ReadOnlyMemory<byte> message, long sequence)
    {
        if (_isSeen || _convert(message, sequence) is not { } result)
            return;
        _isSeen = true;
        CountedWork.Run(_transport.Clock, static seen => seen.Source.TrySetResult(seen.Result), (Source: _seen, Result: result));
    }
}
