namespace Realtime.Sdk.Internal;

/// <content>The responses and the agent's turns that they belong to.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum number of unfinished responses that the conversation did not request.</summary>
    private const int MaxResponses = 64;

    /// <summary>The maximum number of messages of a response; most responses have one.</summary>
    private const int MaxItemsPerResponse = 32;

    /// <summary>The maximum number of deletions that the server has not confirmed.</summary>
    private const int MaxDeletions = 256;

    private void HandleResponseCreated(RealtimeResponse response)
    {
        if (_replies.HandleCreated(response) is not { } state)
            return;
        BeginTurn(state);
        if (state is { IsStopped: false, Request: { IsCancelRequested: true } request })
            StopResponses([state], request.IsInterrupted);
        else if (state is { IsStopped: false, IsCancelPending: true })
            StopResponses([state], isInterruption: true);
        StopUnrequested(state);
    }

    private void BeginTurn(ResponseState response)
    {
        LimitResponses(response);
        response.Agent ??= Agent;
        BeginChecks(response);
        if (response is { Turn: null, IsOutOfBand: false })
            response.Turn = GetContinuedTurn(response) ?? _turns.Begin(TurnRole.Agent, Agent.Name);
        _telemetry.BeginResponse(response);
        ReportIfForeign(response);
    }

    /// <summary>Settles the oldest responses when there are too many, because a server may begin responses and never end them.</summary>
    private void LimitResponses(ResponseState newest)
    {
        // The newest is excluded, because the caller is about to use it.
        while (_responses.All.Count > MaxResponses && _responses.All.Count(response => response.Request is null) > MaxResponses)
            AbandonResponse(_responses.All.Where(response => response.Request is null && response != newest).MinBy(response => response.Number)!);
    }

    /// <summary>Settles responses that were stopped and whose end the server does not report, so that queued replies are requested. Callers that wait for the end have timed out by then.</summary>
    private void ExpireStopped()
    {
        foreach (var response in _responses.All.Where(response => response is { IsStopped: true, IsDone: false } && _time.GetElapsedTime(response.StoppedAt) >= (response.IsStalled ? 1 : 2) * _options.Limits.ReplyTimeout).ToList())
            AbandonResponse(response);
        _replies.SendNext();
    }

    /// <summary>Settles a response in its current state: later events of it are ignored.</summary>
    private void AbandonResponse(ResponseState response)
    {
        _telemetry.AbandonResponse(response, null);
        var (wasDone, wasHeard) = (response.IsDone, response.AwaitsOnlyChecks);
        response.MarkDone(_time.GetTimestamp());
        if (!wasHeard)
            response.MarkStopped(_time.GetTimestamp());
        (response.IsPlayingElsewhere, response.IsStopping) = (false, false);
        response.PendingAudio.Clear();

        // A check must not keep the response from being settled.
        response.Checks = [];
        response.Request?.EndChecks();
        if (IsPlayedElsewhere && _playing == response)
            _playing = null;
        if (response.Turn is { } turn && !wasHeard)
            turn.WasInterrupted = true;
        if (!wasDone)
        {
            AddUncharged(response);
            CompleteRequest(response, new() { Status = ReplyStatus.Canceled });
        }
        _audioToComplete.Enqueue((response.Id, null));
        TrySettle(response);
    }

    private void HandleResponseDone(RealtimeResponse response)
    {
        // A duplicate: the first response.done was handled.
        if (_responses.Find(response.Id) is { IsDone: true })
            return;
        if (_responses.IsSettled(response.Id))
        {
            // The response was abandoned, but its tokens are billed.
            ChargeLate(response);
            return;
        }

        // Charged first, because the end of the response may cause the next reply to be requested, which the budget must check.
        var usage = Charge(response);
        if (_replies.HandleDone(response) is not { } state)
            return;

        // This response may have spent the budget.
        StopOthers(state);
        BeginTurn(state);

        // The output has the final texts, and items that had no event of their own.
        foreach (var item in response.Output ?? [])
        {
            if (item is MessageItem message)
            {
                ApplyFinalText(state, message);
                state.Calls?.EndsWithMcpCall = false;
            }
            else
            {
                HandleCallItem(state, item, isCompleteByDefault: response.Status == ResponseStatus.Completed);
            }
        }
        if (state.Calls is { } calls)
            CancelServiceCalls(calls);
        if (state.Turn is { } turn)
            turn.Usage += usage;
        if (state.Request is { IsExtraction: true } extraction)
            extraction.Output = response;
        var result = CreateResult(state, response, usage);
        if (result.Status is ReplyStatus.Interrupted or ReplyStatus.Canceled && state.Turn is { } stoppedTurn)
            stoppedTurn.WasInterrupted = true;
        if (result is { Status: ReplyStatus.Failed or ReplyStatus.Incomplete })
            WarnOfFailure(response, result);
        else if (result.Status == ReplyStatus.Completed)
            _watchdog.Failures = 0;
        _telemetry.EndResponse(state, response, result);
        CheckCompleteText(state);
        CompleteRequest(state, result);

        // The service does not play a canceled response that it has not begun to play.
        if (IsPlayedElsewhere && !state.IsPlayingElsewhere && state.PendingAudio.Count > 0 && response.Status == ResponseStatus.Cancelled)
            DropUnplayed(state);

        // All audio was received, even if response.output_audio.done did not arrive.
        _audioToComplete.Enqueue((state.Id, null));
        DeleteUnheardItems(state);
        TrySettle(state);
        _replies.SendNext();
    }

    /// <summary>Applies the final text of a message, which may differ from its deltas.</summary>
    private void ApplyFinalText(ResponseState response, MessageItem message)
    {
        if (message.Id is not { Length: > 0 } id || FindItem(response, id) is not { } item)
            return;
        var text = GetText(message);
        if (text.Length > 0)
            Replace(item, text);
    }

    private static ReplyResult CreateResult(ResponseState state, RealtimeResponse response, ConversationUsage usage)
    {
        var status = response.Status switch
        {
            { } cancelled when cancelled == ResponseStatus.Cancelled =>
                state.IsInterrupted || response.StatusDetails?.Reason == ResponseStatusReason.TurnDetected ? ReplyStatus.Interrupted : ReplyStatus.Canceled,
            { } failed when failed == ResponseStatus.Failed => ReplyStatus.Failed,
            { } incomplete when incomplete == ResponseStatus.Incomplete => ReplyStatus.Incomplete,

            // A status that this version does not know is not an error.
            _ => ReplyStatus.Completed,
        };
        return new() { Status = status, Text = GetResponseText(state), Usage = usage, Exception = status == ReplyStatus.Failed ? CreateFailure(response) : null };
    }

    private static string GetResponseText(ResponseState state) => string.Join('\n', state.Items.Select(item => item.Text.Slice(0).ToString()).Where(text => text.Length > 0));

    private static RealtimeApiException CreateFailure(RealtimeResponse response)
    {
        var error = response.StatusDetails?.Error;
        return ServerErrors.ToException(
            new() { Type = error?.Type ?? "", Code = error?.Code, Message = error?.Message ?? "" }, "to complete the response", secret: null);
    }

    private void WarnOfFailure(RealtimeResponse response, ReplyResult result)
    {
        var message = result.Exception?.Message ?? $"A response is incomplete: {PeerText.Sanitize(response.StatusDetails?.Reason?.Value ?? "no reason was given")}.";
        Warn(WarningKind.ResponseFailed, message, (result.Exception as RealtimeApiException)?.Error, result.Exception);
        CountFailure(message, result.Exception);
    }

    private void Append(ResponseContentEvent content, string delta)
    {
        if (FindItem(content.ResponseId, content.ItemId) is not { } item)
            return;
        item.Turn.Append(item, delta);
        NotifyChanged(item);
        if (_responses.Find(content.ResponseId) is { Checks: not null } response)
            CheckGrownText(response);
    }

    private void Replace(ResponseContentEvent content, string text)
    {
        // The event has the text of one part only. Later parts are built from their deltas, until the complete message replaces all.
        if (content.ContentIndex == 0 && FindItem(content.ResponseId, content.ItemId) is { } item)
            Replace(item, text);
    }

    private void Replace(TurnItem item, string text)
    {
        var (length, version) = (item.Turn.TextLength, item.Turn.TextVersion);
        item.Turn.Replace(item, text);
        if (length != item.Turn.TextLength || version != item.Turn.TextVersion)
            NotifyChanged(item);
    }

    private void NotifyChanged(TurnItem item)
    {
        // Items of out-of-band responses are not in a turn of the conversation.
        if (_turns.Find(item.Id) == item)
            _turns.NotifyChanged(item.Turn);
    }

    /// <summary>Finds a response, or adds it if it is not known; null if it is settled.</summary>
    private ResponseState? FindResponse(string responseId)
    {
        if (_responses.Find(responseId) is { } known)
            return known;

        // Its response.created was not sent, or arrives later.
        if (responseId.Length == 0 || _replies.HandleCreated(new() { Id = responseId }) is not { } created)
            return null;
        BeginTurn(created);
        return created;
    }

    /// <summary>Finds an item of a response, or adds it if it is not known; null if the response is settled.</summary>
    private TurnItem? FindItem(string responseId, string itemId) => FindResponse(responseId) is { } response ? FindItem(response, itemId) : null;

    private TurnItem? FindItem(ResponseState response, string itemId)
    {
        foreach (var item in response.Items)
        {
            if (item.Id == itemId)
                return item;
        }
        if (itemId.Length == 0)
            return null;

        // The content of further items is ignored.
        if (response.Items.Count == MaxItemsPerResponse)
            return null;

        // An out-of-band response is not a turn of the conversation, but its result needs the text.
        var turn = response.Turn ?? new TurnState(response.Id, 0, TurnRole.Agent, Agent.Name, _time.GetUtcNow(), _options.Limits.MaxTurnText);
        var added = response.IsOutOfBand ? turn.AddItem(itemId) : _turns.AddItem(turn, itemId);
        response.Items.Add(added);
        return added;
    }

    /// <summary>Deletes the items of a response of which nothing was heard, so that the model does not treat them as heard. Does nothing until the response is done.</summary>
    private void DeleteUnheardItems(ResponseState response)
    {
        if (!response.IsDone)
            return;
        foreach (var id in response.ItemsToDelete)
        {
            // Another client may have deleted it, or the server has not reported it.
            if (!_items.Contains(id) || response.IsFromLostSession)
                continue;

            // A server may never confirm deletions, so the oldest are forgotten.
            if (_deletions.Count == MaxDeletions)
                _deletions.RemoveAt(0);
            RecordDeletion(id);
            var eventId = _deletions[id] = _outbox.NewEventId();
            _outbox.Add(new ConversationItemDeleteEvent { EventId = eventId, ItemId = id });
        }
        response.ItemsToDelete.Clear();
    }

    /// <summary>Settles a response that was generated, and was heard or stopped.</summary>
    private void TrySettle(ResponseState response)
    {
        if (!response.IsDone || !response.HasFinishedPlayback || response.IsBeingChecked)
            return;
        _responses.Settle(response);
        response.Request?.SetHeard(GetHeardSpeech(response));
        if (response.Request is { IsFiller: true })
            _replies.SendNext();
        if (response.Turn is { } turn && !IsInProgress(turn))
        {
            _turns.NotifyChanged(turn);
            CompleteTurn(turn);
        }
    }

    /// <summary>Completes a turn of the agent, unless a response of it is in progress, or a reply that follows function calls continues it.</summary>
    private void CompleteTurn(TurnState turn)
    {
        if ((turn.Continuations == 0 || !_turns.IsNewest(turn)) && !IsInProgress(turn))
            _turns.SetReady(turn);
    }

    /// <summary>Whether a response of the turn is being generated or heard.</summary>
    private bool IsInProgress(TurnState turn)
    {
        foreach (var response in _responses.All)
        {
            if (response.Turn == turn)
                return true;
        }
        return false;
    }

    private static HeardSpeech GetHeardSpeech(ResponseState response)
    {
        var heard = TimeSpan.Zero;
        foreach (var item in response.Items)
            heard += item.HeardDuration;
        return new()
        {
            Text = string.Join('\n', response.Items.Select(item => item.HeardText.ToString()).Where(text => text.Length > 0)),
            IsTextEstimated = response.Items.Any(item => item.IsEstimated),
            Duration = heard,
            WasInterrupted = response.IsStopped || response.Turn is { WasInterrupted: true },
        };
    }
}
