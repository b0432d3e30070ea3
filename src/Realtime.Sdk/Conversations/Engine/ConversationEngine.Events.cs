namespace Realtime.Sdk.Internal;

/// <content>The handling of the server's events.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum length of a key that is reported. A key has one character, but a server can send text of any length.</summary>
    private const int MaxKeyLength = 16;

    private bool _hasWarnedOfTranscription;

    /// <summary>Handles the next event of the server.</summary>
    public void Handle(ServerEvent serverEvent)
    {
        bool hasPendingActions;
        lock (_lock)
        {
            if (_end is not null)
                return;
            TrackEvent(serverEvent);
            Apply(serverEvent);
            AfterChange();
            hasPendingActions = HasPendingActions;
        }
        if (hasPendingActions)
            Flush();

        // Last, because handlers of the app get an event after the conversation has processed it.
        NotifyEvent(serverEvent);
    }

    private void Apply(ServerEvent serverEvent)
    {
        switch (serverEvent)
        {
            case ResponseOutputAudioTranscriptDeltaEvent { Delta: var delta } content:
                _hasSpoken = true;
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
                QueueAudioCompletion(done.ResponseId, done.ItemId);
                break;
            case ResponseCreatedEvent { Response: var response }:
                HandleResponseCreated(response);
                break;
            case ResponseDoneEvent { Response: var response }:
                HandleResponseDone(response);
                break;
            case ResponseOutputItemAddedEvent { Item: MessageItem { Id.Length: > 0 } item } added:
                // Registers the item, so that it is in the turn before its first text arrives.
                FindItem(added.ResponseId, item.Id!);
                break;
            case ResponseOutputItemAddedEvent { Item: McpCallItem item } added:
                HandleMcpCall(added.ResponseId, item, isDone: false);
                break;
            case ResponseOutputItemDoneEvent { Item: not null } done:
                HandleOutputItemDone(done.ResponseId, done.Item);
                break;
            case ErrorEvent { Error: var error }:
                HandleError(error);
                break;
            case SessionCreatedEvent { Session: var session }:
                // The session of the connection may already have been updated by the time this event is read.
                FirstSession = session;
                Effective = EffectiveSession.From(_connection.Session ?? session, Agent);
                CheckForForeignChange(_connection.Session ?? session);
                break;
            case SessionUpdatedEvent { Session: var session } updated:
                ApplyConfirmedSwitch(updated);
                Effective = EffectiveSession.From(session, Agent);
                _isTurnOffPending = false;

                // A later session may have been checked already: with this one, its change would count twice.
                CheckForForeignChange(_connection.Session ?? session);
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
                _replies.BeginUserTurn();
                _telemetry.ResetTurn();
                _userTurns.BeginSpeech(started.ItemId, started.AudioStart);
                if (Effective.IsInterruptedBySpeech)
                    InterruptBySpeech();
                return true;
            case InputAudioBufferSpeechStoppedEvent stopped:
                _userTurns.EndSpeech(stopped.ItemId, stopped.AudioEnd);
                _telemetry.RecordSpeechEnd();
                return true;
            case InputAudioBufferCommittedEvent committed:
                // Every commit empties the buffer, including those of the server and of other clients.
                _userTurns.Commit(committed.ItemId, committed.PreviousItemId, _input.Buffer.RecordEmptied(), Effective.IsTranscribed);
                _telemetry.RecordTurnEnd();
                _replies.EndUserTurn(isAnswered: Effective.CreatesResponses);
                AnswerWithFarewell();
                WarnOfMissingTranscription();
                return true;
            case InputAudioBufferClearedEvent:
                _input.Buffer.RecordEmptied();
                _userTurns.DropSpeech();
                _telemetry.ResetTurn();
                _replies.EndUserTurn(isAnswered: false);
                return true;
            case InputAudioBufferTimeoutTriggeredEvent:
                _isIdleAnswerDue = true;
                Warn(WarningKind.UserIdle, "The user has been silent for the idle timeout of turn detection.");
                return true;
            case InputAudioBufferDtmfEventReceivedEvent { Event: var key }:
                _updates.Publish(new KeyUpdate { Key = key.Length <= MaxKeyLength ? key : key[..MaxKeyLength] });
                return true;
            case ConversationItemInputAudioTranscriptionDeltaEvent delta:
                _userTurns.AppendTranscript(delta.ItemId, delta.Delta);
                return true;
            case ConversationItemInputAudioTranscriptionCompletedEvent completed:
                _userTurns.CompleteTranscript(completed.ItemId, completed.Transcript, Charge(completed.Usage));
                return true;
            case ConversationItemInputAudioTranscriptionFailedEvent failed:
                _userTurns.CompleteTranscript(failed.ItemId, transcript: null, ConversationUsage.None);
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
                HandleItemAdded(added.Item, added.PreviousItemId);
                return true;
            case ConversationItemCreatedEvent created:
                HandleItemAdded(created.Item, created.PreviousItemId);
                return true;
            case ConversationItemDoneEvent done:
                _items.AddOrUpdate(done.Item, done.PreviousItemId);
                return true;
            case ConversationItemDeletedEvent { ItemId: var id }:
                HandleItemDeleted(id);
                return true;
            case ConversationItemTruncatedEvent truncated:
                HandleItemTruncated(truncated.ItemId, truncated.AudioEnd);
                return true;
            default:
                return false;
        }
    }

    private void HandleItemAdded(ConversationItem item, string? previousItemId)
    {
        if (item.Id is not { Length: > 0 } id)
            return;
        _items.AddOrUpdate(item, previousItemId);
        HandleAnswerFromOtherClient(item);
        if (_turns.Find(id) is { } known)
        {
            // Only the first item determines the place of a turn: what the agent says after function calls may follow items of the user.
            if (known.Turn.Items[0] == known)
                _turns.MoveAfter(known.Turn, previousItemId);
        }
        else if (!_historyItemIds.Remove(id) && item is MessageItem { Role: var role } message)
        {
            // Items of a history are excluded, because they repeat turns of this or of a saved conversation.
            AddMessageTurn(message, role, previousItemId);
        }
    }

    private void AddMessageTurn(MessageItem message, ItemRole role, string? previousItemId)
    {
        if (role == ItemRole.User)
        {
            _userTurns.AddMessage(message, previousItemId);
        }
        else if (role == ItemRole.Assistant && message.Status != ItemStatus.InProgress)
        {
            // Not a response, but history that the app has added.
            var turn = _turns.Begin(TurnRole.Agent, Agent.Name);
            turn.Append(_turns.AddItem(turn, message.Id!), GetText(message));
            _turns.MoveAfter(turn, previousItemId);
            _turns.SetReady(turn);
        }
    }

    private void HandleItemDeleted(string itemId)
    {
        _items.Remove(itemId);
        CancelDeletedCall(itemId);
        var isDeletedHere = _deletions.Remove(itemId);
        if (_turns.Find(itemId) is not { } item)
            return;

        // The conversation deletes only items that were not heard, and keeps their text. If the app or another client deletes an item, its text is removed.
        item.Turn.Delete(item, deletesText: !isDeletedHere);
        _turns.NotifyChanged(item.Turn);
    }

    private void HandleError(RealtimeError error)
    {
        // The server does not know the response that was canceled, so it will not report its end.
        if (error.Code == "response_cancel_not_active")
            AbandonStalled();

        // A cancellation that arrives after the end of its response is normal, and not worth a warning.
        if (_replies.HandleRefusal(error) || (error.Code == "response_cancel_not_active" && error.EventId is { Length: > 0 }))
            return;
        if (TryRemoveRefusedDeletion(error.EventId))
            return;
        RestorationRefused(error.EventId);
        if (error.EventId is { Length: > 0 } && error.EventId == _commitEventId)
            _input.Buffer.RecordRefusal();
        Warn(WarningKind.ServerError, $"The server reported an error{ServerErrors.FormatMessage(error)}.", error);
    }

    /// <summary>Returns whether the refused event is a deletion by the conversation, of an item that another client had already deleted.</summary>
    private bool TryRemoveRefusedDeletion(string? eventId) =>
        eventId is { Length: > 0 } && _deletions.FirstOrDefault(deletion => deletion.Value == eventId) is { Key: { } itemId } && _deletions.Remove(itemId);

    private void WarnOfMissingTranscription()
    {
        if (Effective.IsTranscribed || _hasWarnedOfTranscription)
            return;
        _hasWarnedOfTranscription = true;
        Warn(WarningKind.NoTranscription, "The session has no audio.input.transcription, so turns of the user have no text.");
    }

    private static string GetText(MessageItem message) => string.Concat(message.Content.Select(part => part switch
    {
        OutputTextPart text => text.Text,
        OutputAudioPart audio => audio.Transcript,
        InputTextPart text => text.Text,
        _ => null,
    }));
}
