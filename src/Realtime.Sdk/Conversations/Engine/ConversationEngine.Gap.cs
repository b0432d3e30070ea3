using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <content>The conversation's state between two sessions.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum wait for the player to stop, until the history is created with what was heard.</summary>
    private static readonly TimeSpan MaxStopWait = TimeSpan.FromSeconds(1);

    private readonly GapAudio? _gapAudio;

    /// <summary>The IDs of the items that were added as history, until their confirmation was read. They begin no turns.</summary>
    private readonly HashSet<string> _historyItemIds = [];

    public SavedConversation Save()
    {
        lock (_lock)
            return new() { Agent = Agent.Name, SavedAt = _time.GetUtcNow(), Items = ConversationHistory.Create(_items, _turns).Items };
    }

    /// <summary>Adds the newest items of a saved conversation to the session.</summary>
    public async Task RestoreAsync(SavedConversation saved, CancellationToken cancellationToken)
    {
        var gap = new SessionGap(RenewalReason.Restored, Exception: null, _time.GetTimestamp());
        var history = new ConversationHistory(saved.Items, []).Limit((_options.Renewal ?? new()).HistoryTokens);
        await AddHistoryAsync(_connection, history, gap, cancellationToken).Counted(_work);

        // The connection sees a confirmation before the conversation reads it. The app must find the history in the conversation that it gets, unless it is one of a relay,
        // which reads nothing until its client is connected.
        if (!_reading.IsCompleted)
            await WhenAsync(() => _historyItemIds.Count == 0, _options.Limits.ReplyTimeout, message: null, cancellationToken).Counted(_work);
        Change(() => Publish(gap));
        ConversationMetrics.RecordRenewal(gap.Reason);
    }

    /// <summary>Ends everything that is in progress in a session that is lost.</summary>
    private void EndSession(SessionGap gap)
    {
        foreach (var call in _calls.OpenCalls)
            gap.AddLoss(RenewalLossKind.FunctionCall, $"The function call {PeerText.Sanitize(call.Name)} had not ended, so its output is dropped.", call.CallId);
        if (_replies.IsResponseExpected)
            gap.AddLostResponse(id: null, "The response to the user's last turn had not begun.");
        gap.AddLostSpeech(_replies.SpeechDuration);

        // Their outputs must not reach the next session.
        EndCalls(gap.Exception);
        DropResults(gap);
        _switches.Clear();
        var unfinished = _responses.All.Where(response => !response.IsDone).ToList();
        foreach (var response in unfinished)
        {
            gap.AddLostResponse(response.Id, "A response was being generated, so the rest of it is lost.");
            _telemetry.AbandonResponse(response, gap.Exception);

            // Marked as canceled, because the next session cannot cancel it, and because its text may be ahead of its audio.
            response.IsCanceled = true;

            // Its reply has failed, so it is not corrected in the next session.
            response.Checks = [];
            response.MarkDone(_time.GetTimestamp());
            CompleteRequest(response, CreateLostResult(gap));
            _audioToComplete.Enqueue((response.Id, null));
        }
        foreach (var response in _responses.All)
            response.IsFromLostSession = true;
        StopResponses(unfinished, isInterruption: false);
        foreach (var response in unfinished)
            TrySettle(response);
        EndLostReplies(gap);
        _userTurns.EndSession();
    }

    /// <summary>
    /// Ends everything that is in progress in a call, except functions. The session of the call continues, and still waits for the outputs of functions, but its events until
    /// the conversation is attached again are not known.
    /// </summary>
    private void DetachFromCall(SessionGap gap)
    {
        gap.AddLoss(RenewalLossKind.Events, "Events of the call are missing from the time in which the conversation was not attached to it.");

        // A copy, because responses that are abandoned are removed.
        foreach (var response in _responses.All.ToList())
        {
            if (!response.IsDone)
                gap.AddLostResponse(response.Id, "A response was being generated, and the rest of its events is missing.");
            AbandonResponse(response);
        }
        EndLostReplies(gap);
        _userTurns.EndSession();
    }

    private void EndLostReplies(SessionGap gap)
    {
        foreach (var reply in _replies.EndSession(gap.Exception))
            gap.AddLoss(RenewalLossKind.Reply, "A reply was requested, but its response had not begun.", reply.EventId);
    }

    private static ReplyResult CreateLostResult(SessionGap gap) =>
        new() { Status = gap.Exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, Exception = gap.Exception };

    /// <summary>Adds the history of the conversation to its next session.</summary>
    private async Task TransferHistoryAsync(RealtimeConnection connection, SessionGap gap, CancellationToken cancellationToken)
    {
        // The history contains what was heard, which is known only when the player has stopped.
        await WhenAsync(() => !_responses.All.Any(response => response.IsStopping), MaxStopWait, message: null, cancellationToken).Counted(_work);
        ConversationHistory history;
        lock (_lock)
            history = ConversationHistory.Create(_items, _turns).Limit(_renewal!.Options.HistoryTokens);
        if (_renewal.Options.RewriteHistory is { } rewrite)
            history = history with { Items = await RewriteAsync(rewrite, history.Items, cancellationToken).Counted(_work) };
        await AddHistoryAsync(connection, history, gap, cancellationToken).Counted(_work);
    }

    private async Task<IReadOnlyList<ConversationItem>> RewriteAsync(
        Func<IReadOnlyList<ConversationItem>, AgentContext, CancellationToken, ValueTask<IReadOnlyList<ConversationItem>>> rewrite,
        IReadOnlyList<ConversationItem> items, CancellationToken cancellationToken)
    {
        try
        {
            var rewritten = await RunCallbackAsync(() => rewrite(items, new AgentContext(Agent, _options), cancellationToken).AsTask(), _options.Limits.ReplyTimeout, cancellationToken).Counted(_work);
            return [.. rewritten.OfType<ConversationItem>()];
        }
#pragma warning disable CA1031 // the app's code must not end the conversation
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Change(() => Warn(WarningKind.Renewal, $"{nameof(RenewalOptions.RewriteHistory)} failed with {exception.GetType().Name}. The history is sent unchanged.", exception: exception));
            return items;
        }
    }

    /// <summary>Adds items to a session. Items that the server refuses are reported as losses.</summary>
    private async Task AddHistoryAsync(RealtimeConnection connection, ConversationHistory history, SessionGap gap, CancellationToken cancellationToken)
    {
        // Item IDs of the previous session are not valid in the next one.
        var items = history.Items.Select(item => (item.Id, Item: item with { Id = NewItemId(), Object = null, Status = null })).ToList();
        lock (_lock)
        {
            _historyItemIds.Clear();
            _historyItemIds.UnionWith(items.Select(item => item.Item.Id!));
        }

        // Sent without waiting for each confirmation. The connection keeps the order of the calls.
        var added = await Task.WhenAll(items.Select(item => AddAsync(item.Id, item.Item)).ToList()).Counted(_work);
        var refused = added.OfType<RenewalLoss>().ToList();
        (gap.HistoryItems, gap.HistoryLosses) = (items.Count - refused.Count, [.. history.Losses, .. refused]);

        async Task<RenewalLoss?> AddAsync(string? originalId, ConversationItem item)
        {
            try
            {
                await connection.AddItemAndWaitAsync(item, cancellationToken: cancellationToken).Counted(_work);
                return null;
            }
            catch (Exception exception) when (exception is RealtimeValidationException or RealtimeApiException)
            {
                lock (_lock)
                    _historyItemIds.Remove(item.Id!);
                return new() { Kind = RenewalLossKind.Item, Id = originalId, Message = PeerText.Sanitize($"An item of the history was refused: {exception.Message}") };
            }
        }
    }

    /// <summary>Sends the user's audio, or keeps it while there is no session.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AppendAsync(ReadOnlyMemory<byte> audio, GapAudio gap, CancellationToken cancellationToken)
    {
        var format = InputFormat;
        if (_isRenewing)
        {
            gap.Add(audio.Span, format);
            return;
        }
        try
        {
            await SendBufferedAsync(gap, _connection, cancellationToken).ConfigureAwait(false);
            await _connection.AppendAudioAsync(audio, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RealtimeConnectionException or ObjectDisposedException)
        {
            // The audio may have arrived, so it is not sent again: the user would be heard twice. The reading loop notices the loss, and renews or ends the conversation.
            gap.AddLost(format.DurationOf(audio.Length));
        }
    }

    /// <summary>Sends the audio that has waited for a session.</summary>
    private async ValueTask SendBufferedAsync(GapAudio gap, RealtimeConnection connection, CancellationToken cancellationToken)
    {
        // Each piece is taken before it is sent. If the send fails, it counts as lost, and is not sent again.
        while (gap.TryTake(InputFormat) is { } waiting)
        {
            try
            {
                await connection.AppendAudioAsync(waiting, cancellationToken).ConfigureAwait(false);
            }
            catch (RealtimeConnectionException)
            {
                gap.AddLost(InputFormat.DurationOf(waiting.Length));
                throw;
            }
        }
    }
}
