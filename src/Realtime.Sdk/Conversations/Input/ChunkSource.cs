using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Reads an enumeration of chunks. A chunk that is larger than the buffer is returned by several reads.</summary>
internal sealed class ChunkSource(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, SampleFormat? format) : AudioSource
{
    private const int Idle = 0, Reading = 1, Ending = 2;

    private IAsyncEnumerator<ReadOnlyMemory<byte>>? _enumerator;
    private ReadOnlyMemory<byte> _rest;
    private bool _hasEnded;
    private int _state;

    public override SampleFormat? Format => format;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty && !_hasEnded)
            await MoveNextAsync(cancellationToken).ConfigureAwait(false);
        var length = Math.Min(_rest.Length, buffer.Length);
        _rest[..length].CopyTo(buffer);
        _rest = _rest[length..];
        return length;
    }

    /// <summary>Disposes the enumerator. An enumerator must not be disposed while it moves to the next chunk; then the read disposes it.</summary>
    internal override ValueTask EndAsync() =>
        Interlocked.CompareExchange(ref _state, Ending, Reading) == Reading ? ValueTask.CompletedTask : DisposeEnumeratorAsync();

    /// <summary>Moves to the next chunk that is not empty, or to the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask MoveNextAsync(CancellationToken cancellationToken)
    {
        // An enumeration has one token, so that of the first read is used. A conversation passes the same token to all reads.
        _enumerator ??= chunks.GetAsyncEnumerator(cancellationToken);
        Volatile.Write(ref _state, Reading);
        var hasEnded = false;
        try
        {
            while (_rest.IsEmpty && !hasEnded)
            {
                hasEnded = !await _enumerator.MoveNextAsync().ConfigureAwait(false);
                _rest = hasEnded ? default : _enumerator.Current;
            }
        }
        finally
        {
            if (Interlocked.Exchange(ref _state, Idle) == Ending || hasEnded)
                await DisposeEnumeratorAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask DisposeEnumeratorAsync()
    {
        _hasEnded = true;
        if (Interlocked.Exchange(ref _enumerator, null) is { } enumerator)
            await enumerator.DisposeAsync().ConfigureAwait(false);
    }
}
