namespace Realtime.Sdk.Internal;

/// <summary>
/// The turns of the user: from speech or text to the transcript. Used under the conversation's lock; <see cref="Expire"/> is called when a transcript is
/// overdue.
/// </summary>
internal sealed class UserTurns(TurnLedger turns, TimeProvider time, TimeSpan transcriptTimeout)
{
    private readonly Dictionary<string, TimeSpan> _speechStarts = [];
    private readonly Queue<(TurnState Turn, long CommittedAt)> _awaited = [];

    /// <summary>The turn of the speech that was not committed yet; null if there is none.</summary>
    private TurnState? _speaking;

    /// <summary>How long until the next transcript is overdue; null if none is awaited.</summary>
    public TimeSpan? NextTimeout
    {
        get
        {
            DropReady();
            return _awaited.TryPeek(out var next) ? transcriptTimeout - time.GetElapsedTime(next.CommittedAt) : null;
        }
    }

    public void Started(string itemId, TimeSpan audioStart)
    {
        if (itemId.Length == 0 || turns.Find(itemId) is not null)
            return;
        Dropped();
        _speaking = turns.Begin(TurnRole.User, agent: null);
        turns.AddItem(_speaking, itemId);
        _speechStarts[itemId] = audioStart;
    }

    public void Stopped(string itemId, TimeSpan audioEnd)
    {
        if (turns.Find(itemId) is not { Turn: { } turn } || !_speechStarts.Remove(itemId, out var start))
            return;
        turn.SpeechDuration = audioEnd > start && start >= TimeSpan.Zero ? audioEnd - start : TimeSpan.Zero;
        turns.Changed(turn);
    }

    /// <summary>Called when audio was committed.</summary>
    /// <param name="itemId">The item that it becomes.</param>
    /// <param name="previousItemId">The item before it.</param>
    /// <param name="duration">The length of the audio, where the client committed it.</param>
    /// <param name="isTranscribed">Whether a transcript will come.</param>
    public void Committed(string itemId, string? previousItemId, TimeSpan duration, bool isTranscribed)
    {
        _speechStarts.Remove(itemId);
        var turn = turns.Find(itemId)?.Turn;
        if (turn is { Role: TurnRole.Agent } or { IsCommitted: true })
            return;
        if (turn is null)
        {
            // The client committed the audio, or the item has another ID than the speech had.
            turn = _speaking ?? turns.Begin(TurnRole.User, agent: null);
            turns.AddItem(turn, itemId);
        }
        turn.IsCommitted = true;
        if (turn == _speaking)
            _speaking = null;
        if (turn.SpeechDuration == TimeSpan.Zero)
            turn.SpeechDuration = duration;
        turns.Place(turn, previousItemId);
        if (isTranscribed)
            _awaited.Enqueue((turn, time.GetTimestamp()));
        else
            turns.SetReady(turn);
    }

    /// <summary>Called when the input buffer was cleared: speech in it does not become a turn.</summary>
    public void Dropped()
    {
        if (_speaking is { } speaking)
            turns.Remove(speaking);
        _speaking = null;
        _speechStarts.Clear();
    }

    /// <summary>Called when the session was lost: no speech of it becomes a turn, and no transcript of it will come.</summary>
    public void SessionLost()
    {
        Dropped();
        while (_awaited.TryDequeue(out var next))
            turns.SetReady(next.Turn);
    }

    public void TranscriptGrew(string itemId, string delta)
    {
        if (turns.Find(itemId) is not { Turn: { Role: TurnRole.User } turn } item)
            return;
        turn.Append(item, delta);
        turns.Changed(turn);
    }

    /// <summary>Called when the transcript is complete or has failed.</summary>
    public void TranscriptEnded(string itemId, string? transcript, ConversationUsage usage)
    {
        if (turns.Find(itemId) is not { Turn: { Role: TurnRole.User } turn } item)
            return;
        var before = turn.TextLength;
        var version = turn.TextVersion;
        if (transcript is not null)
            turn.Replace(item, transcript);
        turn.Usage += usage;
        if (!turn.IsComplete || before != turn.TextLength || version != turn.TextVersion)
            turns.Changed(turn);
        turns.SetReady(turn);
    }

    /// <summary>Called when this or another client has added a message of the user.</summary>
    public void Added(MessageItem message, string? previousItemId)
    {
        var turn = turns.Begin(TurnRole.User, agent: null);
        var item = turns.AddItem(turn, message.Id!);
        turn.Append(item, string.Concat(message.Content.Select(TextOf)));
        turns.Place(turn, previousItemId);
        turns.Changed(turn);
        turns.SetReady(turn);
    }

    /// <summary>Completes turns whose transcript is overdue. If it still arrives, it is a revision.</summary>
    public void Expire()
    {
        while (NextTimeout is { } timeout && timeout <= TimeSpan.Zero)
            turns.SetReady(_awaited.Dequeue().Turn);
    }

    private void DropReady()
    {
        while (_awaited.TryPeek(out var next) && next.Turn.IsReady)
            _awaited.Dequeue();
    }

    private static string? TextOf(ContentPart part) => part switch
    {
        InputTextPart text => text.Text,
        InputAudioPart audio => audio.Transcript,
        _ => null,
    };
}
