namespace Realtime.Sdk.Internal;

/// <content>The replies that follow function calls, and the turns that they continue.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The responses that are done and whose calls are not all answered.</summary>
    private readonly List<CallGroup> _continuing = [];

    /// <summary>The maximum number of calls, and of messages, with which a turn is continued. The service may go on with approved calls without end.</summary>
    private const int MaxCallsOfTurn = 1_024;

    /// <summary>The turns that a reply will continue.</summary>
    private readonly List<TurnState> _continued = [];

    /// <summary>Whether a reply follows function calls: it waits for them, is queued, was requested, or is being generated.</summary>
    private bool IsContinuing => _continuing.Count > 0 || _replies.NextFollowUp is not null || _responses.Requested is { IsFollowUp: true }
        || _responses.All.Any(response => response is { IsDone: false, Request.IsFollowUp: true } or { IsDone: false, Calls: not null });

    /// <summary>Records how a response ended, for the reply that it belongs to, and requests the reply that follows its calls.</summary>
    private void CompleteRequest(ResponseState response, ReplyResult result)
    {
        var group = response.Calls;
        var isCanceled = result.Status is not (ReplyStatus.Completed or ReplyStatus.Incomplete) || response.Request is { IsCancelWanted: true, IsInterrupted: false };
        response.CanContinue = !isCanceled;
        if (response.Request is { IsFollowUp: true, Turn: { } waiting } assigned)
        {
            // Only now is it known to which request the response belongs, so it has not continued the turn.
            assigned.Turn = null;
            Release(waiting);
        }
        if (group is { IsDecided: false } && !isCanceled)
            Await(group);
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
    private void Await(CallGroup group)
    {
        group.CanContinue = true;
        _continuing.Add(group);
        if (group.Response.Turn is { } turn)
            Await(turn);
    }

    private void Await(TurnState turn)
    {
        turn.Continuations++;
        _continued.Add(turn);
    }

    /// <summary>Requests the reply that follows the calls of a response, if the response is done and all of them are answered.</summary>
    private void Continue(CallGroup group)
    {
        if (group.IsDecided || !group.CanContinue || group.HasOpenCalls)
            return;
        if (_requestedEnd is not null)
        {
            // The session may continue without the conversation, which then could not handle the reply.
            EndContinuation(group, ReplyStatus.Canceled);
            return;
        }
        if (!group.IsAnswered || group.Response.Round >= _options.Limits.MaxFunctionRounds || IsCoveredByNext(group))
        {
            EndContinuation(group, status: null);
            return;
        }
        (group.IsDecided, _) = (true, _continuing.Remove(group));
        var previous = group.Response.Request;
        var request = CreateFollowUp(group, previous);
        previous?.Next = request;
        _replies.TakeFollowUp(request);
    }

    private ReplyRequest CreateFollowUp(CallGroup group, ReplyRequest? previous)
    {
        var round = group.Response.Round + 1;
        var options = previous?.Options ?? new();
        var isLast = round == _options.Limits.MaxFunctionRounds;
        if (isLast)
            Warn(WarningKind.Function, $"{round} consecutive responses have made function calls. The next one cannot: see {nameof(ConversationLimits)}.{nameof(ConversationLimits.MaxFunctionRounds)}.");
        if (isLast || options.Response is not null)
        {
            // A custom input does not contain the outputs, and a tool choice that forces a call would force it again.
            var response = (options.Response ?? new()) with { Input = null };
            options = options with { Response = response with { ToolChoice = isLast ? ToolChoice.None : Unforced(response.ToolChoice) } };
        }
        return new(options, this)
        {
            Origin = previous?.Root,
            Instructions = previous?.Instructions,
            IsFollowUp = true,
            Round = round,
            Turn = group.Response.Turn,
            Dropped = request => Release(request.Turn),
        };
    }

    private static ToolChoice? Unforced(ToolChoice? choice) => choice == ToolChoice.None ? choice : null;

    /// <summary>Whether the response is the call of an MCP tool that was approved, to which the waiting reply refers.</summary>
    private bool IsCoveredByNext(CallGroup group) => group is { Response.IsForApprovedCall: true } && _replies.NextFollowUp is not null;

    /// <summary>Ends the wait for the calls of a response, which no reply follows.</summary>
    /// <param name="group">The calls.</param>
    /// <param name="status">How the reply ends that it belongs to; null if it ends like its last response.</param>
    /// <param name="exception">The exception if it fails.</param>
    private void EndContinuation(CallGroup group, ReplyStatus? status, Exception? exception = null)
    {
        (group.IsDecided, _) = (true, _continuing.Remove(group));
        group.Response.Request?.EndContinuation(status, exception);
        Release(group.Response.Turn);
        CompleteAsks();
    }

    /// <summary>Ends the wait for the calls of all responses.</summary>
    private void EndContinuations(ReplyStatus status, Exception? exception = null)
    {
        foreach (var group in _continuing.ToList())
            EndContinuation(group, status, exception);
    }

    /// <summary>Completes a turn that waited for a reply, if it waits for nothing else.</summary>
    private void Release(TurnState? turn)
    {
        if (turn is null || !_continued.Remove(turn))
            return;
        turn.Continuations--;
        CompleteTurn(turn);
    }

    /// <summary>Returns the turn that a new response continues; null if it begins a turn.</summary>
    private TurnState? ContinuedTurn(ResponseState response)
    {
        var (request, isFollowUp) = response.IsForApprovedCall ? (_replies.NextFollowUp, false) : (response.Request, response.Request is { IsFollowUp: true });
        if (request?.Turn is not { } turn)
            return null;

        // A turn behind which others have begun is complete, so that what was said comes in order.
        var continues = !turn.IsReady && _turns.IsNewest(turn) && turn.CallCount < MaxCallsOfTurn && turn.Items.Count < MaxCallsOfTurn;
        if (isFollowUp && _continued.Remove(turn))
        {
            turn.Continuations--;
            request.Turn = null;
            if (!continues)
                CompleteTurn(turn);
        }
        return continues ? turn : null;
    }

    /// <summary>Completes turns that wait for a reply when another turn has begun: the reply then begins a new turn.</summary>
    private void CompleteContinued()
    {
        if (_continued.Count == 0)
            return;
        foreach (var turn in _continued.ToList())
            CompleteTurn(turn);
    }
}
