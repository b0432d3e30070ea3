namespace Realtime.Sdk.Internal;

/// <summary>Enumerates chunks; what a read leaves of one, the next read takes.</summary>
internal sealed class ChunkSource(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, SampleFormat? format) : AudioSource
{
    private IAsyncEnumerator<ReadOnlyMemory<byte>>? _enumerator;
    private ReadOnlyMemory<byte> _rest;
    private bool _hasEnded;

    public override SampleFormat? Format => format;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The enumeration takes one token, that of the first read: a conversation reads a source with one token.
        _enumerator ??= chunks.GetAsyncEnumerator(cancellationToken);
        while (_rest.IsEmpty && !_hasEnded)
        {
            if (await _enumerator.MoveNextAsync().ConfigureAwait(false))
            {
                _rest = _enumerator.Current;
            }
            else
            {
                _hasEnded = true;
                await _enumerator.DisposeAsync().ConfigureAwait(false);
            }
        }
        var length = Math.Min(_rest.Length, buffer.Length);
        _rest[..length].CopyTo(buffer);
        _rest = _rest[length..];
        return length;
    }
}
