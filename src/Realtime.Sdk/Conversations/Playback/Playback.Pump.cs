namespace Realtime.Sdk.Internal;

internal sealed partial class Playback
{
    private PlaybackConverter? _converter;
    private bool _isPumping;
    private bool _isWriting;
    private TimeSpan _writeDeadline;
    private PlayerCancellation? _writeCancellation;
    private TaskCompletionSource? _writeEnded;

    /// <summary>Runs the pump of a player that may block, on the thread pool.</summary>
    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    /// <summary>Starts the pump, unless it is running or there is nothing to write. A player that never blocks is written to on this thread.</summary>
    private void WakePump()
    {
        AudioPlayer? player;
        lock (_lock)
        {
            if (_isPumping || FindNextToWrite() is null)
                return;
            _isPumping = true;
            player = _player;
        }
        _work?.BeginWork();
        if (player is null or { IsNonBlocking: true })
            PumpInline(player);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void PumpInline(AudioPlayer? player)
    {
        var write = new PlaybackBuffer(_pool);
        try
        {
            Prepare(player);
            while (TryTake(player, ref write))
            {
                _notifications.Deliver();
                if (player is not null && write.Length > 0)
                    CompleteSynchronously(player.WriteAsync(write.Audio));
                EndWrite(ref write);
            }
        }
#pragma warning disable CA1031 // A player that throws is replaced, and the conversation continues.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            FailWrite(player, ref write, exception);
        }
        write.Return();
        _work?.EndWork();
    }

    /// <summary>Gets the result of a write that must have completed synchronously.</summary>
    private static void CompleteSynchronously(ValueTask write)
    {
        if (!write.IsCompleted)
            throw new InvalidOperationException("The player is declared as non-blocking, but its write did not complete synchronously.");
        write.GetAwaiter().GetResult();
    }

    private async Task PumpAsync()
    {
        AudioPlayer? player;
        lock (_lock)
            player = _player;
        var write = new PlaybackBuffer(_pool);
        var cancel = new PlayerCancellation();
        try
        {
            Prepare(player);
            while (TryTake(player, ref write, cancel))
            {
                _notifications.Deliver();
                if (write.Length > 0)
                    await WritePieceAsync(player!, write.Audio, cancel.Token).ConfigureAwait(false);
                EndWrite(ref write);
                ReportProgress();
            }
        }
#pragma warning disable CA1031 // A player that throws is replaced, and the conversation continues.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            FailWrite(player, ref write, exception);
        }
        write.Return();
        Continue();
        _work?.EndWork();
    }

    private async ValueTask WritePieceAsync(AudioPlayer player, ReadOnlyMemory<byte> audio, CancellationToken cancellationToken)
    {
        ArmWriteTimer();
        try
        {
            await AwaitUncountedAsync(Call(static write => write.Player.WriteAsync(write.Audio, write.Token).AsTask(), (Player: player, Audio: audio, Token: cancellationToken))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A stop has canceled the write. It reads the position of the player itself.
        }
    }

    /// <summary>Reads the format and the position before the first write. The player may have been used by another conversation before.</summary>
    private void Prepare(AudioPlayer? player)
    {
        if (player is null || _converter is not null)
            return;
        var converter = new PlaybackConverter(player.Format);
        var position = Clamp(player.Played);
        lock (_lock)
        {
            _converter = converter;
            _clock.MoveTo(position);
            _reported = position;
        }
    }

    /// <summary>
    /// Takes the next piece and counts it as written, both under the lock, so that a stop finds it either in the queue or in the player. Returns false if
    /// the pump must end.
    /// </summary>
    private bool TryTake(AudioPlayer? player, ref PlaybackBuffer buffer, PlayerCancellation? cancel = null)
    {
        lock (_lock)
        {
            // The player was replaced while this pump was waiting for it; another pump has taken over.
            if (_player != player)
                return false;
            if (FindNextToWrite() is not { } item)
            {
                // The buffer is returned under the lock, so that the disposal need not wait for a pump that has nothing to write.
                buffer.Return();
                return _isPumping = false;
            }
            if (!item.IsPlaced)
            {
                // The item begins at the end of the audio that was written before.
                item.Place(_clock.End);
                _converter?.Begin(item.Format);
            }
            var before = item.QueuedBytes;
            var duration = player is null ? item.TakeDuration() : Convert(item, ref buffer);
            if (duration > TimeSpan.Zero)
                AddWritten(item, duration);
            if (item is { IsComplete: true, HasSamples: false })
            {
                // An incomplete sample at the end cannot be played.
                item.DropQueue();
                item.CompleteWrite(Now + (item.End - _clock.Position) + PlayerTimeout);
            }
            _queuedBytes -= before - item.QueuedBytes;
            if (buffer.Length > 0)
            {
                (_isWriting, _writeCancellation) = (true, cancel);
                _writeDeadline = Now + (_clock.End - _clock.Position) + PlayerTimeout;
            }
            return true;
        }
    }

    /// <summary>Counts the next piece of an item as written without a player, if this requires neither a notification nor a timer.</summary>
    private bool DiscardNext(PlaybackItem item)
    {
        if (_player is not null || _items.Count > 1 || _isPumping || _stops > 0 || item.Written == TimeSpan.Zero)
            return false;
        var before = item.QueuedBytes;
        AddWritten(item, item.TakeDuration());
        _queuedBytes -= before - item.QueuedBytes;
        return true;
    }

    private PlaybackItem? FindNextToWrite()
    {
        if (_stops > 0 || _items.Count == 0)
            return null;
        var response = _items[0].ResponseId;
        foreach (var item in _items)
        {
            // The next response waits until this one was played, so that a stop of one discards nothing of the other.
            if (item.ResponseId != response)
                return null;
            if (!item.IsWritten)
                return item.HasSamples || item.IsComplete ? item : null;
        }
        return null;
    }

    private TimeSpan Convert(PlaybackItem item, ref PlaybackBuffer buffer)
    {
        var audio = item.Peek(PlaybackConverter.PieceLength(item.Format));
        var isLast = item.IsComplete && item.QueuedBytes - audio.Length < item.Format.BytesPerSample;
        var output = buffer.Rent(_converter!.MaxOutput(audio.Length));
        buffer.Length = _converter.Convert(audio, isLast, output);
        item.Advance(audio.Length);
        return _converter.Format.DurationOf(buffer.Length);
    }

    private void AddWritten(PlaybackItem item, TimeSpan duration)
    {
        if (item.Written == TimeSpan.Zero)
            _notifications.EnqueueStarted(item);
        item.AddWritten(duration);
        _clock.AddWritten(duration);
    }

    private void EndWrite(ref PlaybackBuffer buffer)
    {
        TaskCompletionSource? ended;
        lock (_lock)
        {
            ended = ClearWrite();
            // Code that waits for the end of the write, such as a disposal, may expect that the buffer was returned.
            if (_stops > 0)
                buffer.Return();
            buffer.Length = 0;
        }

        // Outside the lock, because continuations run on this thread.
        ended?.SetResult();
    }

    /// <returns>The source to complete outside the lock, for code that waits for the end of the write.</returns>
    private TaskCompletionSource? ClearWrite()
    {
        var ended = _writeEnded;
        (_isWriting, _writeCancellation, _writeEnded) = (false, null, null);
        return ended;
    }

    private void FailWrite(AudioPlayer? player, ref PlaybackBuffer buffer, Exception exception)
    {
        buffer.Return();
        if (player is not null)
            Replace(player, exception, "The player failed to write audio.");
    }
}
