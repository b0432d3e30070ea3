using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>The pooled buffer that one run of the pump writes from.</summary>
internal struct PlaybackBuffer(ArrayPool<byte> pool)
{
    private byte[]? _buffer;

    public int Length { get; set; }

    public readonly ReadOnlyMemory<byte> Audio => _buffer.AsMemory(0, Length);

    public Span<byte> Rent(int length)
    {
        if (_buffer is null || _buffer.Length < length)
        {
            Return();
            _buffer = pool.Rent(length);
        }
        return _buffer;
    }

    public void Return()
    {
        if (_buffer is not null)
            pool.Return(_buffer);
        _buffer = null;
        Length = 0;
    }
}
