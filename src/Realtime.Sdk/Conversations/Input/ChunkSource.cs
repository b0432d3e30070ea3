using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Enumerates chunks; what a read leaves of one, the next read takes.</summary>
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

    /// <summary>Disposes the enumerator; where it is about to give the next chunk, which excludes disposal, the read disposes it.</summary>
    internal override ValueTask EndAsync() =>
        Interlocked.CompareExchange(ref _state, Ending, Reading) == Reading ? ValueTask.CompletedTask : DisposeEnumeratorAsync();

    /// <summary>Moves to the next chunk that is not empty, or to the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask MoveNextAsync(CancellationToken cancellationToken)
    {
        // The enumeration takes one token, that of the first read: a conversation reads a source with one token.
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
