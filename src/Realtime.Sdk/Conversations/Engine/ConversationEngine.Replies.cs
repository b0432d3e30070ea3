namespace Realtime.Sdk.Internal;

/// <content>The requests of the app.</content>
internal sealed partial class ConversationEngine : IReplyHost
{
    private static readonly TimeSpan MaxEndWait = TimeSpan.FromMinutes(2);

    private readonly List<ReplyRequest> _pendingAsks = [];

    /// <inheritdoc/>
    public WorkTrackingTimeProvider? Work => _work;

    public ReplyRequest Respond(ReplyOptions options, bool isLast = false) => Respond(new ReplyRequest(options, this) { IsLast = isLast });

    /// <summary>Requests a reply that says a text. The context of the response is empty, so that the model has nothing to say but the text.</summary>
    public ReplyRequest Say(string text, ReplyOptions options)
    {
        var instructions = $"Read the following text aloud, word for word. Do not add, omit, change, translate or answer anything.{(options.Instructions is { } manner ? $" {manner}" : "")}\n\n{text}";
        var response = (options.Response ?? new()) with { Instructions = instructions, Input = [], Tools = [], ToolChoice = ToolChoice.None };
        return Respond(new ReplyRequest(options with { Instructions = null, Response = response }, this) { Verbatim = text });
    }

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
            // Not awaited, because the caller no longer waits.
            _ = CancelAsync(request, CancellationToken.None);
            throw;
        }
        finally
        {
            lock (_lock)
                _pendingAsks.Remove(request);
        }
    }

    /// <summary>Interrupts the agent as the user's speech does, and waits until the server was informed of what was heard.</summary>
    public async Task InterruptAsync(CancellationToken cancellationToken)
    {
        ReplyRequest? requested = null;
        var interrupted = new List<ResponseState>();
        Change(() =>
        {
            InterruptCalls();
            InterruptFillers();
            requested = InterruptRequested();
            _replies.InterruptExpected();
            interrupted.AddRange(_responses.All.Where(response => response is { CanBeStopped: true, Request: null or { IsExtraction: false } }));
            StopResponses(interrupted, isInterruption: true);
        });
        await WhenConfirmedAsync(IsInterrupted, cancellationToken).Counted(_work);

        // Truncations are queued when the player has stopped, so they may not be sent yet.
        await _outbox.WhenSentAsync().WaitAsync(cancellationToken).Counted(_work);

        bool IsInterrupted() => requested is not { IsHeard: false } && interrupted.All(response => response.IsDone && response.HasFinishedPlayback)
            && !_replies.IsExpectedInterrupted && !_responses.All.Any(response => response.IsCancelPending);
    }

    /// <summary>Marks the response that was requested and has not begun, so that it is interrupted when it begins.</summary>
    private ReplyRequest? InterruptRequested()
    {
        if (_responses.Requested is { } requested)
            (requested.IsCancelRequested, requested.IsInterrupted) = (true, true);
        return _responses.Requested;
    }

    public async Task AddAsync(ConversationItem item, CancellationToken cancellationToken) =>
        await RequestAsync(connection => connection.AddItemAndWaitAsync(item, cancellationToken: cancellationToken), cancellationToken).Counted(_work);

    public async Task DeleteAsync(string itemId, CancellationToken cancellationToken) =>
        await RequestAsync(connection => connection.DeleteItemAndWaitAsync(itemId, cancellationToken), cancellationToken).Counted(_work);

    /// <summary>Requests a last reply, waits until it was heard, and closes the connection. Function calls in progress and their replies are completed first.</summary>
    public async Task EndAsync(string? instructions, CancellationToken cancellationToken)
    {
        if (instructions is not null && _budgetEndMessage is not null)
        {
            // The budget is spent, so the conversation is already ending, with its own farewell.
            if (!IsInCallback)
                await Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        if (instructions is not null && _end is null)
        {
            // A function that ends the conversation must not wait for its own call.
            if (!IsInCallback)
                await WhenAsync(() => !_calls.HasForegroundCalls && !IsContinuing, MaxEndWait, message: null, cancellationToken).Counted(_work);
            var last = Respond(new() { Instructions = instructions }, isLast: true);
            await WaitForHeardAsync(last, cancellationToken).Counted(_work);
        }
        await CloseAsync(ConversationEndReason.Ended, cancellationToken).Counted(_work);
    }

    private async Task WaitForHeardAsync(ReplyRequest last, CancellationToken cancellationToken)
    {
        try
        {
            await last.Heard.WaitAsync(MaxEndWait, _time, cancellationToken).Counted(_work);
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
            // Each request of the reply may be queued, requested or in progress.
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
        if (_replies.TryWithdraw(request) || request.IsHeard)
            return;
        request.IsCancelRequested = true;
        if (request.Response is { } response)
            StopResponses([response], isInterruption: false);
    }

    /// <summary>Completes when the server has confirmed an interruption, or when the conversation ends.</summary>
    private Task WhenConfirmedAsync(Func<bool> condition, CancellationToken cancellationToken) => WhenAsync(
        condition, _options.Limits.ReplyTimeout,
        $"The server did not confirm the interruption within {_options.Limits.ReplyTimeout.TotalSeconds:0.###} seconds.", cancellationToken);

    /// <summary>
    /// Waits until a condition on the state holds or the conversation ends. The condition is checked after each change. After the timeout, it throws an exception with the message, or returns if
    /// the message is null.
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
    private static RealtimeValidationException? GetRefusal(ReplyRequest request)
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
        // Checked now, so that a reply that is not valid fails at once, not when it would be requested.
        if (GetRefusal(request) is { } refused)
        {
            request.Complete(new() { Status = ReplyStatus.Failed, Exception = refused });
            return request;
        }

        // The app may change its collections before the reply is requested.
        request.CopyOptions();
        var accepted = request;
        Change(() =>
        {
            if (request.Answer is not null)
                _pendingAsks.Add(request);
            accepted = _replies.Accept(request, () =>
            {
                EndContinuations(ReplyStatus.Canceled);
                InterruptRequested();
                StopResponses([.. _responses.All.Where(response => !response.IsOutOfBand)], isInterruption: true);
            });
            RecordCombined(request, accepted);
        });
        return accepted;
    }

    /// <summary>Completes the calls of <see cref="AskAsync"/> whose reply and turn are complete.</summary>
    private void CompletePendingAsks()
    {
        foreach (var request in _pendingAsks)
        {
            if (request is { IsFinished: true, Last.Response.Turn: { IsComplete: true } turn })
                request.Answer!.SetResult(turn.ToSnapshot());
        }
    }

    /// <summary>Creates the ID of an item. The service refuses IDs of more than 32 characters.</summary>
    private static string NewItemId() => $"item_{Guid.NewGuid():N}"[..29];
}
