using System.Threading.Tasks.Sources;

namespace Realtime.Sdk.Internal;

/// <summary>
/// What the server sent and nobody has read yet: whole messages in pooled blocks, one writer (the pump), one reader. Neither
/// ever waits for the other. When everything is read and nothing is being written, it holds no block at all.
/// </summary>
/// <param name="pool">Where the blocks come from.</param>
/// <param name="mostUnannounced">
/// The bytes that may come in a row before a reader who waits is woken on a thread of its own; until then it goes on where the writer has to wait.
/// </param>
internal sealed class MessageQueue(BlockPool pool, long mostUnannounced) : IValueTaskSource<bool>
{
    private readonly Lock _lock = new();
    private readonly List<byte[]> _blocks = [];
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

    private ManualResetValueTaskSourceCore<bool> _arrival;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _waitToken;
    private bool _waiting;
    private bool _complete;
    private bool _discarded;

    /// <summary>The bytes of whole messages that wait for the reader.</summary>
    public long Unread => Interlocked.Read(ref _unread);

    /// <summary>The bytes so far of the message that is coming in.</summary>
    public int Incoming => _incoming;

    /// <summary>The place in the stream of the message that is coming in, or comes in next.</summary>
    public long IncomingSequence => _committed;

    /// <summary>Where the writer puts what comes next.</summary>
    public Memory<byte> GetMemory()
    {
        lock (_lock)
        {
            if (_blocks.Count == 0 || _tailEnd == BlockPool.BlockSize)
            {
                _blocks.Add(pool.Rent());
                _tailEnd = 0;
            }
            _writing = true;
            return _blocks[^1].AsMemory(_tailEnd);
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
                return _blocks[^1].AsMemory(_tailEnd - _incoming, _incoming);
            rented = pool.Rent(_incoming);
            var start = (_blocks.Count - 1) * BlockPool.BlockSize + _tailEnd - _incoming;
            Copy(start, rented.AsSpan(0, _incoming));
            return rented.AsMemory(0, _incoming);
        }
    }

    /// <summary>
    /// The message is whole: the reader may have it. One who waits is told when the writer calls <see cref="WakeHere"/>, or now when
    /// much has come already.
    /// </summary>
    public void Commit()
    {
        bool wake;
        lock (_lock)
        {
            _lengths.Enqueue(_incoming);
            ConnectionMetrics.Unread(_incoming);
            _unread += _incoming;
            _committed++;
            _incoming = 0;
            _writing = false;
            ReleaseIfDiscarded();
            wake = _unread > mostUnannounced && TakeWait();
        }
        if (wake)
            Wake(true, here: false);
    }

    /// <summary>The writer has to wait: a reader that waits too goes on, on this thread, if there is something for it.</summary>
    public void WakeHere()
    {
        bool wake;
        lock (_lock)
            wake = _lengths.Count > 0 && TakeWait();
        if (wake)
            Wake(true, here: true);
    }

    /// <summary>The message coming in is not kept.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            while (_incoming > _tailEnd)
            {
                _incoming -= _tailEnd;
                RemoveBlock(_blocks.Count - 1);
                _tailEnd = BlockPool.BlockSize;
            }
            _tailEnd -= _incoming;
            _incoming = 0;
            _writing = false;
            ReleaseTailIfRead();
            ReleaseIfDiscarded();
        }
    }

    /// <summary>No message follows. The reader still gets what is here.</summary>
    public void Complete()
    {
        bool wake, more;
        lock (_lock)
        {
            _complete = true;
            wake = TakeWait();
            more = _lengths.Count > 0;
        }
        if (wake)
            Wake(more, here: false);
    }

    /// <summary>Nobody will read any more: everything goes back to the pool, at the latest when reader and writer let go of it.</summary>
    public void Discard()
    {
        Complete();
        lock (_lock)
        {
            _discarded = true;
            ReleaseIfDiscarded();
        }
    }

    /// <summary>Whether a message is there now or comes later; false when none follows.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        short version;
        lock (_lock)
        {
            if (_lengths.Count > 0)
                return ValueTask.FromResult(true);
            if (_complete)
                return ValueTask.FromResult(false);
            _waiting = true;
            _waitToken = cancellationToken;
            version = _arrival.Version;
        }
        _cancellation = cancellationToken.UnsafeRegister(static (queue, token) => ((MessageQueue)queue!).Cancel(token), this);
        return new(this, version);
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

    /// <summary>The reader is done with the message it was given.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (_leased < 0)
                return;
            if (_gathered is { } gathered)
            {
                _gathered = null;
                pool.Return(gathered);
            }
            _leased = -1;
            var length = _lengths.Dequeue();
            ConnectionMetrics.Unread(-length);
            _unread -= length;
            _read++;
            _headStart += length;
            while (_headStart >= BlockPool.BlockSize && _blocks.Count > 1)
            {
                RemoveBlock(0);
                _headStart -= BlockPool.BlockSize;
            }
            ReleaseTailIfRead();
            ReleaseIfDiscarded();
        }
    }

    private void ReleaseTailIfRead()
    {
        if (_blocks.Count == 1 && _headStart == _tailEnd && !_writing)
        {
            RemoveBlock(0);
            _headStart = _tailEnd = 0;
        }
    }

    private void ReleaseIfDiscarded()
    {
        if (!_discarded || _writing || _leased >= 0)
            return;
        ConnectionMetrics.Unread(-_unread);
        _lengths.Clear();
        while (_blocks.Count > 0)
            RemoveBlock(_blocks.Count - 1);
        _unread = _headStart = _tailEnd = 0;
    }

    private void RemoveBlock(int index)
    {
        pool.Return(_blocks[index]);
        _blocks.RemoveAt(index);
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

    private bool TakeWait()
    {
        var waiting = _waiting;
        _waiting = false;
        return waiting;
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_waiting || _waitToken != cancellationToken)
                return;
            _waiting = false;
        }
        _arrival.RunContinuationsAsynchronously = true;
        _arrival.SetException(new OperationCanceledException(cancellationToken));
    }

    private void Wake(bool result, bool here)
    {
        _arrival.RunContinuationsAsynchronously = !here;
        _arrival.SetResult(result);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        try
        {
            return _arrival.GetResult(token);
        }
        finally
        {
            _cancellation.Dispose();
            _arrival.Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);
}
