namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The audio of responses as it plays, in real time and one response after another. In a call the service plays it and says so in events; over a
/// WebSocket the client plays it, and is taken to do so as it comes. Used under the model's lock.
/// </summary>
/// <param name="scheduler">The model's scheduler.</param>
/// <param name="events">Sends events.</param>
/// <param name="hasMedia">Whether the service plays, as in a call.</param>
/// <param name="audio">Takes the audio that plays in a call; null when nobody hears it.</param>
internal sealed class Playback(EventScheduler scheduler, EventWriter events, bool hasMedia, CallAudio? audio)
{
    private readonly Queue<Entry> _queue = [];
    private readonly HashSet<string> _cleared = [];
    private DateTimeOffset _end;
    private EventScheduler.Entry? _next;

    /// <summary>How long what was generated so far will still play.</summary>
    public TimeSpan Unplayed => Max(_end - scheduler.Now, TimeSpan.Zero);

    /// <summary>Adds audio behind what is to be played.</summary>
    /// <param name="responseId">The response it belongs to.</param>
    /// <param name="item">The item it belongs to.</param>
    /// <param name="speech">What speaks it.</param>
    /// <param name="word">The word to be played.</param>
    public void Add(string responseId, SimulatedItem item, Speech speech, string word)
    {
        if (_cleared.Contains(responseId))
            return;
        var length = speech.LengthOf(word);
        _end = scheduler.Now + Unplayed + length;
        if (!hasMedia)
            return;
        if (_queue.FirstOrDefault(entry => entry.ResponseId == responseId) is not { } entry)
        {
            _queue.Enqueue(entry = new(responseId, item));
            if (_queue.Count == 1)
                Send("started", entry);
        }
        entry.Length += length;
        audio?.Play(speech.Say(word).ToArray(), speech.Format, scheduler);
    }

    /// <summary>No more audio of a response will come: when all of it has been played, the client is told.</summary>
    public void Complete(string responseId)
    {
        _cleared.Remove(responseId);
        if (_queue.FirstOrDefault(entry => entry.ResponseId == responseId) is not { } entry)
            return;
        entry.End = scheduler.Now + Unplayed;
        if (entry == _queue.Peek())
            Advance();
    }

    /// <summary>Stops playing and drops the rest.</summary>
    /// <returns>The items that were not played to their end, with how much of each was.</returns>
    public IReadOnlyList<(SimulatedItem Item, TimeSpan Played)> Clear()
    {
        var cut = new List<(SimulatedItem, TimeSpan)>();
        var unplayed = Unplayed;
        _next?.Cancel();
        audio?.Stop();
        if (_queue.TryPeek(out var playing))
            Send("cleared", playing);

        // What has not been played is the end of the queue, however long generation paused before.
        foreach (var entry in _queue.Reverse())
        {
            var missing = unplayed < entry.Length ? unplayed : entry.Length;
            unplayed -= missing;
            if (missing > TimeSpan.Zero)
                cut.Insert(0, (entry.Item, entry.Length - missing));
            if (entry.End is null)
                _cleared.Add(entry.ResponseId);
        }
        _queue.Clear();
        _end = scheduler.Now;
        return cut;
    }

    /// <summary>Goes on to the next response once the first has been played.</summary>
    private void Advance()
    {
        while (_queue.TryPeek(out var playing) && playing.End is { } end)
        {
            if (end > scheduler.Now)
            {
                _next = scheduler.After(end - scheduler.Now, Advance);
                return;
            }
            _queue.Dequeue();
            Send("stopped", playing);
            if (_queue.TryPeek(out var following))
                Send("started", following);
        }
    }

    private void Send(string what, Entry entry) => events.Send($"output_audio_buffer.{what}", ("response_id", entry.ResponseId));

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    /// <summary>The audio of one response.</summary>
    private sealed class Entry(string responseId, SimulatedItem item)
    {
        public string ResponseId => responseId;

        public SimulatedItem Item => item;

        public TimeSpan Length { get; set; }

        /// <summary>When it will have been played; null while more may come.</summary>
        public DateTimeOffset? End { get; set; }
    }
}
