using System.Numerics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The buffers of all connections: 16 KB blocks and, for the rare larger message, sizes doubling up to 1 MiB. Keeps at most
/// 2 MiB of each size; what is larger or too many goes to the garbage collector. A pool of our own, so that a burst on one
/// connection neither fragments nor empties the process-wide array pool.
/// </summary>
internal sealed class BlockPool
{
    public const int BlockSize = 16 * 1024;

    private const int KeptBytesPerSize = 2 * 1024 * 1024;

    // One for each size.
    private readonly Stack<byte[]>[] _free = [new(), new(), new(), new(), new(), new(), new()];
    private readonly Lock _lock = new();
    private byte[]? _atHand;
    private long _outstanding;

    public static BlockPool Shared { get; } = new();

    /// <summary>The number of buffers rented and not yet returned.</summary>
    public long Outstanding => Interlocked.Read(ref _outstanding);

    public byte[] Rent(int leastBytes = BlockSize)
    {
        Interlocked.Increment(ref _outstanding);
        var size = SizeFor(leastBytes);
        if (size == 0 && Interlocked.Exchange(ref _atHand, null) is { } atHand)
            return atHand;
        if (size < _free.Length)
        {
            lock (_lock)
            {
                if (_free[size].TryPop(out var block))
                    return block;
            }
        }
        return GC.AllocateUninitializedArray<byte>(size < _free.Length ? BlockSize << size : leastBytes);
    }

    public void Return(byte[] block)
    {
        Interlocked.Decrement(ref _outstanding);
        var size = SizeFor(block.Length);
        if (size >= _free.Length || block.Length != BlockSize << size)
            return;
        if (size == 0 && Interlocked.CompareExchange(ref _atHand, block, null) is null)
            return;
        lock (_lock)
        {
            if (_free[size].Count < KeptBytesPerSize / block.Length)
                _free[size].Push(block);
        }
    }

    private static int SizeFor(int bytes) => bytes <= BlockSize ? 0 : BitOperations.Log2((uint)(bytes - 1) / BlockSize) + 1;
}
