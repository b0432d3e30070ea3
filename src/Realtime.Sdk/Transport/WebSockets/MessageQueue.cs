namespace Realtime.Sdk.Internal;

/// <summary>
/// Received messages that have not been read yet, whole and in pooled blocks: one writer (the pump), one reader. The reader waits for
/// messages, the writer for room. When everything is read and nothing is being written, the queue holds no block at all.
/// </summary>
/// <remarks>
/// Not a Channel of byte arrays: each message would be an array of its own, and the bound would count messages, not bytes. Not a Pipe: it
/// knows no message borders, keeps a block while it is idle, and a writer that waits for its flush cannot look up whether the reader still reads.
/// </remarks>
/// <param name="pool">The source of the blocks.</param>
/// <param name="capacity">The bytes that unread messages may take, <see cref="EntryOverhead"/> included; a single message always fits.</param>
internal sealed partial class MessageQueue(BlockPool pool, long capacity)
{
    /// <summary>What a message costs beside its bytes, so that many small messages are bounded too.</summary>
    public const int EntryOverhead = 16;

    // A reader on a second thread costs a third more CPU for each event, so a waiting reader is woken on one only when this part of the
    // capacity is unread. Until then it continues on the writer's thread, at the moment the writer has to wait for the network.
    private const int WakePart = 16;

    // A writer that waited for room continues when this part of the capacity is free, not after every message that is read.
    private const int RoomPart = 16;

    // Guards everything below but the wait itself. The pool has a lock of its own, which is taken under this one and never the other way round.
    // No continuation and no instrument runs under it: both are the code of others.
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
    private int _leased = -1;

    private bool _complete;
    private bool _discarded;

    /// <summary>The bytes of whole messages that wait for the reader.</summary>
    public long Unread => Interlocked.Read(ref _unread);

    /// <summary>The number of messages that have been read.</summary>
    public long ReadCount => Interlocked.Read(ref _read);

    /// <summary>The bytes so far of the message that is coming in.</summary>
    public int Incoming => _incoming;

    /// <summary>The position in the stream of the message that is coming in, or comes in next.</summary>
    public long IncomingSequence => _committed;

    /// <summary>The part of the capacity that would be left after the message that is coming in; negative when it does not fit.</summary>
    public long Free
    {
        get
        {
            lock (_lock)
                return FreeAfterIncoming();
        }
    }

    /// <summary>The memory for what the writer receives next.</summary>
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

    /// <summary>The message coming in, in one piece; give <paramref name="rented"/> back to the pool when it is not null.</summary>
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
    /// Makes the message that has come in readable, if there is room for it. A waiting reader continues when the writer calls
    /// <see cref="WakeHere"/>, or now when much is unread already.
    /// </summary>
    public bool TryCommit()
    {
        // Instruments run the code of listeners, so never under the lock; and before the reader can subtract the message again.
        var bytes = _incoming;
        ConnectionMetrics.Unread(bytes);
        bool wake, fits;
        long discarded;
        lock (_lock)
        {
            fits = Fits();
            if (fits)
                Commit();
            discarded = ReleaseIfDiscarded();
            wake = _unread > capacity / WakePart && CanRead() && TakeWait();
        }
        CountRead(fits ? discarded : bytes);
        if (wake)
            Wake(true, here: false);
        return fits;
    }

    /// <summary>Discards the message that is coming in.</summary>
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

    /// <summary>Ends the writing. The reader still gets what is here.</summary>
    public void Complete()
    {
        bool wake, more;
        TaskCompletionSource? room;
        lock (_lock)
        {
            _complete = true;
            wake = TakeWait();
            more = CanRead();
            room = TakeRoom();
        }
        room?.SetResult();
        if (wake)
            Wake(more, here: false);
    }

    /// <summary>Ends the reading: what is here, and what still comes in, goes back to the pool as soon as reader and writer let go of it.</summary>
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

    /// <summary>The oldest message, in one piece, valid until <see cref="Release"/>.</summary>
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
            _gathered = pool.Rent(length);
            Copy(_headStart, _gathered.AsSpan(0, length));
            message = _gathered.AsMemory(0, length);
            return true;
        }
    }

    /// <summary>Removes the message that was read; false when none was.</summary>
    public bool Release()
    {
        long read;
        TaskCompletionSource? room;
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
            while (_headStart >= BlockPool.BlockSize && _blocks.Count > 1)
            {
                _blocks.RemoveFirst();
                _headStart -= BlockPool.BlockSize;
            }
            ReleaseTailIfRead();
            read += ReleaseIfDiscarded();
            room = Fits() && (_lengths.Count == 0 || FreeAfterIncoming() >= capacity / RoomPart) ? TakeRoom() : null;
        }
        room?.SetResult();
        CountRead(read);
        return true;
    }

    private long FreeAfterIncoming() =>
        capacity - _unread - _incoming - ((_lengths.Count + 1L) * EntryOverhead);

    private bool Fits() => _lengths.Count == 0 || _discarded || FreeAfterIncoming() >= 0;

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

    /// <returns>The bytes of messages that will not be read.</returns>
    private long ReleaseIfDiscarded()
    {
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
