namespace Realtime.Sdk.Internal;

internal sealed partial class Playback
{
    /// <summary>Continues without the player: all audio counts as played at the speed of the clock.</summary>
    private void Replace(AudioPlayer player, Exception? exception, string reason, bool stop = true)
    {
        TaskCompletionSource? ended;
        PlayerCancellation? write;
        lock (_lock)
        {
            if (_player != player)
                return;
            _player = null;

            // The pump of this player ends when it notices the replacement; another one may start now.
            _isPumping = false;
            write = _writeCancellation;
            ended = ClearWrite();
            foreach (var item in _items)
                item.ReleaseAudio();
            _notifications.EnqueueReplaced(exception, reason);
        }
        write?.Cancel(_work);
        CancelDrain();
        ended?.SetResult();
        _notifications.Deliver();
        if (stop)
            StopReplaced(player);
        Continue();
    }

    /// <summary>Stops a replaced player, which is not used again. The stop is not awaited.</summary>
    private void StopReplaced(AudioPlayer player)
    {
        _work?.BeginWork();
        _ = Task.Run(() => StopPlayerAsync(player, new(), CancellationToken.None), CancellationToken.None);
    }

    /// <summary>Calls asynchronous code of the player. With a clock that counts work, what follows the awaits of the player counts as work, too.</summary>
    private Task Call<TState>(Func<TState, Task> call, TState state) => _work?.CallbackContext is { } context ? CallIn(context, call, state) : call(state);

    private static Task CallIn<TState>(SynchronizationContext context, Func<TState, Task> call, TState state)
    {
        Task? task = null;
        context.Send(_ => task = call(state), null);
        return task!;
    }

    /// <summary>Awaits a task without counting the wait as work.</summary>
    private async ValueTask AwaitUncountedAsync(Task task)
    {
        if (_work is not null && !task.IsCompleted)
            await CountedWork.SuspendAsync(_work, task).ConfigureAwait(false);
        await task.ConfigureAwait(false);
    }

    /// <summary>Waits for a task, at most for a duration by the clock; returns whether it has completed.</summary>
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
