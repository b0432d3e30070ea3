using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The buffers of all connections: 16 KB blocks and, for the rare larger message, sizes doubling up to 1 MiB; what is larger goes to the garbage
/// collector. The pool keeps what was needed at the same time, so that a backlog costs no allocation however long it is, and gives back
/// at a full collection what was not needed for half a minute. A pool of our own, because the process-wide one allocates when buffers
/// are rented and returned on different threads, as they are here.
/// </summary>
internal sealed class BlockPool
{
    public const int BlockSize = 16 * 1024;

    // Never given back: not worth the allocations of the next event.
    private const int KeptBytesPerSize = 2 * 1024 * 1024;

    private static readonly TimeSpan UnneededFor = TimeSpan.FromSeconds(30);

    // One for each size.
    private readonly FreeBlocks[] _free =
    [
        new(BlockSize), new(BlockSize << 1), new(BlockSize << 2), new(BlockSize << 3), new(BlockSize << 4), new(BlockSize << 5), new(BlockSize << 6),
    ];

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private byte[]? _atHand;
    private long _outstanding;
    private long _lastTrim;

    public BlockPool(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _lastTrim = _time.GetTimestamp();
        _ = new FullCollectionSignal(this);
    }

    public static BlockPool Shared { get; } = new();

    /// <summary>The number of buffers rented and not yet returned.</summary>
    public long Outstanding => Interlocked.Read(ref _outstanding);

    /// <summary>The bytes of the buffers that wait to be rented.</summary>
    public long FreeBytes
    {
        get
        {
            var bytes = 0L;
            lock (_lock)
            {
                foreach (var blocks in _free)
                    bytes += (long)blocks.Count * blocks.Size;
            }
            return bytes;
        }
    }

    public byte[] Rent(int leastBytes = BlockSize)
    {
        Interlocked.Increment(ref _outstanding);
        var size = SizeFor(leastBytes);
        if (size == 0 && Interlocked.Exchange(ref _atHand, null) is { } atHand)
            return atHand;
        if (size >= _free.Length)
            return GC.AllocateUninitializedArray<byte>(leastBytes);
        lock (_lock)
        {
            if (_free[size].TryPop(out var block))
                return block;
        }
        return GC.AllocateUninitializedArray<byte>(BlockSize << size);
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
            _free[size].Push(block);
    }

    /// <summary>Releases the buffers that were not needed since the last call that did so, at least half a minute ago.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_lastTrim) < UnneededFor)
                return;
            _lastTrim = _time.GetTimestamp();
            foreach (var blocks in _free)
                blocks.Trim(KeptBytesPerSize / blocks.Size);
        }
    }

    private static int SizeFor(int bytes) => bytes <= BlockSize ? 0 : BitOperations.Log2((uint)(bytes - 1) / BlockSize) + 1;

    /// <summary>The free buffers of one size.</summary>
    private sealed class FreeBlocks(int size)
    {
        private readonly Stack<byte[]> _blocks = new();
        private int _fewest;

        public int Size => size;

        public int Count => _blocks.Count;

        public bool TryPop([NotNullWhen(true)] out byte[]? block)
        {
            var popped = _blocks.TryPop(out block);
            _fewest = Math.Min(_fewest, _blocks.Count);
            return popped;
        }

        public void Push(byte[] block) => _blocks.Push(block);

        /// <summary>Drops as many as were never needed: the fewest that were free at any time since the last call.</summary>
        public void Trim(int kept)
        {
            for (var surplus = Math.Min(_fewest, _blocks.Count - kept); surplus > 0; surplus--)
                _blocks.Pop();
            _blocks.TrimExcess();
            _fewest = _blocks.Count;
        }
    }

    /// <summary>Unreachable from the start, so that its finalizer runs after each full collection (and after the first young ones).</summary>
    private sealed class FullCollectionSignal(BlockPool pool)
    {
        // Not a WeakReference: that has a finalizer itself, which may have run before this one.
        private WeakGCHandle<BlockPool> _pool = new(pool);

        ~FullCollectionSignal()
        {
            if (_pool.TryGetTarget(out var pool))
            {
                pool.Trim();
                GC.ReRegisterForFinalize(this);
            }
            else
            {
                _pool.Dispose();
            }
        }
    }
}
