using System.Buffers;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>A growing buffer whose memory is rented from the shared pool on first use and returned by <see cref="Clear"/>.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int MinBytes = 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public Memory<byte> Written => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureCapacity(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>
    /// Drops all bytes and returns the memory to the pool. <see cref="Written"/> must not be used afterwards. The memory of a buffer that is not cleared is left
    /// to the garbage collector.
    /// </summary>
    public void Clear()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Length) = ([], 0);
    }

    private void EnsureCapacity(int sizeHint)
    {
        if (_bytes.Length - Length >= Math.Max(1, sizeHint))
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + sizeHint, Math.Max(MinBytes, Length * 2)));
        Written.CopyTo(larger);
        var length = Length;
        Clear();
        (_bytes, Length) = (larger, length);
    }
}
