namespace Realtime.Sdk.Internal;

/// <content>The handling of the server's events.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum length of a key that is reported. A key has one character, but a server can send a text of any length.</summary>
    private const int MaxKeyLength = 16;

    private bool _hasWarnedOfTranscription;

    /// <summary>Handles the next event of the server.</summary>
    public void Handle(ServerEvent serverEvent)
    {
        bool hasDecided;
        lock (_lock)
        {
            if (_end is not null)
                return;
            NoteEvent(serverEvent);
            Apply(serverEvent);
            AfterChange();
            hasDecided = HasDecided;
        }
        if (hasDecided)
            Flush();
        NotifyEvent(serverEvent);
    }

    private void Apply(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case ResponseOutputAudioTranscriptDeltaEvent { Delta: var delta } content:
                ExpectPlayback(content);
                Append(content, delta);
                break;
            case ResponseOutputTextDeltaEvent { Delta: var delta } content:
                Append(content, delta);
                break;
            case ResponseOutputAudioTranscriptDoneEvent { Transcript: var text } content:
                Replace(content, text);
                break;
            case ResponseOutputTextDoneEvent { Text: var text } content:
                Replace(content, text);
                break;
            case ResponseOutputAudioDoneEvent done:
                AudioReceived(done.ResponseId, done.ItemId);
                break;
            case ResponseCreatedEvent { Response: var response }:
                ResponseCreated(response);
                break;
            case ResponseDoneEvent { Response: var response }:
                ResponseDone(response);
                break;
            case ResponseOutputItemAddedEvent { Item: MessageItem { Id.Length: > 0 } item } added:
                FindItem(added.ResponseId, item.Id!);
                break;
            case ResponseOutputItemAddedEvent { Item: McpCallItem item } added:
                ServiceCallChanged(added.ResponseId, item, isDone: false);
                break;
            case ResponseOutputItemDoneEvent { Item: not null } done:
                OutputItemDone(done.ResponseId, done.Item);
                break;
            case ErrorEvent { Error: var error }:
                ErrorReported(error);
                break;
            case SessionCreatedEvent { Session: var session }:
                // The connection's session is not the server's first one: it was already updated when the conversation, or the session, began.
                FirstSession = session;
                Effective = EffectiveSession.Of(_connection.Session ?? session, Agent);
                break;
            case SessionUpdatedEvent { Session: var session }:
                Effective = EffectiveSession.Of(session, Agent);
                _isTurningOff = false;
                break;
            default:
                if (!ApplyInput(serverEvent) && !ApplyItem(serverEvent))
                    ApplyServicePlayback(serverEvent);
                break;
        }
    }

    private bool ApplyInput(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case InputAudioBufferSpeechStartedEvent started:
                _replies.UserStarted();
                _telemetry.ForgetTurn();
                _userTurns.Started(started.ItemId, started.AudioStart);
                if (Effective.IsInterruptedBySpeech)
                    InterruptBySpeech();
                return true;
            case InputAudioBufferSpeechStoppedEvent stopped:
                _userTurns.Stopped(stopped.ItemId, stopped.AudioEnd);
                _telemetry.SpeechEnded();
                return true;
            case InputAudioBufferCommittedEvent committed:
                _userTurns.Committed(committed.ItemId, committed.PreviousItemId, _input.Buffer.Emptied(), Effective.IsTranscribed);
                _telemetry.TurnEnded();
                _replies.UserEnded(isAnswered: Effective.CreatesResponses);
                AnswerWithFarewell();
                WarnOfTranscription();
                return true;
            case InputAudioBufferClearedEvent:
                _input.Buffer.Emptied();
                _userTurns.Dropped();
                _telemetry.ForgetTurn();
                _replies.UserEnded(isAnswered: false);
                return true;
            case InputAudioBufferTimeoutTriggeredEvent:
                Warn(WarningKind.UserIdle, "The user has been silent for the idle timeout of turn detection.");
                return true;
            case InputAudioBufferDtmfEventReceivedEvent { Event: var key }:
                _updates.Publish(new KeyUpdate { Key = key.Length <= MaxKeyLength ? key : key[..MaxKeyLength] });
                return true;
            case ConversationItemInputAudioTranscriptionDeltaEvent delta:
                _userTurns.TranscriptGrew(delta.ItemId, delta.Delta);
                return true;
            case ConversationItemInputAudioTranscriptionCompletedEvent completed:
                _userTurns.TranscriptEnded(completed.ItemId, completed.Transcript, Charge(completed.Usage));
                return true;
            case ConversationItemInputAudioTranscriptionFailedEvent failed:
                _userTurns.TranscriptEnded(failed.ItemId, transcript: null, ConversationUsage.None);
                Warn(WarningKind.ServerError, $"The user's speech could not be transcribed{ServerErrors.FormatMessage(failed.Error)}.", failed.Error);
                return true;
            default:
                return false;
        }
    }

    private bool ApplyItem(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case ConversationItemAddedEvent added:
                ItemAdded(added.Item, added.PreviousItemId);
                return true;
            case ConversationItemCreatedEvent created:
                ItemAdded(created.Item, created.PreviousItemId);
                return true;
            case ConversationItemDoneEvent done:
                _items.Set(done.Item, done.PreviousItemId);
                return true;
            case ConversationItemDeletedEvent { ItemId: var id }:
                ItemDeleted(id);
                return true;
            case ConversationItemTruncatedEvent truncated:
                ItemTruncated(truncated.ItemId, truncated.AudioEnd);
                return true;
            default:
                return false;
        }
    }

    private void ItemAdded(ConversationItem item, string? previousItemId)
    {
        if (item.Id is not { Length: > 0 } id)
            return;
        _items.Set(item, previousItemId);
        AnsweredElsewhere(item);
        if (_turns.Find(id) is { } known)
        {
            // A turn stays where it began: what the agent says after function calls may come behind items of the user.
            if (known.Turn.Items[0] == known)
                _turns.Place(known.Turn, previousItemId);
        }
        else if (!_carried.Remove(id) && item is MessageItem { Role: var role } message)
        {
            MessageAdded(message, role, previousItemId);
        }
    }

    private void MessageAdded(MessageItem message, ItemRole role, string? previousItemId)
    {
        if (role == ItemRole.User)
        {
            _userTurns.Added(message, previousItemId);
        }
        else if (role == ItemRole.Assistant && message.Status != ItemStatus.InProgress)
        {
            // Not generated here: history that the app has added.
            var turn = _turns.Begin(TurnRole.Agent, Agent.Name);
            turn.Append(_turns.AddItem(turn, message.Id!), TextOf(message));
            _turns.Place(turn, previousItemId);
            _turns.SetReady(turn);
        }
    }

    private void ItemDeleted(string itemId)
    {
        _items.Remove(itemId);
        CallDeleted(itemId);
        var isDeletedHere = _deletions.Remove(itemId);
        if (_turns.Find(itemId) is not { } item)
            return;

        // The conversation itself deletes only items that were not heard, whose text remains. If others delete an item, its text is removed.
        item.Turn.Delete(item, text: !isDeletedHere);
        _turns.Changed(item.Turn);
    }

    private void ErrorReported(RealtimeError error)
    {
        if (error.Code == "response_cancel_not_active")
            EndStalled();
        if (_replies.Refused(error) || (error.Code == "response_cancel_not_active" && error.EventId is { Length: > 0 }))
            return;
        if (IsDeletionRefused(error.EventId))
            return;
        if (error.EventId is { Length: > 0 } && error.EventId == _commitEventId)
            _input.Buffer.Refused();
        Warn(WarningKind.ServerError, $"The server reported an error{ServerErrors.FormatMessage(error)}.", error);
    }

    /// <summary>Whether the refused event was the deletion of an item that another client had already deleted.</summary>
    private bool IsDeletionRefused(string? eventId) =>
        eventId is { Length: > 0 } && _deletions.FirstOrDefault(deletion => deletion.Value == eventId) is { Key: { } itemId } && _deletions.Remove(itemId);

    private void WarnOfTranscription()
    {
        if (Effective.IsTranscribed || _hasWarnedOfTranscription)
            return;
        _hasWarnedOfTranscription = true;
        Warn(WarningKind.NoTranscription, "The session has no audio.input.transcription, so turns of the user have no text.");
    }

    private static string TextOf(MessageItem message) => string.Concat(message.Content.Select(part => part switch
    {
        OutputTextPart text => text.Text,
        OutputAudioPart audio => audio.Transcript,
        InputTextPart text => text.Text,
        _ => null,
    }));
}
