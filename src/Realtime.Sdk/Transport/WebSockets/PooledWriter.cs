using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>Collects one outgoing message in a pooled buffer. Empty, it holds no buffer.</summary>
internal sealed class PooledWriter(BlockPool pool) : IBufferWriter<byte>
{
    private byte[]? _buffer;
    private int _count;
    private bool _isTrimmed;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _count);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (_buffer?.Length ?? 0) - _count);
        _count += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_count);
    }

    /// <summary>Forgets what was written and gives the buffer back.</summary>
    public void Clear()
    {
        _count = 0;
        if (_buffer is { } buffer)
        {
            _buffer = null;
            GiveBack(buffer);
        }
    }

    /// <summary>Moves what was written to an array of its size, unless its buffer is about as small.</summary>
    public void Trim()
    {
        if (_buffer is not { } buffer || _count > buffer.Length / 2)
            return;
        var exact = GC.AllocateUninitializedArray<byte>(_count);
        buffer.AsSpan(0, _count).CopyTo(exact);
        pool.Return(buffer);
        _buffer = exact;
        _isTrimmed = true;
    }

    private void GiveBack(byte[] buffer)
    {
        // A trimmed buffer is not the pool's.
        if (!_isTrimmed)
            pool.Return(buffer);
        _isTrimmed = false;
    }

    private void Ensure(int free)
    {
        if (_buffer is null)
        {
            _buffer = pool.Rent(free);
        }
        else if (_buffer.Length - _count < free)
        {
            var larger = pool.Rent(checked((int)Math.Min(Math.Max((long)_buffer.Length * 2, (long)_count + free), Array.MaxLength)));
            _buffer.AsSpan(0, _count).CopyTo(larger);
            GiveBack(_buffer);
            _buffer = larger;
        }
    }
}
