namespace Realtime.Sdk.Internal;

internal sealed partial class Playback
{
    /// <summary>Continues without the player: its audio counts as played, and later audio is discarded, by the clock.</summary>
    private void Replace(AudioPlayer player, Exception? exception, string reason, bool stop = true)
    {
        TaskCompletionSource? ended;
        PlayerCancellation? write;
        lock (_lock)
        {
            if (_player != player)
                return;
            _player = null;
            _isPumping = false;
            write = _writeCancellation;
            ended = ForgetWrite();
            foreach (var item in _items)
                item.ReleaseAudio();
            _notifications.Replaced(exception, reason);
        }
        write?.Cancel(_work);
        CancelDrain();
        ended?.SetResult();
        _notifications.Deliver();
        if (stop)
            Silence(player);
        Continue();
    }

    /// <summary>Stops a replaced player now, because it cannot be stopped later. The stop is not awaited.</summary>
    private void Silence(AudioPlayer player)
    {
        _work?.BeginWork();
        _ = Task.Run(() => StopPlayerAsync(player, new(), CancellationToken.None), CancellationToken.None);
    }

    /// <summary>Awaits a task without counting the wait as work. Its exception is thrown.</summary>
    private async ValueTask CountAsync(Task task)
    {
        if (_work is not null && !task.IsCompleted)
            await CountedWork.SuspendAsync(_work, task).ConfigureAwait(false);
        await task.ConfigureAwait(false);
    }

    /// <summary>Whether a task completes within a time by the clock.</summary>
    private async ValueTask<bool> CompletesAsync(Task task, TimeSpan limit)
    {
        if (task.IsCompleted)
            return true;
        if (limit <= TimeSpan.Zero)
            return false;
        var waiting = task.WaitAsync(limit, _time);
        if (_work is not null)
            await CountedWork.SuspendAsync(_work, waiting).ConfigureAwait(false);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}
