namespace Realtime.Sdk.Internal;

/// <summary>
/// The turns of the user: from speech or text to the transcript. Used under the conversation's lock; <see cref="Expire"/> is called when a transcript is
/// overdue.
/// </summary>
internal sealed class UserTurns(TurnTracker turns, TimeProvider time, TimeSpan transcriptTimeout)
{
    private readonly Dictionary<string, TimeSpan> _speechStarts = [];
    private readonly Queue<(TurnState Turn, long CommittedAt)> _awaitingTranscript = [];

    /// <summary>The turn of speech that is not committed yet; null if there is none.</summary>
    private TurnState? _currentSpeech;

    /// <summary>How long until the next transcript is overdue; null if none is awaited.</summary>
    public TimeSpan? NextTimeout
    {
        get
        {
            RemoveReady();
            return _awaitingTranscript.TryPeek(out var next) ? transcriptTimeout - time.GetElapsedTime(next.CommittedAt) : null;
        }
    }

    public void BeginSpeech(string itemId, TimeSpan audioStart)
    {
        if (itemId.Length == 0 || turns.Find(itemId) is not null)
            return;
        DropSpeech();

        // Speech without a commit was not a turn.
        _currentSpeech = turns.Begin(TurnRole.User, agent: null);
        turns.AddItem(_currentSpeech, itemId);
        _speechStarts[itemId] = audioStart;
    }

    public void EndSpeech(string itemId, TimeSpan audioEnd)
    {
        if (turns.Find(itemId) is not { Turn: { } turn } || !_speechStarts.Remove(itemId, out var start))
            return;

        // A server can report any times.
        turn.SpeechDuration = audioEnd > start && start >= TimeSpan.Zero ? audioEnd - start : TimeSpan.Zero;
        turns.NotifyChanged(turn);
    }

    /// <summary>Commits a turn whose audio was committed.</summary>
    /// <param name="itemId">The ID of the item that contains the audio.</param>
    /// <param name="previousItemId">The ID of the item before it; null if the server did not report it.</param>
    /// <param name="duration">The duration of the committed audio. It is used if the server reported no speech.</param>
    /// <param name="isTranscribed">Whether a transcript will follow.</param>
    public void Commit(string itemId, string? previousItemId, TimeSpan duration, bool isTranscribed)
    {
        _speechStarts.Remove(itemId);
        var turn = turns.Find(itemId)?.Turn;

        // A server may repeat the event, or use the ID of an item of the agent.
        if (turn is { Role: TurnRole.Agent } or { IsCommitted: true })
            return;
        if (turn is null)
        {
            // The client committed the audio, or the item has another ID than the speech had.
            turn = _currentSpeech ?? turns.Begin(TurnRole.User, agent: null);
            turns.AddItem(turn, itemId);
        }
        turn.IsCommitted = true;
        if (turn == _currentSpeech)
            _currentSpeech = null;
        if (turn.SpeechDuration == TimeSpan.Zero)
            turn.SpeechDuration = duration;
        turns.MoveAfter(turn, previousItemId);
        if (isTranscribed)
            _awaitingTranscript.Enqueue((turn, time.GetTimestamp()));
        else
            turns.SetReady(turn);
    }

    /// <summary>Removes the turn of speech that was not committed.</summary>
    public void DropSpeech()
    {
        if (_currentSpeech is { } speaking)
            turns.Remove(speaking);
        _currentSpeech = null;
        _speechStarts.Clear();
    }

    /// <summary>Ends the turns of a lost session: speech that was not committed is removed, and other turns do not wait for their transcripts.</summary>
    public void EndSession()
    {
        DropSpeech();
        while (_awaitingTranscript.TryDequeue(out var next))
            turns.SetReady(next.Turn);
    }

    public void AppendTranscript(string itemId, string delta)
    {
        if (turns.Find(itemId) is not { Turn: { Role: TurnRole.User } turn } item)
            return;
        turn.Append(item, delta);
        turns.NotifyChanged(turn);
    }

    /// <summary>Completes the turn of a transcript, which is null if the transcription failed.</summary>
    public void CompleteTranscript(string itemId, string? transcript, ConversationUsage usage)
    {
        if (turns.Find(itemId) is not { Turn: { Role: TurnRole.User } turn } item)
            return;
        var before = turn.TextLength;
        var version = turn.TextVersion;
        if (transcript is not null)
            turn.Replace(item, transcript);
        turn.Usage += usage;

        // A complete turn is revised only if its text has changed.
        if (!turn.IsComplete || before != turn.TextLength || version != turn.TextVersion)
            turns.NotifyChanged(turn);
        turns.SetReady(turn);
    }

    /// <summary>Adds a complete turn for a message of the user that this or another client has added.</summary>
    public void AddMessage(MessageItem message, string? previousItemId)
    {
        var turn = turns.Begin(TurnRole.User, agent: null);
        var item = turns.AddItem(turn, message.Id!);
        turn.Append(item, string.Concat(message.Content.Select(GetText)));
        turns.MoveAfter(turn, previousItemId);
        turns.NotifyChanged(turn);
        turns.SetReady(turn);
    }

    /// <summary>Completes turns whose transcript is overdue. A transcript that arrives later revises its turn.</summary>
    public void Expire()
    {
        while (NextTimeout is { } timeout && timeout <= TimeSpan.Zero)
            turns.SetReady(_awaitingTranscript.Dequeue().Turn);
    }

    private void RemoveReady()
    {
        while (_awaitingTranscript.TryPeek(out var next) && next.Turn.IsReady)
            _awaitingTranscript.Dequeue();
    }

    private static string? GetText(ContentPart part) => part switch
    {
        InputTextPart text => text.Text,
        InputAudioPart audio => audio.Transcript,
        _ => null,
    };
}
