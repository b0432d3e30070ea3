using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <content>The conversation's state between two sessions.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The longest wait for the player to stop, before the history tells what was heard.</summary>
    private static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(1);

    private readonly GapAudio? _gap;

    /// <summary>The items that were added as history, until the server has reported them. They begin no turns.</summary>
    private readonly HashSet<string> _carried = [];

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
        Change(() => Publish(gap));
        ConversationMetrics.Renewed(gap.Reason);
    }

    /// <summary>Ends what was in progress in a session that is lost.</summary>
    private void LoseSession(SessionGap gap)
    {
        foreach (var call in _calls.Open)
            gap.Lose(RenewalLossKind.FunctionCall, $"The output of the function call {PeerText.Sanitize(call.Name)}, which had not ended.", call.CallId);
        if (_replies.IsTurnDue)
            gap.LoseResponse(id: null, "The response to the user's last turn, which had not begun.");
        gap.LoseSpeech(_replies.SpeakingFor);
        EndCalls(gap.Exception);
        var unfinished = _responses.All.Where(response => !response.IsDone).ToList();
        foreach (var response in unfinished)
        {
            gap.LoseResponse(response.Id, "The rest of a response, which was being generated.");
            _telemetry.Abandoned(response, gap.Exception);

            // It is not canceled over the next connection, and its text may be ahead of its audio.
            response.IsCanceled = true;
            response.SetDone(_time.GetTimestamp());
            CompleteRequest(response, EndOf(gap));
            _toComplete.Enqueue((response.Id, null));
        }
        foreach (var response in _responses.All)
            response.IsOfLostSession = true;
        Cut(unfinished, isInterruption: false);
        foreach (var response in unfinished)
            TrySettle(response);
        LoseReplies(gap);
        _userTurns.SessionLost();
    }

    /// <summary>
    /// Ends what was in progress in a call. The session of the call continues, but what happens until the conversation is attached again is not known. Functions continue,
    /// because the session still waits for their outputs.
    /// </summary>
    private void LeaveCall(SessionGap gap)
    {
        gap.Lose(RenewalLossKind.Events, "The events of the call while the conversation was not attached to it.");
        foreach (var response in _responses.All.ToList())
        {
            if (!response.IsDone)
                gap.LoseResponse(response.Id, "The events of a response that was being generated.");
            GiveUp(response);
        }
        LoseReplies(gap);
        _userTurns.SessionLost();
    }

    private void LoseReplies(SessionGap gap)
    {
        foreach (var reply in _replies.SessionLost(gap.Exception))
            gap.Lose(RenewalLossKind.Reply, "A reply that was requested and had not begun.", reply.EventId);
    }

    private static ReplyResult EndOf(SessionGap gap) =>
        new() { Status = gap.Exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, Exception = gap.Exception };

    /// <summary>Adds the history of the conversation to its next session.</summary>
    private async Task CarryHistoryAsync(RealtimeConnection connection, SessionGap gap, CancellationToken cancellationToken)
    {
        await WhenAsync(() => !_responses.All.Any(response => response.IsBeingCut), MaxStop, message: null, cancellationToken).Counted(_work);
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
            var rewritten = await CallAsync(() => rewrite(items, new AgentContext(Agent, _options), cancellationToken).AsTask(), cancellationToken).Counted(_work);
            return [.. rewritten.OfType<ConversationItem>()];
        }
#pragma warning disable CA1031 // the app's code must not end the conversation
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Change(() => Warn(WarningKind.Renewal, $"{nameof(RenewalOptions.RewriteHistory)} failed. The history is sent as it is.", exception: exception));
            return items;
        }
    }

    /// <summary>Adds items to a session. Those that the server refuses are lost.</summary>
    private async Task AddHistoryAsync(RealtimeConnection connection, ConversationHistory history, SessionGap gap, CancellationToken cancellationToken)
    {
        var items = history.Items.Select(item => (item.Id, Item: item with { Id = NewItemId(), Object = null, Status = null })).ToList();
        lock (_lock)
        {
            _carried.Clear();
            _carried.UnionWith(items.Select(item => item.Item.Id!));
        }
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
            await SendAsync(gap, _connection, cancellationToken).ConfigureAwait(false);
            await _connection.AppendAudioAsync(audio, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RealtimeConnectionException or ObjectDisposedException)
        {
            // It may have arrived, so it is not sent again. The reader of the connection finds the reason, and renews or ends the conversation.
            gap.Lost(format.DurationOf(audio.Length));
        }
    }

    /// <summary>Sends the audio that has waited for a session.</summary>
    private async ValueTask SendAsync(GapAudio gap, RealtimeConnection connection, CancellationToken cancellationToken)
    {
        while (gap.Take(InputFormat) is { } waiting)
        {
            try
            {
                await connection.AppendAudioAsync(waiting, cancellationToken).ConfigureAwait(false);
            }
            catch (RealtimeConnectionException)
            {
                gap.Lost(InputFormat.DurationOf(waiting.Length));
                throw;
            }
        }
    }
}
