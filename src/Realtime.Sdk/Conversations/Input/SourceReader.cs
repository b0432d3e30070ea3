using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads a source in whole samples. Unused bytes, for example an incomplete sample, remain for the next run with the same source.
/// </summary>
/// <remarks>The buffer is not pooled: a source that ignores its token may still write to it after the run has ended.</remarks>
internal sealed class SourceReader
{
    /// <summary>The maximum time to wait for a canceled read to complete. After that, the run ends without it.</summary>
    private static readonly TimeSpan MaxCancellation = TimeSpan.FromMilliseconds(100);

    private const int MaxBytesPerSample = sizeof(short);

    private readonly Action _onRead;
    private byte[] _buffer = [];
    private int _count;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _awaiter;
    private bool _isReading;
    private bool _isFromEarlierRun;
    private int _requestedBytes;
    private int _returnedBytes;
    private Exception? _failure;
    private volatile bool _isReadComplete;
    private volatile WakeSignal? _signal;

    public SourceReader(AudioSource source)
    {
        Source = source;
        _onRead = OnRead;
    }

    public AudioSource Source { get; }

    /// <summary>Whether the source failed in this run.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether the source has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether this object has audio of the source that was not sent yet.</summary>
    public bool HasUnsentAudio => _isReading || _count > 0;

    /// <summary>Begins a run.</summary>
    public void Open(WakeSignal signal)
    {
        (HasFailed, HasEnded) = (false, false);
        _isFromEarlierRun = _isReading;
        _signal = signal;

        // A read of an earlier run may complete at this moment. With this barrier and that of TakeResult, either it sees the signal or this run sees its result.
        Interlocked.MemoryBarrier();
    }

    /// <summary>Ends a run.</summary>
    public ValueTask CloseAsync()
    {
        _signal = null;
        return Source.EndAsync();
    }

    /// <summary>Reads until the minimum number of bytes is available or the source ends.</summary>
    /// <param name="minBytes">The minimum number of bytes, at least one sample.</param>
    /// <param name="maxBytes">The maximum number of bytes.</param>
    /// <param name="stop">Ends the wait, even if the source ignores its token.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FillAsync(int minBytes, int maxBytes, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            while ((_isReading || _count < minBytes) && !HasEnded)
            {
                if (!Start(maxBytes, stop))
                    await WaitAsync(stop).ConfigureAwait(false);
                CompleteRead();
            }
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            HasFailed = true;
            throw;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Sources often fail when they are canceled: their owner closes the device at the same time.
            throw new OperationCanceledException(stop);
        }
    }

    /// <summary>Takes whole samples from the front.</summary>
    /// <returns>Valid until the next call of <see cref="FillAsync"/>.</returns>
    public Memory<byte> Peek(int bytesPerSample) => _buffer.AsMemory(0, _count - (_count % bytesPerSample));

    /// <summary>Removes the samples that were taken.</summary>
    public void Consume(int length)
    {
        _buffer.AsSpan(length, _count - length).CopyTo(_buffer);
        _count -= length;
    }

    /// <summary>Starts a read if none is in progress; returns true if a read is complete.</summary>
    private bool Start(int limit, CancellationToken stop)
    {
        if (_isReading)
            return _isReadComplete;
        if (_buffer.Length < limit + MaxBytesPerSample)
            Array.Resize(ref _buffer, limit + MaxBytesPerSample);

        // A read must have room for a whole sample, even if only half of one is missing.
        _requestedBytes = Math.Max(limit - _count, MaxBytesPerSample);
        _isReadComplete = false;
#pragma warning disable CA2012 // not awaited: a run may end before the read, and a read must not allocate
        _awaiter = Source.ReadAsync(_buffer.AsMemory(_count, _requestedBytes), stop).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        _isReading = true;
        if (_awaiter.IsCompleted)
            TakeResult();
        else
            _awaiter.UnsafeOnCompleted(_onRead);
        return _isReadComplete;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(CancellationToken stop)
    {
        var signal = _signal!;
        while (!_isReadComplete && !stop.IsCancellationRequested)
            await signal.WaitAsync().ConfigureAwait(false);
        if (!_isReadComplete && !await signal.WaitForAsync(() => _isReadComplete, MaxCancellation).ConfigureAwait(false))
            throw new OperationCanceledException(stop);
    }

    private void OnRead()
    {
        TakeResult();
        _signal?.Wake();
    }

    private void TakeResult()
    {
        try
        {
            _returnedBytes = _awaiter.GetResult();
        }
#pragma warning disable CA1031 // the run that waits for the read throws it; without such a run, it is ignored
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
        }
        _isReadComplete = true;

        // Pairs with the barrier in Open: the result is published before the signal is read.
        Interlocked.MemoryBarrier();
    }

    private void CompleteRead()
    {
        var (returned, failure, isFromEarlierRun) = (_returnedBytes, _failure, _isFromEarlierRun);
        (_isReading, _isFromEarlierRun, _returnedBytes, _failure, _awaiter) = (false, false, 0, null, default);

        // A read of an earlier run fails only now, because that run canceled it. This run reads again.
        if (failure is not null && isFromEarlierRun)
            return;
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        if (returned < 0 || returned > _requestedBytes)
            throw new InvalidOperationException($"The audio source returned {returned} bytes for a buffer of {_requestedBytes} bytes. It must return 0 to {_requestedBytes}.");
        HasEnded = returned == 0;
        _count += returned;
    }
}
