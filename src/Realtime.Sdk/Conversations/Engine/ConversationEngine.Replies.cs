namespace Realtime.Sdk.Internal;

/// <content>The requests of the app.</content>
internal sealed partial class ConversationEngine : IReplyHost
{
    private static readonly TimeSpan MaxEnding = TimeSpan.FromMinutes(2);

    private readonly List<ReplyRequest> _asks = [];

    /// <inheritdoc/>
    public WorkTrackingTimeProvider? Work => _work;

    public ReplyRequest Respond(ReplyOptions options, bool isLast = false) => Respond(new ReplyRequest(options, this) { IsLast = isLast });

    /// <summary>Sends a message of the user and returns the agent's turn that answers it.</summary>
    public async Task<ConversationTurn> AskAsync(string text, CancellationToken cancellationToken)
    {
        var answer = new CountedSource<ConversationTurn>(_work);
        var item = ConversationItem.UserText(text) with { Id = NewItemId() };
        var request = Respond(new ReplyRequest(new(), this) { Item = item, Answer = answer });
        try
        {
            return await answer.Task.WaitAsync(cancellationToken).Counted(_work);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = CancelAsync(request, CancellationToken.None);
            throw;
        }
        finally
        {
            lock (_lock)
                _asks.Remove(request);
        }
    }

    /// <summary>Interrupts the agent as the user's speech does, and returns when the server knows what was heard.</summary>
    public async Task InterruptAsync(CancellationToken cancellationToken)
    {
        ReplyRequest? requested = null;
        var interrupted = new List<ResponseState>();
        Change(() =>
        {
            InterruptCalls();
            requested = InterruptRequested();
            _replies.InterruptDue();
            interrupted.AddRange(_responses.All.Where(response => response.CanBeCut));
            Cut(interrupted, isInterruption: true);
        });
        await WhenConfirmedAsync(IsInterrupted, cancellationToken).Counted(_work);
        await _outbox.WhenSentAsync().WaitAsync(cancellationToken).Counted(_work);

        bool IsInterrupted() => requested is not { IsHeard: false } && interrupted.All(response => response.IsDone && response.IsHeard)
            && !_replies.IsDueInterrupted && !_responses.All.Any(response => response.IsUnwanted);
    }

    /// <summary>Interrupts the response that was requested and has not begun, as soon as it begins.</summary>
    private ReplyRequest? InterruptRequested()
    {
        if (_responses.Requested is { } requested)
            (requested.IsCancelWanted, requested.IsInterrupted) = (true, true);
        return _responses.Requested;
    }

    public async Task AddAsync(ConversationItem item, CancellationToken cancellationToken) =>
        await RequestAsync(connection => connection.AddItemAndWaitAsync(item, cancellationToken: cancellationToken), cancellationToken).Counted(_work);

    public async Task DeleteAsync(string itemId, CancellationToken cancellationToken) =>
        await RequestAsync(connection => connection.DeleteItemAndWaitAsync(itemId, cancellationToken), cancellationToken).Counted(_work);

    /// <summary>Requests a last reply, waits until it was heard, and closes the connection. Function calls in progress and their replies are completed first.</summary>
    public async Task EndAsync(string? instructions, CancellationToken cancellationToken)
    {
        if (instructions is not null && _spent is not null)
        {
            // The conversation is ending by itself, with a farewell of its own.
            if (!IsInCallback)
                await Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        if (instructions is not null && _end is null)
        {
            if (!IsInCallback)
                await WhenAsync(() => _calls.Open.Count == 0 && !IsContinuing, MaxEnding, message: null, cancellationToken).Counted(_work);
            var last = Respond(new() { Instructions = instructions }, isLast: true);
            await WaitForHeardAsync(last, cancellationToken).Counted(_work);
        }
        await CloseAsync(ConversationEndReason.Ended, cancellationToken).Counted(_work);
    }

    private async Task WaitForHeardAsync(ReplyRequest last, CancellationToken cancellationToken)
    {
        try
        {
            await last.Heard.WaitAsync(MaxEnding, _time, cancellationToken).Counted(_work);
        }
        catch (TimeoutException)
        {
            // The conversation ends even if the server does not answer.
        }
    }

    /// <inheritdoc/>
    public async Task CancelAsync(ReplyRequest request, CancellationToken cancellationToken)
    {
        Change(() =>
        {
            for (var part = request; part is not null; part = part.Next)
                Cancel(part);
        });
        try
        {
            await Task.WhenAll(request.Completion, request.Heard).WaitAsync(_options.Limits.ReplyTimeout, _time, cancellationToken).Counted(_work);
        }
        catch (TimeoutException)
        {
            throw new RealtimeTimeoutException(
                RealtimeDeadline.Reply, _options.Limits.ReplyTimeout,
                $"The server did not end the response within {_options.Limits.ReplyTimeout.TotalSeconds:0.###} seconds after it was canceled.");
        }
    }

    /// <summary>Cancels one request of a reply, and the reply that would follow its function calls.</summary>
    private void Cancel(ReplyRequest request)
    {
        if (request is { IsContinued: true, Next: null, Response.Calls: { } calls })
            EndContinuation(calls, ReplyStatus.Canceled);
        if (_replies.Withdraw(request) || request.IsHeard)
            return;
        request.IsCancelWanted = true;
        if (request.Response is { } response)
            Cut([response], isInterruption: false);
    }

    /// <summary>Completes when the server has confirmed an interruption, or when the conversation ends.</summary>
    private Task WhenConfirmedAsync(Func<bool> condition, CancellationToken cancellationToken) => WhenAsync(
        condition, _options.Limits.ReplyTimeout,
        $"The server did not confirm the interruption within {_options.Limits.ReplyTimeout.TotalSeconds:0.###} seconds.", cancellationToken);

    /// <summary>
    /// Waits until a condition on the state holds or the conversation ends. The condition is checked after each change. After the timeout it throws, or returns if there
    /// is no message.
    /// </summary>
    private async Task WhenAsync(Func<bool> condition, TimeSpan timeout, string? message, CancellationToken cancellationToken)
    {
        var met = new CountedSource<bool>(_work);
        lock (_lock)
        {
            if (_end is not null || condition())
                return;
            _conditions.Add((condition, met));
        }
        try
        {
            await met.Task.WaitAsync(timeout, _time, cancellationToken).Counted(_work);
        }
        catch (TimeoutException)
        {
            if (message is not null)
                throw new RealtimeTimeoutException(RealtimeDeadline.Reply, timeout, message);
        }
        finally
        {
            lock (_lock)
                _conditions.RemoveAll(waiting => waiting.Met == met);
        }
    }

    /// <summary>Returns the violations that prevent a reply from being requested; null if there are none.</summary>
    private static RealtimeValidationException? Refuse(ReplyRequest request)
    {
        var violations = new List<ConstraintViolation>();
        if (request.Item is { } item)
            violations.AddRange(new ConversationItemCreateEvent { Item = item }.Validate());
        violations.AddRange(new ResponseCreateEvent { Response = (request.Options.Response ?? new()) with { Instructions = request.Instructions } }.Validate());
        if (request.Options.Response?.Metadata is { Count: Limits.MetadataPairs })
            violations.Add(new("response.metadata", $"{Limits.MetadataPairs} entries", $"must have at most {Limits.MetadataPairs - 1} entries: the SDK adds one", ConstraintSeverity.Error));
        return RealtimeValidationException.FromErrors(violations);
    }

    private ReplyRequest Respond(ReplyRequest request)
    {
        if (Refuse(request) is { } refused)
        {
            request.Complete(new() { Status = ReplyStatus.Failed, Exception = refused });
            return request;
        }
        request.Freeze();
        var taken = request;
        Change(() =>
        {
            if (request.Answer is not null)
                _asks.Add(request);
            taken = _replies.Take(request, () =>
            {
                EndContinuations(ReplyStatus.Canceled);
                InterruptRequested();
                Cut([.. _responses.All.Where(response => !response.IsOutOfBand)], isInterruption: true);
            });
            NoteCombined(request, taken);
        });
        return taken;
    }

    /// <summary>Answers the messages whose reply has ended, in a turn that is complete.</summary>
    private void CompleteAsks()
    {
        foreach (var request in _asks)
        {
            if (request is { IsFinished: true, Last.Response.Turn: { IsComplete: true } turn })
                request.Answer!.SetResult(turn.Show());
        }
    }

    /// <summary>Creates the ID of an item of the conversation. The service refuses longer ones.</summary>
    private static string NewItemId() => $"item_{Guid.NewGuid():N}"[..29];
}
