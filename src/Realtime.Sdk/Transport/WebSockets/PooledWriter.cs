using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>A buffer writer for one outgoing message, with space for the header of its frame. While it is empty, it holds no buffer.</summary>
internal sealed class PooledWriter(BlockPool pool) : IBufferWriter<byte>
{
    private const int Start = ClientFrame.MaxHeader;

    private byte[]? _buffer;
    private int _count = Start;
    private bool _isTrimmed;

    public ReadOnlyMemory<byte> Written => _buffer is null ? default : _buffer.AsMemory(Start, _count - Start);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (_buffer?.Length ?? Start) - _count);
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

    /// <summary>Turns the content into a frame, which overwrites it.</summary>
    /// <param name="key">The masking key.</param>
    public ReadOnlyMemory<byte> ToFrame(uint key)
    {
        Ensure(0);
        var length = _count - Start;
        var frame = _buffer.AsMemory(Start - ClientFrame.GetHeaderLength(length), ClientFrame.GetHeaderLength(length) + length);
        ClientFrame.Write(frame.Span, length, key);
        return frame;
    }

    /// <summary>Discards the content and returns the buffer to the pool.</summary>
    public void Clear()
    {
        _count = Start;
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
            _buffer = pool.Rent(checked(Start + free));
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
