namespace Realtime.Sdk.Internal;

internal sealed partial class Playback
{
    /// <summary>The maximum time that a stop waits for the player.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(250);

    private int _stops;
    private Task _stopping = Task.CompletedTask;

    /// <summary>
    /// Stops the playback of all responses, or of one, and discards what was not played. Completes within 250 ms, even if the player does not stop.
    /// </summary>
    /// <returns>The items that were not played to their end, in order. Audio that is added during the stop is played after it.</returns>
    public ValueTask<IReadOnlyList<StoppedItem>> StopAsync(string? onlyResponseId = null)
    {
        var stop = new PlaybackStop();
        Task previous;
        lock (_lock)
        {
            // Pauses the pump: nothing is written until the last stop has completed.
            _stops++;
            (previous, _stopping) = (_stopping, stop.Task);
            foreach (var item in _items)
            {
                if (item.Stop is not null || (onlyResponseId is not null && item.ResponseId != onlyResponseId))
                    continue;
                item.Stop = stop;
                _queuedBytes -= item.DropQueue();
            }
            _fullResponses.RemoveAll(response => onlyResponseId is null || response == onlyResponseId);
        }
        _ = StopAsync(stop, previous);
        return new(stop.Task);
    }

    private async Task StopAsync(PlaybackStop stop, Task previous)
    {
        _work?.BeginWork();
        // Stops run one after the other. The wait is bounded, because each has its own timeout.
        await AwaitUncountedAsync(previous).ConfigureAwait(false);
        AudioPlayer? player;
        bool isPlaying;
        lock (_lock)
        {
            isPlaying = _items.Exists(item => item.Stop == stop && item.Written > TimeSpan.Zero);
            player = _player;
        }
        var outcome = default(StopOutcome);
        if (isPlaying && player is not null)
            outcome = await StopPlayerAsync(player).ConfigureAwait(false);
        var stopped = RemoveStopped(stop, player, outcome, isPlaying);
        Continue();
        stop.Complete(stopped);
        _work?.EndWork();
    }

    /// <summary>Removes the items of a stop. They end at the position that the player reported, or at the clock's estimate.</summary>
    private List<StoppedItem> RemoveStopped(PlaybackStop stop, AudioPlayer? player, StopOutcome outcome, bool isPlaying)
    {
        List<StoppedItem> stopped = [];
        lock (_lock)
        {
            var position = Observe(player, outcome.Position);
            var before = _items.Count;
            foreach (var item in _items)
            {
                if (item.Stop != stop)
                    continue;
                if (item.HasEnded(position))
                    _notifications.EnqueuePlayed(item, item.Received);
                else
                    stopped.Add(item.AsStopped);
            }
            _items.RemoveAll(item => item.Stop == stop);
            if (isPlaying)
            {
                // The next audio begins at the position where the player now is.
                MoveTo(outcome.Resumes ?? outcome.Position ?? position);
                _reported = _clock.End;
            }

            // Under the same lock as the removal, so that the pump never writes audio of a stopped item.
            _stops--;
            if (_items.Count < before)
                NotifyIfIdle();
            ArmTimer(_clock.Position);
        }
        return stopped;
    }

    /// <summary>Stops the player. If the outcome has no position, the player failed or did not respond, and was replaced.</summary>
    private async Task<StopOutcome> StopPlayerAsync(AudioPlayer player)
    {
        var deadline = Now + StopTimeout;
        // If the stop fails, the position before it is the best estimate of what was heard.
        var before = ReadPosition(player);
        lock (_lock)
            Observe(player, before);

        // The audio that a drain waits for is about to be discarded.
        CancelDrain();
        var write = GetWriteInProgress();
        var outcome = await InvokeStopAsync(player, deadline).ConfigureAwait(false);
        if (write is not null)
        {
            if (!write.IsCompleted)
                CancelWrite();
            // The write may have reached the player after the stop, so the player is stopped again when the write has ended.
            if (!await CompletesAsync(write, deadline - Now).ConfigureAwait(false))
                outcome = default;
            else if (outcome.Position is not null)
                outcome = Combine(outcome, await InvokeStopAsync(player, deadline).ConfigureAwait(false));
        }
        if (outcome.Position is null)
            Replace(player, outcome.Exception, outcome.Exception is null ? $"The player did not stop within {StopTimeout.TotalMilliseconds:0} milliseconds." : "The player failed to stop.", stop: false);
        return outcome;
    }

    /// <summary>Combines two stops. The first one determines what was heard; audio that was written between them only moves the position at which the next audio begins.</summary>
    private static StopOutcome Combine(StopOutcome first, StopOutcome second) =>
        second.Position is null ? second : first with { Resumes = second.Position };

    /// <summary>Calls the player's stop and waits for it, but not beyond the deadline. A player that may block is called on the thread pool.</summary>
    private async Task<StopOutcome> InvokeStopAsync(AudioPlayer player, TimeSpan deadline)
    {
        var outcome = new TaskCompletionSource<StopOutcome>();
        var cancellation = new PlayerCancellation();
        _work?.BeginWork();
        if (player.IsNonBlocking)
            _ = StopPlayerAsync(player, outcome, cancellation.Token);
        else
            _ = Task.Run(() => StopPlayerAsync(player, outcome, cancellation.Token), CancellationToken.None);
        if (await CompletesAsync(outcome.Task, deadline - Now).ConfigureAwait(false))
            return await outcome.Task.ConfigureAwait(false);
        cancellation.Cancel(_work);
        return default;
    }

    private async Task StopPlayerAsync(AudioPlayer player, TaskCompletionSource<StopOutcome> outcome, CancellationToken cancellationToken)
    {
        StopOutcome result;
        try
        {
            var stopping = (Task<TimeSpan>)Call(static stop => stop.Player.StopAsync(stop.Token).AsTask(), (Player: player, Token: cancellationToken));
            await AwaitUncountedAsync(stopping).ConfigureAwait(false);
            result = new(Clamp(await stopping.ConfigureAwait(false)), Exception: null);
        }
#pragma warning disable CA1031 // A player that throws is replaced, and the conversation continues.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            result = new(Position: null, exception);
        }
        outcome.SetResult(result);
        _work?.EndWork();
    }

    /// <summary>Returns a task that completes when the write in progress has ended; null if there is none.</summary>
    private Task? GetWriteInProgress()
    {
        lock (_lock)
            return _isWriting ? (_writeEnded ??= new()).Task : null;
    }

    private void CancelWrite()
    {
        PlayerCancellation? write;
        lock (_lock)
            write = _writeCancellation;
        write?.Cancel(_work);
    }

    private void CancelDrain()
    {
        PlayerCancellation? drain;
        lock (_lock)
            (drain, _drain) = (_drain, null);
        drain?.Cancel(_work);
    }

    /// <summary>The outcome of a stop. The position is null if the player threw the exception or, without an exception, if it did not return in time.</summary>
    private readonly record struct StopOutcome(TimeSpan? Position, Exception? Exception, TimeSpan? Resumes = null);
}
