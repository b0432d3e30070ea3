namespace Realtime.Sdk.Internal;

/// <content>The function calls of the model: which of them run, and the events that end them.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum number of calls of one response. The model makes a few, but a server may report any number.</summary>
    private const int MaxCallsPerResponse = 64;

    /// <summary>The maximum number of calls that have not ended. Further calls fail immediately.</summary>
    private const int MaxOpenCalls = 256;

    private bool _hasWarnedOfCallId;

    /// <summary>Handles a complete item of a response.</summary>
    private void HandleOutputItemDone(string responseId, ConversationItem item)
    {
        if (item is MessageItem)
        {
            if (_responses.Find(responseId) is { Calls: { } calls })
                calls.EndsWithMcpCall = false;
        }
        else if (FindResponse(responseId) is { } response)
        {
            HandleCallItem(response, item, isCompleteByDefault: true);
        }
    }

    /// <summary>Handles an item of a response that is not a message. Several events contain the same item; only the first has an effect.</summary>
    /// <param name="response">The response.</param>
    /// <param name="item">The item.</param>
    /// <param name="isCompleteByDefault">Whether an item without a status counts as complete.</param>
    private void HandleCallItem(ResponseState response, ConversationItem item, bool isCompleteByDefault)
    {
        // An error ends the call of an MCP tool regardless of the status, which the schema of the API does not define for these items.
        var isComplete = item is McpCallItem { Error: not null } || (item.Status is { } status ? status == ItemStatus.Completed : isCompleteByDefault);
        if (response.IsOutOfBand || !isComplete)
            return;
        switch (item)
        {
            case FunctionCallItem function:
                HandleFunctionCall(response, function);
                break;
            case McpCallItem call:
                HandleMcpCall(response, call, isDone: true);
                break;
            case McpApprovalRequestItem request:
                HandleApprovalRequest(response, request);
                break;
            default:
                break;
        }
    }

    private void HandleFunctionCall(ResponseState response, FunctionCallItem item)
    {
        if (item.CallId is not { Length: > 0 } callId)
        {
            WarnOfMissingCallId();
            return;
        }
        var agent = response.Agent ?? Agent;
        var function = FindFunction(agent, item.Name);

        // Added before the limits are checked, so that the error of a call is reported like any other.
        if (TryAddCall(response, callId, item.Name, item.Arguments, item.Id, function, serverLabel: null) is not { } call)
            return;
        if (response.Round >= _options.Limits.MaxFunctionRounds)
            FailCall(call, FunctionError.TooManyRounds(_options.Limits));
        else if (_calls.OpenCalls.Count + _results.Count > MaxOpenCalls)
            FailCall(call, FunctionError.TooManyCalls(call, MaxOpenCalls));
        else if (function is { Handler: not null })
            Accept(call, function);
        else
            MarkExternal(call, isDeclared: function is not null || IsDeclared(agent, item.Name));
    }

    private static AgentFunction? FindFunction(RealtimeAgent agent, string name)
    {
        foreach (var function in agent.Functions)
        {
            if (function.Tool.Name == name)
                return function;
        }
        foreach (var handoff in agent.Handoffs)
        {
            if (handoff.GetFunctionName() == name)
                return AgentFunction.CreateInternal(handoff.ToTool(), new HandoffHandler(handoff));
        }
        return null;
    }

    /// <summary>Accepts a call that the conversation runs: it is checked by the guardrails, then approved, then run.</summary>
    private void Accept(CallState call, AgentFunction function)
    {
        if (function.Background && FindDuplicate(call))
            CompleteCall(call, DuplicateText);
        else if (!TryCheck(call, function))
            StartOrRequestApproval(call, function);
    }

    /// <summary>Adds a call; returns null if it is already known, or if there are too many.</summary>
    private CallState? TryAddCall(ResponseState response, string callId, string name, string arguments, string? itemId, AgentFunction? function, string? serverLabel)
    {
        var group = response.Calls ??= new(response, response.Agent ?? Agent);

        // With too many open calls, a function still gets an error as its output, so that the model is informed. Calls of the service need no answer.
        if (group.Calls.Count == MaxCallsPerResponse || (serverLabel is not null && _calls.OpenCalls.Count >= MaxOpenCalls))
        {
            WarnOfIgnoredCalls(group, callId);
            return null;
        }
        if (!_calls.TryAddId(callId))
            return null;
        var call = new CallState(callId, name, arguments, group, _time) { Function = function, ItemId = itemId, ServerLabel = serverLabel };
        call.ChangeStatus(FunctionCallStatus.Queued, GetTimeout(call));
        group.Calls.Add(call);
        _calls.Add(call);

        // A call that is reported after the end of its response is followed by a reply as well.
        if (response.CanContinue && group is { IsDecided: false, CanContinue: false })
            KeepOpen(group);
        if (response.Turn is { } turn)
        {
            turn.Add(call);
            _turns.NotifyChanged(turn);
        }
        return call;
    }

    private void StartOrRequestApproval(CallState call, AgentFunction function)
    {
        if (function.RequiresApproval)
        {
            RequestApproval(call);
            return;
        }
        Queue(call);
    }

    /// <summary>Lets a call run as soon as not too many functions are running.</summary>
    private void Queue(CallState call)
    {
        // The timeout starts again, because the wait for an approval does not count.
        call.ChangeStatus(FunctionCallStatus.Queued, GetTimeout(call));
        if (call.Function!.Background)
            AnswerInAdvance(call);
        _updates.PublishChange(call);
        EnqueueRunnableCalls();
    }

    /// <summary>
    /// Marks a function call as run by another client or the app. In a call of a browser or a telephone, other clients may have functions that the agent does not declare.
    /// </summary>
    private void MarkExternal(CallState call, bool isDeclared)
    {
        if (!isDeclared && !IsPlayedElsewhere)
        {
            FailCall(call, FunctionError.Unknown(call));
            return;
        }
        if (!isDeclared)
            Warn(WarningKind.Function, $"{FunctionError.Unknown(call).Exception.Message} The call is left to other clients of the session.");
        RecordCall(DecisionTypes.FunctionLeft, call);
        ChangeStatus(call, FunctionCallStatus.External);
    }

    /// <summary>Whether the session of an agent declares a function that the conversation does not run. The tools of another agent's session do not count: the conversation may run them.</summary>
    private bool IsDeclared(RealtimeAgent agent, string name) => Declares(agent.Session.Tools, name)
        || (ReferenceEquals(agent, Agent) && _switches.Count == 0 && Declares((_connection.Session?.Configuration as RealtimeSessionConfiguration)?.Tools, name));

    private static bool Declares(IReadOnlyList<RealtimeTool>? tools, string name) => tools?.OfType<FunctionTool>().Any(tool => tool.Name == name) == true;

    private void ChangeStatus(CallState call, FunctionCallStatus status)
    {
        call.ChangeStatus(status, status == FunctionCallStatus.AwaitingApproval ? _options.Limits.ApprovalTimeout : GetTimeout(call));
        NotifyChanged(call);
    }

    private void ExpireCalls()
    {
        if (_calls.OpenCalls.Count == 0)
            return;

        // A copy, because the end of a call changes the list.
        foreach (var call in _calls.OpenCalls.ToList())
        {
            // The list is a copy: the end of an earlier call may have started this one, and with it a new timeout.
            if (!(call.TimeLeft <= TimeSpan.Zero))
                continue;
            if (call.ErrorText is { } text)
                EndWithDefaultText(call, text);
            else if (call.Status == FunctionCallStatus.AwaitingApproval)
                AnswerApproval(call, isApproved: false, reason: null, FunctionError.NotApproved(_options.Limits.ApprovalTimeout));
            else if (call.ServerLabel is not null || IsRunByOtherClient(call))
                AbandonCall(call, FunctionCallStatus.TimedOut);
            else
                FailCall(call, FunctionError.TimedOut(call, GetTimeout(call)));
        }
    }

    /// <summary>Ends a call that the conversation does not answer.</summary>
    private void AbandonCall(CallState call, FunctionCallStatus status)
    {
        if (!call.IsDecided)
            call.Decide(status);
        CancelCallback(call);
        EndCall(call, output: null, isSent: false);
    }

    /// <summary>Cancels the calls of functions with <see cref="AgentFunction.CancelOnInterruption"/>.</summary>
    private void InterruptCalls()
    {
        if (_calls.OpenCalls.Count == 0)
            return;

        // A call whose output is being sent can no longer be canceled.
        foreach (var call in _calls.OpenCalls.Where(call => call is { IsDecided: false, IsBeingCompleted: false, Function.CancelOnInterruption: true } && !IsRunByOtherClient(call)).ToList())
            FailCall(call, FunctionError.Interrupted());
    }

    /// <summary>Whether another client runs and answers the call.</summary>
    private bool IsRunByOtherClient(CallState call) => call.Status == FunctionCallStatus.External && IsPlayedElsewhere;

    /// <summary>Cancels the call whose item was deleted, because the server would refuse its output.</summary>
    private void CancelDeletedCall(string itemId)
    {
        if (_calls.OpenCalls.FirstOrDefault(call => call.ItemId == itemId) is { } call)
            AbandonCall(call, FunctionCallStatus.Canceled);
    }

    /// <summary>Cancels all calls, because the conversation has ended.</summary>
    private void EndCalls(Exception? exception)
    {
        // The replies that would follow end first, so that the end of the calls does not request one.
        EndContinuations(exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, exception);
        List<CallState> open = [.. _calls.OpenCalls];

        // All outcomes are decided before the first call ends, because the end of a call starts calls that wait.
        foreach (var call in open.Where(call => !call.IsDecided))
            call.Decide(FunctionCallStatus.Canceled);
        foreach (var call in open)
            AbandonCall(call, FunctionCallStatus.Canceled);
    }

    private void WarnOfIgnoredCalls(CallGroup group, string callId)
    {
        if (group.HasIgnoredCalls || group.Calls.Exists(call => call.CallId == callId))
            return;
        group.HasIgnoredCalls = true;
        Warn(WarningKind.Limit, $"A response has made more than {MaxCallsPerResponse} calls, or more than {MaxOpenCalls} calls have not ended. Further calls of the response are ignored.");
    }

    private void WarnOfMissingCallId()
    {
        if (_hasWarnedOfCallId)
            return;
        _hasWarnedOfCallId = true;
        Warn(WarningKind.Function, "The server reported a function call without an ID. It is not run, because it could not be answered.");
    }

    /// <summary>Returns the maximum time that a call stays in one status, except the wait for an approval.</summary>
    private TimeSpan GetTimeout(CallState call) =>
        call.Function?.Timeout ?? (call.IsInBackground ? _options.Limits.BackgroundFunctionTimeout : _options.Limits.FunctionTimeout);
}
