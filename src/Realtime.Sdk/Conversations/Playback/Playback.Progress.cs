namespace Realtime.Sdk.Internal;

internal sealed partial class Playback
{
    /// <summary>The maximum time by which a player may exceed the duration of the audio when it plays or accepts it. After that, it is replaced.</summary>
    private static readonly TimeSpan PlayerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The minimum interval between two checks of a player that is late.</summary>
    private static readonly TimeSpan MinPollInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>The maximum position that is accepted from a player. It is longer than any playback, and short enough not to overflow.</summary>
    private static readonly TimeSpan MaxPosition = TimeSpan.FromDays(36_500);

    /// <summary>The resolution of the platform's timers, which may fire early by this time.</summary>
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(16);

    private TimeSpan _reported;
    private TimeSpan? _drainedTo;
    private PlayerCancellation? _drain;
    private bool _isTimerSet;

    private static TimeSpan Clamp(TimeSpan position) =>
        TimeSpan.FromTicks(Math.Clamp(position.Ticks, 0, MaxPosition.Ticks));

    /// <summary>Reports the items that were played, and checks the progress of the player. Returns true if queued audio may now be written.</summary>
    private bool ReportProgress()
    {
        AudioPlayer? player;
        lock (_lock)
        {
            if (_items.Count == 0 || (!_items[0].IsWritten && !_isWriting))
            {
                SetTimer(null);
                return CanWrite();
            }
            player = _player;
        }

        // Outside the lock, because the player is code of the app.
        var reported = ReadPosition(player);
        string? failure;
        bool canWrite, needsDrain;
        lock (_lock)
        {
            var position = Observe(player, reported);
            failure = RemovePlayed(position) ?? (IsWriteOverdue ? $"The player did not accept audio within {PlayerTimeout.TotalSeconds:0} seconds after all of it should have been played." : null);
            ArmTimer(position);
            canWrite = CanWrite();
            needsDrain = failure is null && NeedsDrain;
        }

        // Outside the lock, because the host takes its own lock.
        _notifications.Deliver();
        if (failure is not null && player is not null)
            Replace(player, exception: null, failure);
        if (needsDrain)
            StartDrain(new());
        return canWrite;
    }

    private bool IsWriteOverdue => _isWriting && _stops == 0 && _player is { IsNonBlocking: false } && Now >= _writeDeadline;

    /// <summary>Whether audio may be written and the pump is not running.</summary>
    private bool CanWrite() => !_isPumping && FindNextToWrite() is not null;

    /// <summary>Reads the position of the player; null if there is none, or if it fails and is replaced.</summary>
    private TimeSpan? ReadPosition(AudioPlayer? player)
    {
        if (player is null)
            return null;
        try
        {
            return Clamp(player.Played);
        }
#pragma warning disable CA1031 // A player that throws is replaced, and the conversation continues.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Replace(player, exception, "The player failed to report its position.");
            return null;
        }
    }

    /// <summary>Updates the items from the position that the player reported or, without one, from the clock.</summary>
    /// <returns>The position on the timeline, at most the end of the audio that was written.</returns>
    private TimeSpan Observe(AudioPlayer? player, TimeSpan? reported)
    {
        var position = _clock.Position;

        // The player may have been replaced while its position was read.
        if (reported is { } value && _player == player && _converter is not null)
        {
            position = value < _clock.End ? value : _clock.End;
            // An unchanged position must not set the clock back: between two changes, the clock is the better estimate.
            if (value > _reported)
            {
                _reported = value;
                _clock.Follow(position);
            }
        }
        foreach (var item in _items)
            item.Observe(position);
        return position;
    }

    /// <summary>Removes the items that were played, in order.</summary>
    /// <returns>Why the player must be replaced; null if it need not.</returns>
    private string? RemovePlayed(TimeSpan position)
    {
        string? failure = null;
        var removed = 0;
        while (failure is null && removed < _items.Count && _items[removed] is { IsWritten: true } item)
        {
            if (item.HasEnded(position))
            {
                _notifications.EnqueuePlayed(item, item.Received);
            }
            else if (HasStoppedEarly(item, out failure))
            {
                _notifications.EnqueuePlayed(item, item.Played);
            }
            else
            {
                break;
            }
            removed++;
        }
        if (removed == 0)
            return null;
        _items.RemoveRange(0, removed);
        // The player has no audio left, so the next audio begins at the position that the player reports.
        if (failure is null && !_items.Exists(static item => item.IsPlaced))
            MoveTo(position);
        NotifyIfIdle();
        return failure;
    }

    /// <summary>Whether a player will not report the end of an item: it has drained its audio, or its time is over.</summary>
    private bool HasStoppedEarly(PlaybackItem item, out string? failure)
    {
        failure = null;
        if (_player is null || _stops > 0)
            return false;
        if (Now >= item.Deadline)
        {
            failure = $"The player did not finish playing within {PlayerTimeout.TotalSeconds:0} seconds after the end of the audio.";
            return true;
        }
        // Some players complete a drain immediately, so it counts only if the clock has reached the end too.
        if (_drainedTo is not { } drained || drained < item.End || _clock.Position < item.End)
            return false;
        if (item.Played == TimeSpan.Zero)
            failure = "The player reported no progress, although it had drained its audio.";
        return true;
    }

    private void MoveTo(TimeSpan position)
    {
        _clock.MoveTo(position);
        _drainedTo = null;
    }

    private void NotifyIfIdle()
    {
        if (_items.Count == 0)
            _notifications.EnqueueIdle();
    }

    private void ArmTimer(TimeSpan position)
    {
        TimeSpan? due = null;
        if (_items.Count > 0 && _items[0] is { IsWritten: true } item)
        {
            due = item.End - position;
            if (_drainedTo >= item.End)
                due = Min(due, item.End - _clock.Position);
            if (_player is not null)
                due = Min(due < MinPollInterval ? MinPollInterval : due, item.Deadline - Now);
        }
        if (_isWriting)
            due = Min(due, _writeDeadline - Now);
        SetTimer(due);
    }

    private void ArmWriteTimer()
    {
        lock (_lock)
            ArmTimer(_clock.Position);
    }

    private void HandleTimer()
    {
        lock (_lock)
        {
            // Without a player, the rest of an item counts as played: a second timer would only cost a wake-up of a thread.
            if (_player is null && _items.Count > 0 && _items[0] is { IsWritten: true } item && item.End > _clock.Position && item.End - _clock.Position <= TimerStep)
                _clock.Follow(item.End);
        }
        Continue();
    }

    private static TimeSpan Min(TimeSpan? first, TimeSpan second) => first is { } value && value < second ? value : second;

    /// <summary>Sets the timer in whole milliseconds, rounded up; null turns it off.</summary>
    private void SetTimer(TimeSpan? due)
    {
        if (due is null && !_isTimerSet)
            return;
        _isTimerSet = due is not null;
        _timer.Change(
            due is { } value ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(value.TotalMilliseconds))) : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the player must be drained, so that it reports the end of the audio that was written.</summary>
    private bool NeedsDrain =>
        _player is { IsNonBlocking: false } && _stops == 0 && !_isDisposed && _drain is null && !(_drainedTo >= _clock.End) && IsResponseWritten();

    private void StartDrain(PlayerCancellation drain)
    {
        AudioPlayer player;
        TimeSpan end;
        lock (_lock)
        {
            if (!NeedsDrain)
                return;
            (player, _drain, end) = (_player!, drain, _clock.End);
        }
        _work?.BeginWork();
        _ = Task.Run(() => DrainAsync(player, drain, end), CancellationToken.None);
    }

    private bool IsResponseWritten()
    {
        if (_items.Count == 0)
            return false;
        foreach (var item in _items)
        {
            if (item.ResponseId == _items[0].ResponseId && !item.IsWritten)
                return false;
        }
        return !_isWriting;
    }

    private async Task DrainAsync(AudioPlayer player, PlayerCancellation drain, TimeSpan end)
    {
        Exception? failure = null;
        try
        {
            await AwaitUncountedAsync(Call(static drain => drain.Player.DrainAsync(drain.Token), (Player: player, drain.Token))).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A player that throws is replaced, and the conversation continues.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }
        bool isCurrent;
        lock (_lock)
        {
            isCurrent = _drain == drain;
            if (isCurrent)
                (_drain, _drainedTo) = (null, end);
        }
        if (isCurrent && failure is not null)
            Replace(player, failure, "The player failed to drain.");
        Continue();
        _work?.EndWork();
    }
}
