namespace Realtime.Sdk.Internal;

/// <content>The replies that follow function calls, and the turns that they continue.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The calls of the responses that are done, as long as not all of them have ended.</summary>
    private readonly List<CallGroup> _groupsToContinue = [];

    /// <summary>The maximum number of calls, and of messages, of one turn, because the service may make any number of approved calls.</summary>
    private const int MaxCallsPerTurn = 1_024;

    /// <summary>The turns that a reply will continue.</summary>
    private readonly List<TurnState> _turnsToContinue = [];

    private readonly ReplyOptions _defaultReplyOptions = new();

    /// <summary>Whether a reply follows function calls: it waits for them, is queued, was requested, or is being generated.</summary>
    private bool IsContinuing => _groupsToContinue.Count > 0 || _replies.NextFollowUp is not null || _responses.Requested is { IsFollowUp: true }
        || _responses.All.Any(response => response is { IsDone: false, Request.IsFollowUp: true } or { IsDone: false, Calls: not null });

    /// <inheritdoc/>
    public void OnCompleted(ReplyRequest request, ReplyResult result)
    {
        RecordCompletion(request, result);

        // No response will continue its turn.
        if (request.Response is null)
            ReleaseTurn(request.Turn);
    }

    /// <summary>Records how a response ended, for the reply that it belongs to, and requests the reply that follows its calls.</summary>
    private void CompleteRequest(ResponseState response, ReplyResult result)
    {
        var group = response.Calls;

        // An incomplete response can have complete calls, which are answered like others.
        var isCanceled = (result.Status is not (ReplyStatus.Completed or ReplyStatus.Incomplete) && !response.IsFollowedAfterBlock) || response.Request is { IsCancelRequested: true, IsInterrupted: false };
        response.CanContinue = !isCanceled;
        if (response.Request is { IsFollowUp: true, Turn: { } waiting } assigned)
        {
            // The request was matched only by response.done, so the response began a turn of its own instead of continuing this one.
            assigned.Turn = null;
            ReleaseTurn(waiting);
        }
        if (group is { IsDecided: false } && !isCanceled)
            KeepOpen(group);
        else if (group is not null)
            group.IsDecided = true;
        if (response.Request is { } request)
        {
            request.IsContinued = group is { IsDecided: false };
            request.Complete(result);
        }
        if (group is not null)
            Continue(group);
    }

    /// <summary>Keeps a turn open for the reply that follows the calls of a response.</summary>
    private void KeepOpen(CallGroup group)
    {
        group.CanContinue = true;
        _groupsToContinue.Add(group);
        if (group.Response.Turn is { } turn)
            KeepOpen(turn);
    }

    private void KeepOpen(TurnState turn)
    {
        turn.Continuations++;
        _turnsToContinue.Add(turn);
    }

    /// <summary>Requests the reply that follows the calls of a response, if the response is done and all of them are answered.</summary>
    private void Continue(CallGroup group)
    {
        if (group.IsDecided || !group.CanContinue || group.HasOpenCalls)
            return;
        if (_requestedEnd is not null)
        {
            // A connection that is left open continues without the conversation, which could not handle the reply.
            EndContinuation(group, ReplyStatus.Canceled);
            return;
        }
        if (!group.IsAnswered || group.Response.Round >= _options.Limits.MaxFunctionRounds || IsCoveredByNext(group))
        {
            EndContinuation(group, status: null);
            return;
        }
        (group.IsDecided, group.IsFollowed, _) = (true, true, _groupsToContinue.Remove(group));
        var previous = group.Response.Request;
        var request = CreateFollowUp(group, previous);
        previous?.Next = request;

        // Linked to the previous request before it is accepted, because it may end at once.
        _replies.AcceptFollowUp(request);
    }

    private ReplyRequest CreateFollowUp(CallGroup group, ReplyRequest? previous)
    {
        var round = group.Response.Round + 1;
        var options = previous?.Options ?? _defaultReplyOptions;
        var isLast = round == _options.Limits.MaxFunctionRounds;
        if (isLast)
            Warn(WarningKind.Function, $"{round} consecutive responses made function calls, which is the maximum ({nameof(ConversationLimits)}.{nameof(ConversationLimits.MaxFunctionRounds)}). The next response cannot call functions.");
        if (isLast || options.Response is not null)
        {
            // A custom input does not contain the outputs, and a tool choice that forces a call would force it again in each reply.
            var response = (options.Response ?? new()) with { Input = null };
            options = options with { Response = response with { ToolChoice = isLast ? ToolChoice.None : RemoveForcedCall(response.ToolChoice) } };
        }
        return new(options, this)
        {
            Origin = previous?.Root,
            Instructions = previous?.Instructions,
            IsFollowUp = true,
            Round = round,
            Corrections = previous?.Corrections ?? 0,
            Turn = group.Response.Turn,
        };
    }

    private static ToolChoice? RemoveForcedCall(ToolChoice? choice) => choice == ToolChoice.None ? choice : null;

    /// <summary>Whether the response made an approved call of an MCP tool, about which the next reply in the queue already speaks.</summary>
    private bool IsCoveredByNext(CallGroup group) => group is { Response.IsForApprovedCall: true } && _replies.NextFollowUp is not null;

    /// <summary>Ends the wait for the calls of a response, which no reply follows.</summary>
    /// <param name="group">The calls.</param>
    /// <param name="status">How the reply ends; null if it ends like its last response.</param>
    /// <param name="exception">The exception if it fails.</param>
    private void EndContinuation(CallGroup group, ReplyStatus? status, Exception? exception = null)
    {
        (group.IsDecided, _) = (true, _groupsToContinue.Remove(group));
        group.Response.Request?.EndContinuation(status, exception);
        ReleaseTurn(group.Response.Turn);
        CompletePendingAsks();
    }

    /// <summary>Ends the wait for the calls of all responses.</summary>
    private void EndContinuations(ReplyStatus status, Exception? exception = null)
    {
        foreach (var group in _groupsToContinue.ToList())
            EndContinuation(group, status, exception);
    }

    /// <summary>Completes a turn that waited for a reply, if it waits for nothing else.</summary>
    private void ReleaseTurn(TurnState? turn)
    {
        if (turn is null || !_turnsToContinue.Remove(turn))
            return;
        turn.Continuations--;
        CompleteTurn(turn);
    }

    /// <summary>Returns the turn that a new response continues; null if it begins a turn.</summary>
    private TurnState? GetContinuedTurn(ResponseState response)
    {
        // The response of an approved call belongs to the turn that the queued reply continues, and does not replace that reply.
        var (request, isFollowUp) = response.IsForApprovedCall ? (_replies.NextFollowUp, false) : (response.Request, response.Request is { IsFollowUp: true });
        if (request?.Turn is not { } turn)
            return null;

        // A turn ends when another one begins, so that turns contain what was said in order, and when another agent takes charge.
        var continues = !turn.IsReady && turn.Agent == response.Agent!.Name && _turns.IsNewest(turn) && turn.CallCount < MaxCallsPerTurn && turn.Items.Count < MaxCallsPerTurn;
        if (isFollowUp && _turnsToContinue.Remove(turn))
        {
            turn.Continuations--;
            request.Turn = null;
            if (!continues)
                CompleteTurn(turn);
        }
        return continues ? turn : null;
    }

    /// <summary>Completes turns that wait for a reply when another turn has begun: the reply then begins a new turn.</summary>
    private void CompleteContinuedTurns()
    {
        if (_turnsToContinue.Count == 0)
            return;
        foreach (var turn in _turnsToContinue.ToList())
            CompleteTurn(turn);
    }
}
