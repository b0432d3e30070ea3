namespace Realtime.Sdk.Internal;

/// <content>The responses and the agent's turns that they belong to.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum number of unfinished responses that the conversation did not request.</summary>
    private const int MaxResponses = 64;

    /// <summary>The maximum number of messages of a response; most responses have one.</summary>
    private const int MaxItemsOfResponse = 32;

    /// <summary>The maximum number of deletions that the server has not confirmed.</summary>
    private const int MaxDeletions = 256;

    private void ResponseCreated(RealtimeResponse response)
    {
        if (_replies.Created(response) is not { } state)
            return;
        BeginTurn(state);
        if (state is { IsCut: false, Request: { IsCancelWanted: true } request })
            Cut([state], request.IsInterrupted);
        else if (state is { IsCut: false, IsUnwanted: true })
            Cut([state], isInterruption: true);
        CutUnrequested(state);
    }

    private void BeginTurn(ResponseState response)
    {
        BoundResponses(response);
        response.Agent ??= Agent;
        if (response is { Turn: null, IsOutOfBand: false })
            response.Turn = ContinuedTurn(response) ?? _turns.Begin(TurnRole.Agent, Agent.Name);
        _telemetry.Began(response);
    }

    /// <summary>Settles the oldest responses when there are too many, because a server may begin responses and never end them.</summary>
    private void BoundResponses(ResponseState newest)
    {
        while (_responses.All.Count > MaxResponses && _responses.All.Count(response => response.Request is null) > MaxResponses)
            GiveUp(_responses.All.Where(response => response.Request is null && response != newest).MinBy(response => response.Number)!);
    }

    /// <summary>Settles responses that were cut and whose end the server does not report, so that queued replies are requested. Callers that wait for the end have timed out by then.</summary>
    private void ExpireCut()
    {
        foreach (var response in _responses.All.Where(response => response is { IsCut: true, IsDone: false } && _time.GetElapsedTime(response.CutAt) >= (response.IsStalled ? 1 : 2) * _options.Limits.ReplyTimeout).ToList())
            GiveUp(response);
        _replies.SendNext();
    }

    /// <summary>Settles a response in its current state: later events of it are ignored.</summary>
    private void GiveUp(ResponseState response)
    {
        _telemetry.Abandoned(response, null);
        var wasDone = response.IsDone;
        response.SetDone(_time.GetTimestamp());
        response.SetCut(_time.GetTimestamp());
        (response.IsPlayedByService, response.IsBeingCut) = (false, false);
        response.Unheard.Clear();
        if (IsPlayedByService && _sounding == response)
            _sounding = null;
        if (response.Turn is { } turn)
            turn.WasInterrupted = true;
        if (!wasDone)
        {
            KeepUncharged(response);
            CompleteRequest(response, new() { Status = ReplyStatus.Canceled });
        }
        _toComplete.Enqueue((response.Id, null));
        TrySettle(response);
    }

    private void ResponseDone(RealtimeResponse response)
    {
        // Everything was taken from the first such event.
        if (_responses.Find(response.Id) is { IsDone: true })
            return;
        if (_responses.IsSettled(response.Id))
        {
            ChargeLate(response);
            return;
        }

        // The usage is counted first, because the end of the response lets the next reply be requested.
        var usage = Charge(response);
        if (_replies.Done(response) is not { } state)
            return;
        CutOthers(state);
        BeginTurn(state);
        foreach (var item in response.Output ?? [])
        {
            if (item is MessageItem message)
            {
                Finish(state, message);
                state.Calls?.EndsWithServiceCall = false;
            }
            else
            {
                CallDone(state, item, isWhole: response.Status == ResponseStatus.Completed);
            }
        }
        if (state.Calls is { } calls)
            EndServiceCalls(calls);
        if (state.Turn is { } turn)
            turn.Usage += usage;
        var result = Judge(state, response, usage);
        if (result.Status is ReplyStatus.Interrupted or ReplyStatus.Canceled && state.Turn is { } cut)
            cut.WasInterrupted = true;
        if (result is { Status: ReplyStatus.Failed or ReplyStatus.Incomplete })
            WarnOfFailure(response, result);
        else if (result.Status == ReplyStatus.Completed)
            _watchdog.Failures = 0;
        _telemetry.Done(state, response, result);
        CompleteRequest(state, result);
        if (IsPlayedByService && !state.IsPlayedByService && state.Unheard.Count > 0 && response.Status == ResponseStatus.Cancelled)
            DropUnplayed(state);
        _toComplete.Enqueue((state.Id, null));
        DeleteUnheard(state);
        TrySettle(state);
        _replies.SendNext();
    }

    /// <summary>Takes over the final text of a message, which may differ from its deltas.</summary>
    private void Finish(ResponseState response, MessageItem message)
    {
        if (message.Id is not { Length: > 0 } id || FindItem(response, id) is not { } item)
            return;
        var text = TextOf(message);
        if (text.Length > 0)
            Replace(item, text);
    }

    private static ReplyResult Judge(ResponseState state, RealtimeResponse response, ConversationUsage usage)
    {
        var status = response.Status switch
        {
            { } cancelled when cancelled == ResponseStatus.Cancelled =>
                state.IsInterrupted || response.StatusDetails?.Reason == ResponseStatusReason.TurnDetected ? ReplyStatus.Interrupted : ReplyStatus.Canceled,
            { } failed when failed == ResponseStatus.Failed => ReplyStatus.Failed,
            { } incomplete when incomplete == ResponseStatus.Incomplete => ReplyStatus.Incomplete,
            _ => ReplyStatus.Completed,
        };
        return new() { Status = status, Text = ResponseText(state), Usage = usage, Exception = status == ReplyStatus.Failed ? FailureOf(response) : null };
    }

    private static string ResponseText(ResponseState state) => string.Join('\n', state.Items.Select(item => item.Text.Slice(0).ToString()).Where(text => text.Length > 0));

    private static RealtimeApiException FailureOf(RealtimeResponse response)
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
        Changed(item);
    }

    private void Replace(ResponseContentEvent content, string text)
    {
        // The text of later parts comes only from their deltas, until the complete message replaces it.
        if (content.ContentIndex == 0 && FindItem(content.ResponseId, content.ItemId) is { } item)
            Replace(item, text);
    }

    private void Replace(TurnItem item, string text)
    {
        var (length, version) = (item.Turn.TextLength, item.Turn.TextVersion);
        item.Turn.Replace(item, text);
        if (length != item.Turn.TextLength || version != item.Turn.TextVersion)
            Changed(item);
    }

    private void Changed(TurnItem item)
    {
        if (_turns.Find(item.Id) == item)
            _turns.Changed(item.Turn);
    }

    /// <summary>Finds a response, or adds it if it is not known; null if it is settled.</summary>
    private ResponseState? FindResponse(string responseId)
    {
        if (_responses.Find(responseId) is { } known)
            return known;

        // The creation of the response was not reported, or is reported later.
        if (responseId.Length == 0 || _replies.Created(new() { Id = responseId }) is not { } created)
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

        if (response.Items.Count == MaxItemsOfResponse)
            return null;

        // An out-of-band response has no turn in the conversation; this one keeps the text for the result.
        var turn = response.Turn ?? new TurnState(response.Id, 0, TurnRole.Agent, Agent.Name, _time.GetUtcNow(), _options.Limits.MaxTurnText);
        var added = response.IsOutOfBand ? turn.AddItem(itemId) : _turns.AddItem(turn, itemId);
        response.Items.Add(added);
        return added;
    }

    /// <summary>Deletes the items of a response of which nothing was heard, so that the model does not treat them as heard. Does nothing until the response is done.</summary>
    private void DeleteUnheard(ResponseState response)
    {
        if (!response.IsDone)
            return;
        foreach (var id in response.ToDelete)
        {
            if (!_items.Contains(id) || response.IsOfLostSession)
                continue;
            if (_deletions.Count == MaxDeletions)
                _deletions.RemoveAt(0);
            NoteDeleted(id);
            var eventId = _deletions[id] = _outbox.NewEventId();
            _outbox.Add(new ConversationItemDeleteEvent { EventId = eventId, ItemId = id });
        }
        response.ToDelete.Clear();
    }

    /// <summary>Settles a response that was generated and was heard or cut.</summary>
    private void TrySettle(ResponseState response)
    {
        if (!response.IsDone || !response.IsHeard)
            return;
        _responses.Settle(response);
        response.Request?.SetHeard(HeardOf(response));
        if (response.Turn is { } turn && !IsInProgress(turn))
        {
            _turns.Changed(turn);
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

    private static HeardSpeech HeardOf(ResponseState response)
    {
        var heard = TimeSpan.Zero;
        foreach (var item in response.Items)
            heard += item.Heard;
        return new()
        {
            Text = string.Join('\n', response.Items.Select(item => item.HeardText.ToString()).Where(text => text.Length > 0)),
            IsTextEstimated = response.Items.Any(item => item.IsEstimated),
            Duration = heard,
            WasInterrupted = response.IsCut || response.Turn is { WasInterrupted: true },
        };
    }
}
