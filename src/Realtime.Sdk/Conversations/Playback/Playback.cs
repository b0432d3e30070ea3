using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The playback of a conversation: queues the audio of responses, writes it to the player in a pump of its own, and records for each item what was received,
/// written and played. Thread-safe.
/// </summary>
/// <remarks>
/// Audio of a response is written when the previous response was played, so that a stop of one response discards nothing of another. Without a player,
/// audio is discarded at playback speed. Members of the player and of the host are never called with the lock held.
/// </remarks>
internal sealed partial class Playback : IAsyncDisposable, IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly List<PlaybackItem> _items = [];
    private readonly List<string> _fullResponses = [];
    private readonly PlaybackNotifications _notifications;
    private readonly PlaybackClock _clock;
    private readonly TimeProvider _time;
    private readonly WorkTrackingTimeProvider? _work;
    private readonly ArrayPool<byte> _pool;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _disposed = new();
    private readonly long _startedAt;
    private readonly int _maxBufferedBytes;
    private AudioPlayer? _player;
    private long _queuedBytes;
    private bool _isDisposed;

    /// <param name="player">The player, which is not disposed. Null discards audio at playback speed.</param>
    /// <param name="host">Receives the notifications.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxBufferedBytes">The maximum size of the audio that was not written yet, in bytes of the session's format.</param>
    /// <param name="pool">The pool of the buffers. Null, the default, uses the shared pool.</param>
    public Playback(AudioPlayer? player, IPlaybackHost host, TimeProvider time, int maxBufferedBytes, ArrayPool<byte>? pool = null)
    {
        _player = player;
        _notifications = new(host);
        _time = time;
        _work = time as WorkTrackingTimeProvider;
        _pool = pool ?? ArrayPool<byte>.Shared;
        _clock = new(time);
        _startedAt = time.GetTimestamp();
        _maxBufferedBytes = maxBufferedBytes;
        _timer = time.CreateTimer(static state => ((Playback)state!).HandleTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsPlaying
    {
        get
        {
            lock (_lock)
                return _items.Count > 0;
        }
    }

    /// <summary>The duration of the audio that was not written to the player yet.</summary>
    public TimeSpan Buffered
    {
        get
        {
            lock (_lock)
            {
                var buffered = TimeSpan.Zero;
                foreach (var item in _items)
                    buffered += item.Format.DurationOf(item.QueuedBytes - (item.QueuedBytes % item.Format.BytesPerSample));
                return buffered;
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_startedAt);

    /// <summary>Queues audio of an item. Copies it and never waits.</summary>
    public void Add(string responseId, string itemId, ReadOnlySpan<byte> audio, SampleFormat format)
    {
        if (audio.IsEmpty)
            return;
        lock (_lock)
        {
            if (_isDisposed || _fullResponses.Contains(responseId))
                return;
            var item = Find(itemId, responseId);
            if (item is { IsComplete: true } or { Stop: not null })
                return;
            if (_queuedBytes + audio.Length > _maxBufferedBytes)
            {
                // The audio received so far is played to its end.
                _fullResponses.Add(responseId);
                CompleteItems(responseId, itemId: null);
                _notifications.EnqueueFull(responseId);
            }
            else
            {
                item ??= Insert(responseId, itemId, format);
                item.Append(audio, keep: _player is not null);
                _queuedBytes += audio.Length;

                // Without a player, most pieces need neither the pump nor a timer.
                if (DiscardNext(item))
                    return;
            }
        }
        Continue();
    }

    /// <summary>Marks an item as complete, because all of its audio was received.</summary>
    public void CompleteItem(string responseId, string itemId)
    {
        lock (_lock)
            CompleteItems(responseId, itemId);
        Continue();
    }

    /// <summary>Marks all items of a response as complete, because all of its audio was received.</summary>
    public void CompleteResponse(string responseId)
    {
        lock (_lock)
        {
            _fullResponses.Remove(responseId);
            if (_items.Count == 0)
                return;
            CompleteItems(responseId, itemId: null);
        }
        Continue();
    }

    /// <summary>Returns the duration of an item that was played. Zero for an item that was played to its end, was stopped, or never had audio.</summary>
    public TimeSpan GetPlayed(string itemId)
    {
        AudioPlayer? player;
        lock (_lock)
        {
            if (Find(itemId) is null)
                return TimeSpan.Zero;
            player = _player;
        }
        var reported = ReadPosition(player);
        lock (_lock)
        {
            Observe(player, reported);
            return Find(itemId)?.Played ?? TimeSpan.Zero;
        }
    }

    /// <summary>Returns the duration of an item that was received. Zero for an item that was played to its end, was stopped, or never had audio.</summary>
    public TimeSpan GetReceived(string itemId)
    {
        lock (_lock)
            return Find(itemId)?.Received ?? TimeSpan.Zero;
    }

    /// <summary>Stops the playback and returns the buffers. The player is not disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = !_isDisposed;
            _isDisposed = true;
        }
        if (!isFirst)
        {
            await _disposed.Task.ConfigureAwait(false);
            return;
        }
        await StopAsync().ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        _disposed.SetResult();
    }

    /// <summary>Finds an item; a server may give items of two responses the same ID.</summary>
    private PlaybackItem? Find(string itemId, string? responseId = null)
    {
        foreach (var item in _items)
        {
            if (item.ItemId == itemId && (responseId is null || item.ResponseId == responseId))
                return item;
        }
        return null;
    }

    /// <summary>Adds an item after the other items of its response, so that these are adjacent.</summary>
    private PlaybackItem Insert(string responseId, string itemId, SampleFormat format)
    {
        var item = new PlaybackItem(responseId, itemId, format, _pool);
        var last = _items.FindLastIndex(other => other.ResponseId == responseId);
        _items.Insert(last < 0 ? _items.Count : last + 1, item);
        return item;
    }

    private void CompleteItems(string responseId, string? itemId)
    {
        foreach (var item in _items)
        {
            // Items that are being stopped remain as they were when the stop was called.
            if (item.ResponseId == responseId && (itemId is null || item.ItemId == itemId) && item.Stop is null)
                item.IsComplete = true;
        }
    }

    /// <summary>Writes the audio that can be written, and reports what was played, after which the next response may follow.</summary>
    private void Continue()
    {
        // Progress may end a response, after which the audio of the next one can be written.
        _work?.BeginWork();
        do
            WakePump();
        while (ReportProgress());
        _notifications.Deliver();
        _work?.EndWork();
    }
}
