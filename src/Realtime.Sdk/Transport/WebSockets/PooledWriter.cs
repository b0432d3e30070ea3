using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>A buffer writer for one outgoing message. While it is empty, it holds no buffer.</summary>
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

    /// <summary>Discards the content and returns the buffer to the pool.</summary>
    public void Clear()
    {
        _count = 0;
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ReturnToPool(buffer);
        }
    }

    /// <summary>Moves the content to an array of its exact size, unless more than half of the buffer is used.</summary>
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

    private void ReturnToPool(byte[] buffer)
    {
        // A trimmed buffer does not belong to the pool.
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
            ReturnToPool(_buffer);
            _buffer = larger;
        }
    }
}
