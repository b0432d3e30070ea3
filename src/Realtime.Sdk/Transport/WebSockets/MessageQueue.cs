namespace Realtime.Sdk.Internal;

/// <summary>
/// A queue of complete received messages in pooled blocks, with one writer (the receiving thread) and one reader. The reader waits for messages, the
/// writer for space. An empty queue holds no block.
/// </summary>
/// <remarks>
/// It is not a Channel of byte arrays, because each message would need an array, and the capacity would limit messages instead of bytes. It is not a
/// Pipe, because a Pipe has no message boundaries, holds a block while idle, and a writer that waits for its flush cannot check whether the reader still reads.
/// </remarks>
/// <param name="pool">The pool of the blocks.</param>
/// <param name="capacity">The maximum bytes of unread messages, including <see cref="EntryOverhead"/>. A single message always fits.</param>
internal sealed partial class MessageQueue(BlockPool pool, long capacity)
{
    /// <summary>The bytes that each message counts in addition to its length, so that the number of small messages is limited too.</summary>
    public const int EntryOverhead = 16;

    // Resuming a reader on a second thread costs a third more CPU per event. So a waiting reader is resumed there only when this fraction of the capacity is
    // unread. Otherwise it runs on the writer's thread, when the writer has to wait for the network.
    private const int WakeFraction = 16;

    // A writer that waits for space resumes when this fraction of the capacity is free, not after each message.
    private const int SpaceFraction = 16;

    // Guards all fields below except the wait itself. The pool has its own lock, which is taken inside this one, never the other way round. Continuations and
    // instruments run outside it, because they call application code.
    private readonly Lock _lock = new();
    private readonly BlockList _blocks = new(pool);
    private readonly Queue<int> _lengths = new();
    private int _headStart;
    private int _tailEnd;
    private int _incoming;
    private bool _writing;
    private long _unread;
    private long _committed;
    private long _read;

    private byte[]? _gathered;

    // The length of the message that the reader holds; -1 if it holds none, because a message may be empty.
    private int _leased = -1;

    private bool _complete;
    private bool _discarded;

    /// <summary>The bytes of complete messages that wait for the reader.</summary>
    // Written under the lock. Read with Interlocked, because a 64-bit read without the lock could be torn on 32-bit platforms.
    public long Unread => Interlocked.Read(ref _unread);

    /// <summary>The number of messages that have been read.</summary>
    public long ReadCount => Interlocked.Read(ref _read);

    /// <summary>The bytes received so far of the incoming message.</summary>
    public int Incoming => _incoming;

    /// <summary>The position of the current or next incoming message in the stream.</summary>
    public long IncomingSequence => _committed;

    /// <summary>The capacity that remains after the incoming message; negative if it does not fit.</summary>
    public long Free
    {
        get
        {
            lock (_lock)
                return GetFreeBytesAfterIncoming();
        }
    }

    /// <summary>Returns the memory for the next received bytes.</summary>
    public Memory<byte> GetMemory()
    {
        lock (_lock)
        {
            if (_blocks.Count == 0 || _tailEnd == BlockPool.BlockSize)
            {
                _blocks.Add();
                _tailEnd = 0;
            }
            _writing = true;
            return _blocks[_blocks.Count - 1].AsMemory(_tailEnd);
        }
    }

    public void Advance(int count)
    {
        lock (_lock)
        {
            _tailEnd += count;
            _incoming += count;
        }
    }

    /// <summary>Returns the incoming message as contiguous memory. If <paramref name="rented"/> is not null, the caller must return it to the pool.</summary>
    public ReadOnlyMemory<byte> PeekIncoming(out byte[]? rented)
    {
        lock (_lock)
        {
            rented = null;
            if (_incoming == 0)
                return default;
            if (_incoming <= _tailEnd)
                return _blocks[_blocks.Count - 1].AsMemory(_tailEnd - _incoming, _incoming);
            rented = pool.Rent(_incoming);
            var start = (_blocks.Count - 1) * BlockPool.BlockSize + _tailEnd - _incoming;
            Copy(start, rented.AsSpan(0, _incoming));
            return rented.AsMemory(0, _incoming);
        }
    }

    /// <summary>
    /// Makes the incoming message readable if it fits. A waiting reader resumes when the writer calls <see cref="WakeOnCurrentThread"/>, or immediately if much is unread.
    /// </summary>
    public bool TryCommit()
    {
        // Instruments call listeners, so they are updated outside the lock, and before the reader can subtract the message again.
        var bytes = _incoming;
        ConnectionMetrics.Unread(bytes);
        bool wake, fits;
        long discarded;
        lock (_lock)
        {
            fits = CanAdd();
            if (fits)
                Commit();
            discarded = ReleaseIfDiscarded();
            wake = _unread > capacity / WakeFraction && CanRead() && TryClaimWait();
        }
        CountRead(fits ? discarded : bytes);
        if (wake)
            Wake(true, onCurrentThread: false);
        return fits;
    }

    /// <summary>Discards the incoming message.</summary>
    public void Drop()
    {
        long discarded;
        lock (_lock)
        {
            while (_incoming > _tailEnd)
            {
                _incoming -= _tailEnd;
                _blocks.RemoveLast();
                _tailEnd = BlockPool.BlockSize;
            }
            _tailEnd -= _incoming;
            _incoming = 0;
            _writing = false;
            ReleaseTailIfRead();
            discarded = ReleaseIfDiscarded();
        }
        CountRead(discarded);
    }

    /// <summary>Ends writing. The reader still receives the messages in the queue.</summary>
    public void Complete()
    {
        bool wake, more;
        TaskCompletionSource? spaceWait;
        lock (_lock)
        {
            _complete = true;
            wake = TryClaimWait();
            more = CanRead();
            spaceWait = ClaimSpaceWait();
        }
        spaceWait?.SetResult();
        if (wake)
            Wake(more, onCurrentThread: false);
    }

    /// <summary>
    /// Ends reading. All blocks, including those of messages that are still received, return to the pool as soon as reader and writer have released them.
    /// </summary>
    public void Discard()
    {
        long discarded;
        lock (_lock)
        {
            _discarded = true;
            discarded = ReleaseIfDiscarded();
        }
        Complete();
        CountRead(discarded);
    }

    /// <summary>Returns the oldest message as contiguous memory, valid until <see cref="Release"/>.</summary>
    public bool TryRead(out Memory<byte> message, out long sequence)
    {
        lock (_lock)
        {
            sequence = _read;
            message = default;
            if (_discarded || !_lengths.TryPeek(out var length))
                return false;
            _leased = length;
            if (length == 0)
                return true;
            if (_headStart + length <= BlockPool.BlockSize)
            {
                message = _blocks[0].AsMemory(_headStart, length);
                return true;
            }

            // The message spans several blocks, but readers need contiguous memory.
            _gathered = pool.Rent(length);
            Copy(_headStart, _gathered.AsSpan(0, length));
            message = _gathered.AsMemory(0, length);
            return true;
        }
    }

    /// <summary>Removes the message that was read. Returns false if none was read.</summary>
    public bool Release()
    {
        long read;
        TaskCompletionSource? spaceWait;
        lock (_lock)
        {
            if (_leased < 0)
                return false;
            if (_gathered is { } gathered)
            {
                _gathered = null;
                pool.Return(gathered);
            }
            _leased = -1;
            var length = _lengths.Dequeue();
            read = length;
            _unread -= length;
            _read++;
            _headStart += length;

            // The last block stays, because the incoming message may be in it.
            while (_headStart >= BlockPool.BlockSize && _blocks.Count > 1)
            {
                _blocks.RemoveFirst();
                _headStart -= BlockPool.BlockSize;
            }
            ReleaseTailIfRead();
            read += ReleaseIfDiscarded();
            spaceWait = CanAdd() && (_lengths.Count == 0 || GetFreeBytesAfterIncoming() >= capacity / SpaceFraction) ? ClaimSpaceWait() : null;
        }
        spaceWait?.SetResult();
        CountRead(read);
        return true;
    }

    private long GetFreeBytesAfterIncoming() =>
        capacity - _unread - _incoming - ((_lengths.Count + 1L) * EntryOverhead);

    private bool CanAdd() => _lengths.Count == 0 || _discarded || GetFreeBytesAfterIncoming() >= 0;

    private void Commit()
    {
        _lengths.Enqueue(_incoming);
        _unread += _incoming;
        _committed++;
        _incoming = 0;
        _writing = false;
    }

    private void ReleaseTailIfRead()
    {
        if (_blocks.Count == 1 && _headStart == _tailEnd && !_writing)
        {
            _blocks.RemoveFirst();
            _headStart = _tailEnd = 0;
        }
    }

    /// <returns>The bytes of the messages that will not be read.</returns>
    private long ReleaseIfDiscarded()
    {
        // The receiving thread may be writing into a block, and the reader may still use its message: the one that finishes last releases the blocks.
        if (!_discarded || _writing || _leased >= 0)
            return 0;
        var discarded = _unread;
        _lengths.Clear();
        while (_blocks.Count > 0)
            _blocks.RemoveLast();
        _unread = _headStart = _tailEnd = 0;
        return discarded;
    }

    private static void CountRead(long bytes)
    {
        if (bytes > 0)
            ConnectionMetrics.Unread(-bytes);
    }

    private void Copy(int start, Span<byte> target)
    {
        var block = start / BlockPool.BlockSize;
        var offset = start % BlockPool.BlockSize;
        while (target.Length > 0)
        {
            var part = _blocks[block++].AsSpan(offset, Math.Min(BlockPool.BlockSize - offset, target.Length));
            part.CopyTo(target);
            target = target[part.Length..];
            offset = 0;
        }
    }

    private bool CanRead() => _lengths.Count > 0 && !_discarded;
}
