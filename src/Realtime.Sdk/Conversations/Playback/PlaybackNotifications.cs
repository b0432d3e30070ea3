namespace Realtime.Sdk.Internal;

/// <summary>Delivers notifications to the host in order: they are queued under the lock of the playback, and delivered outside it by one thread at a time.</summary>
internal sealed class PlaybackNotifications(IPlaybackHost host)
{
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _entries = new();
    private bool _isDelivering;

    private enum Kind { Started, Played, Idle, Replaced, Full }

    public void EnqueueStarted(PlaybackItem item) => Enqueue(new(Kind.Started, item.ResponseId, item.ItemId));

    public void EnqueuePlayed(PlaybackItem item, TimeSpan played) => Enqueue(new(Kind.Played, item.ResponseId, item.ItemId, played));

    public void EnqueueIdle() => Enqueue(new(Kind.Idle));

    public void EnqueueReplaced(Exception? exception, string reason) => Enqueue(new(Kind.Replaced, reason, Exception: exception));

    public void EnqueueFull(string responseId) => Enqueue(new(Kind.Full, responseId));

    /// <summary>Delivers the queued notifications, unless another thread is already delivering them.</summary>
    public void Deliver()
    {
        lock (_lock)
        {
            if (_isDelivering || _entries.Count == 0)
                return;
            _isDelivering = true;
        }
        while (TryTake(out var entry))
            Deliver(entry);
    }

    private void Enqueue(in Entry entry)
    {
        lock (_lock)
            _entries.Enqueue(entry);
    }

    private bool TryTake(out Entry entry)
    {
        // The flag is cleared under the lock, so that an entry that is added from now on is delivered by the thread that adds it.
        lock (_lock)
            return _isDelivering = _entries.TryDequeue(out entry);
    }

    private void Deliver(in Entry entry)
    {
        switch (entry.Kind)
        {
            case Kind.Started:
                host.OnPlaybackStarted(entry.Text, entry.ItemId);
                break;
            case Kind.Played:
                host.OnItemPlayed(entry.Text, entry.ItemId, entry.Played);
                break;
            case Kind.Replaced:
                host.OnPlayerReplaced(entry.Exception, entry.Text);
                break;
            case Kind.Full:
                host.OnBufferFull(entry.Text);
                break;
            default:
                host.OnPlaybackIdle();
                break;
        }
    }

    private readonly record struct Entry(Kind Kind, string Text = "", string ItemId = "", TimeSpan Played = default, Exception? Exception = null);
}
