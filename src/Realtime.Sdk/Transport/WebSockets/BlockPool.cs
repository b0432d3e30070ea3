using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The pool of the buffers of all connections: blocks of 16 KB and, for the rare larger messages, of up to 1 MiB in powers of two. Larger buffers are not
/// pooled. The pool keeps the number of buffers that were in use at the same time, so that a long backlog does not allocate repeatedly, and
/// releases the buffers that were not needed for 30 seconds at the next full garbage collection. <c>ArrayPool.Shared</c> is not used, because it allocates
/// if buffers are rented and returned on different threads, as they are here.
/// </summary>
internal sealed class BlockPool
{
    public const int BlockSize = 16 * 1024;

    // Never released, because that would save little memory and cost allocations for the next event.
    private const int RetainedBytesPerSize = 2 * 1024 * 1024;

    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(30);

    // One stack per size.
    private readonly FreeBlocks[] _free =
    [
        new(BlockSize), new(BlockSize << 1), new(BlockSize << 2), new(BlockSize << 3), new(BlockSize << 4), new(BlockSize << 5), new(BlockSize << 6),
    ];

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;

    // The block that was returned last. Renting and returning it takes no lock.
    private byte[]? _spare;
    private long _outstanding;
    private long _lastTrim;

    public BlockPool(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _lastTrim = _time.GetTimestamp();
        _ = new FullCollectionSignal(this);
    }

    public static BlockPool Shared { get; } = new();

    /// <summary>The number of buffers that are rented.</summary>
    public long Outstanding => Interlocked.Read(ref _outstanding);

    /// <summary>The total size of the buffers that are available, in bytes.</summary>
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

    public byte[] Rent(int minBytes = BlockSize)
    {
        Interlocked.Increment(ref _outstanding);
        var size = GetSize(minBytes);
        if (size == 0 && Interlocked.Exchange(ref _spare, null) is { } spare)
            return spare;
        if (size >= _free.Length)
            return GC.AllocateUninitializedArray<byte>(minBytes);
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
        var size = GetSize(block.Length);

        // Larger than the largest size, or allocated with an exact length for a message above it: not pooled.
        if (size >= _free.Length || block.Length != BlockSize << size)
            return;
        if (size == 0 && Interlocked.CompareExchange(ref _spare, block, null) is null)
            return;
        lock (_lock)
            _free[size].Push(block);
    }

    /// <summary>Releases the buffers that were not needed since the last trim. Does nothing within 30 seconds of the last one.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_lastTrim) < TrimInterval)
                return;
            _lastTrim = _time.GetTimestamp();
            foreach (var blocks in _free)
                blocks.Trim(RetainedBytesPerSize / blocks.Size);
        }
    }

    private static int GetSize(int bytes) => bytes <= BlockSize ? 0 : BitOperations.Log2((uint)(bytes - 1) / BlockSize) + 1;

    /// <summary>The available buffers of one size.</summary>
    private sealed class FreeBlocks(int size)
    {
        private readonly Stack<byte[]> _blocks = new();
        private int _minCount;

        public int Size => size;

        public int Count => _blocks.Count;

        public bool TryPop([NotNullWhen(true)] out byte[]? block)
        {
            var popped = _blocks.TryPop(out block);
            _minCount = Math.Min(_minCount, _blocks.Count);
            return popped;
        }

        public void Push(byte[] block) => _blocks.Push(block);

        /// <summary>Releases as many buffers as were never needed: the minimum number that was available since the last call.</summary>
        public void Trim(int kept)
        {
            for (var surplus = Math.Min(_minCount, _blocks.Count - kept); surplus > 0; surplus--)
                _blocks.Pop();
            _blocks.TrimExcess();
            _minCount = _blocks.Count;
        }
    }

    /// <summary>
    /// An object that is unreachable from the start, so that its finalizer runs after each full collection and after the first gen-0 collections.
    /// </summary>
    private sealed class FullCollectionSignal(BlockPool pool)
    {
        // Not a WeakReference: it has a finalizer of its own, which may have run before this one.
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
