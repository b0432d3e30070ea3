namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The playback of responses, in real time and one response after another. In a call the service plays the audio and sends events; over a WebSocket the
/// client is assumed to play the audio as it arrives. Used under the model's lock.
/// </summary>
/// <param name="scheduler">The model's scheduler.</param>
/// <param name="events">Sends events.</param>
/// <param name="hasMedia">Whether the service plays the audio, as in a call.</param>
/// <param name="audio">Plays the audio of a call; null for none.</param>
internal sealed class Playback(EventScheduler scheduler, EventWriter events, bool hasMedia, CallAudio? audio)
{
    private readonly Queue<Entry> _queue = [];
    private readonly HashSet<string> _cleared = [];
    private DateTimeOffset _end;
    private EventScheduler.Entry? _next;

    /// <summary>The remaining playback time of the audio generated so far.</summary>
    public TimeSpan Unplayed => Max(_end - scheduler.Now, TimeSpan.Zero);

    /// <summary>Adds a word after the audio that is still to be played.</summary>
    /// <param name="responseId">The response that the word belongs to.</param>
    /// <param name="item">The item that the word belongs to.</param>
    /// <param name="speech">Synthesizes the word.</param>
    /// <param name="word">The word to be played.</param>
    public void Add(string responseId, SimulatedItem item, Speech speech, string word)
    {
        if (_cleared.Contains(responseId))
            return;
        var length = speech.GetLength(word);
        _end = scheduler.Now + Unplayed + length;
        if (!hasMedia)
            return;
        if (_queue.FirstOrDefault(entry => entry.ResponseId == responseId) is not { } entry)
        {
            _queue.Enqueue(entry = new(responseId, item));
            if (_queue.Count == 1)
                SendState("started", entry);
        }
        entry.Length += length;
        audio?.Play(speech.Say(word).ToArray(), speech.Format, scheduler);
    }

    /// <summary>Marks the audio of a response as complete: <c>stopped</c> is sent when all of it has been played.</summary>
    public void Complete(string responseId)
    {
        _cleared.Remove(responseId);
        if (_queue.FirstOrDefault(entry => entry.ResponseId == responseId) is not { } entry)
            return;
        entry.End = scheduler.Now + Unplayed;
        if (entry == _queue.Peek())
            Advance();
    }

    /// <summary>Stops playback and drops the remaining audio.</summary>
    /// <returns>The items that were cut off, each with the duration that was played.</returns>
    public IReadOnlyList<(SimulatedItem Item, TimeSpan Played)> Clear()
    {
        var cut = new List<(SimulatedItem, TimeSpan)>();
        var unplayed = Unplayed;
        _next?.Cancel();
        audio?.Stop();
        if (_queue.TryPeek(out var playing))
            SendState("cleared", playing);

        // The unplayed audio is at the end of the queue, even if generation paused before.
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

    /// <summary>Continues with the next response when the first has been played.</summary>
    private void Advance()
    {
        while (_queue.TryPeek(out var playing) && playing.End is { } end)
        {
            if (end > scheduler.Now)
            {
                _next = scheduler.Schedule(end - scheduler.Now, Advance);
                return;
            }
            _queue.Dequeue();
            SendState("stopped", playing);
            if (_queue.TryPeek(out var following))
                SendState("started", following);
        }
    }

    private void SendState(string state, Entry entry) => events.Send($"output_audio_buffer.{state}", ("response_id", entry.ResponseId));

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    /// <summary>The audio of one response.</summary>
    private sealed class Entry(string responseId, SimulatedItem item)
    {
        public string ResponseId => responseId;

        public SimulatedItem Item => item;

        public TimeSpan Length { get; set; }

        /// <summary>The time at which playback ends; null while more audio may be added.</summary>
        public DateTimeOffset? End { get; set; }
    }
}
