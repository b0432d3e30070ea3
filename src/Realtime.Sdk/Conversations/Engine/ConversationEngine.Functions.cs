namespace Realtime.Sdk.Internal;

/// <content>The function calls of the model: which of them run, and the events that end them.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum number of calls of one response. The model makes a few; a server may announce any number.</summary>
    private const int MaxCallsOfResponse = 64;

    /// <summary>The maximum number of calls that have not ended. With more, a call fails at once.</summary>
    private const int MaxOpenCalls = 256;

    private bool _hasWarnedOfCallId;

    /// <summary>Called when an item of a response is complete.</summary>
    private void OutputItemDone(string responseId, ConversationItem item)
    {
        if (item is MessageItem)
        {
            if (_responses.Find(responseId) is { Calls: { } calls })
                calls.EndsWithServiceCall = false;
        }
        else if (FindResponse(responseId) is { } response)
        {
            CallDone(response, item, isWhole: true);
        }
    }

    /// <summary>Called with each item of a response that is not a message. Several events show the same item; only the first counts.</summary>
    /// <param name="response">The response.</param>
    /// <param name="item">The item.</param>
    /// <param name="isWhole">Whether an item without a status is complete.</param>
    private void CallDone(ResponseState response, ConversationItem item, bool isWhole)
    {
        // An error ends the call of an MCP tool regardless of the status, which the schema of the API does not define for these items.
        var isComplete = item is McpCallItem { Error: not null } || (item.Status is { } status ? status == ItemStatus.Completed : isWhole);
        if (response.IsOutOfBand || !isComplete)
            return;
        switch (item)
        {
            case FunctionCallItem function:
                FunctionCalled(response, function);
                break;
            case McpCallItem call:
                ServiceCallChanged(response, call, isDone: true);
                break;
            case McpApprovalRequestItem request:
                ApprovalRequested(response, request);
                break;
            default:
                break;
        }
    }

    private void FunctionCalled(ResponseState response, FunctionCallItem item)
    {
        if (item.CallId is not { Length: > 0 } callId)
        {
            WarnOfCallId();
            return;
        }
        var agent = response.Agent ?? Agent;
        var function = FindFunction(agent, item.Name);
        if (Announce(response, callId, item.Name, item.Arguments, item.Id, function, serverLabel: null) is not { } call)
            return;
        if (response.Round >= _options.Limits.MaxFunctionRounds)
            Fail(call, FunctionError.TooManyRounds(_options.Limits));
        else if (_calls.Open.Count > MaxOpenCalls)
            Fail(call, FunctionError.TooManyCalls());
        else if (function is { Handler: not null })
            Admit(call, function);
        else
            LeaveElsewhere(call, isDeclared: function is not null || IsDeclared(agent, item.Name));
    }

    private static AgentFunction? FindFunction(RealtimeAgent agent, string name)
    {
        foreach (var function in agent.Functions)
        {
            if (function.Tool.Name == name)
                return function;
        }
        return null;
    }

    /// <summary>Adds a call; returns null if it is known, or if the response has too many.</summary>
    private CallState? Announce(ResponseState response, string callId, string name, string arguments, string? itemId, AgentFunction? function, string? serverLabel)
    {
        var group = response.Calls ??= new(response, response.Agent ?? Agent);

        // A function of the conversation gets an error, so that the model is informed; calls of the service are ignored.
        if (group.Calls.Count == MaxCallsOfResponse || (serverLabel is not null && _calls.Open.Count >= MaxOpenCalls))
        {
            WarnOfIgnored(group, callId);
            return null;
        }
        if (!_calls.TryNote(callId))
            return null;
        var call = new CallState(callId, name, arguments, group, _time) { Function = function, ItemId = itemId, ServerLabel = serverLabel };
        call.Enter(FunctionCallStatus.Announced, WaitOf(call));
        group.Calls.Add(call);
        _calls.Add(call);
        if (response.CanContinue && group is { IsDecided: false, CanContinue: false })
            Await(group);
        if (response.Turn is { } turn)
        {
            turn.Add(call);
            _turns.Changed(turn);
        }
        return call;
    }

    private void Admit(CallState call, AgentFunction function)
    {
        if (function.RequiresApproval)
        {
            AskForApproval(call);
            return;
        }
        _updates.Change(call);
        RunNext();
    }

    /// <summary>
    /// Leaves a function call to another client or the app. In a call of a browser or a telephone, other clients may have functions that the agent does not declare.
    /// </summary>
    private void LeaveElsewhere(CallState call, bool isDeclared)
    {
        if (!isDeclared && !IsPlayedByService)
        {
            Fail(call, FunctionError.Unknown(call));
            return;
        }
        if (!isDeclared)
            Warn(WarningKind.Function, $"{FunctionError.Unknown(call).Exception.Message} Its call is left to other clients of the session.");
        NoteCall(DecisionTypes.FunctionLeft, call);
        Enter(call, FunctionCallStatus.Elsewhere);
    }

    private bool IsDeclared(RealtimeAgent agent, string name) => Declares(agent.Session.Tools, name)
        || Declares((_connection.Session?.Configuration as RealtimeSessionConfiguration)?.Tools, name);

    private static bool Declares(IReadOnlyList<RealtimeTool>? tools, string name) => tools?.OfType<FunctionTool>().Any(tool => tool.Name == name) == true;

    private void Enter(CallState call, FunctionCallStatus status)
    {
        call.Enter(status, status == FunctionCallStatus.AwaitingApproval ? _options.Limits.ApprovalTimeout : WaitOf(call));
        Changed(call);
    }

    private void ExpireCalls()
    {
        if (_calls.Open.Count == 0)
            return;
        foreach (var call in _calls.Open.ToList())
        {
            // The end of an earlier call may have started this one, whose time then starts again.
            if (!(call.TimeLeft <= TimeSpan.Zero))
                continue;
            if (call.ErrorText is { } text)
                WordedTooLate(call, text);
            else if (call.Status == FunctionCallStatus.AwaitingApproval)
                AnswerApproval(call, isApproved: false, reason: null, FunctionError.NotApproved(_options.Limits.ApprovalTimeout));
            else if (call.ServerLabel is not null || IsOthers(call))
                Abandon(call, FunctionCallStatus.TimedOut);
            else
                Fail(call, FunctionError.TimedOut(call, WaitOf(call)));
        }
    }

    /// <summary>Ends a call that the conversation does not answer.</summary>
    private void Abandon(CallState call, FunctionCallStatus status)
    {
        if (!call.IsDecided)
            call.Decide(status);
        CancelCallback(call);
        End(call, output: null, isSent: false);
    }

    /// <summary>Cancels the calls that an interruption cancels.</summary>
    private void InterruptCalls()
    {
        if (_calls.Open.Count == 0)
            return;
        foreach (var call in _calls.Open.Where(call => call is { IsDecided: false, IsBeingCompleted: false, Function.CancelOnInterruption: true } && !IsOthers(call)).ToList())
            Fail(call, FunctionError.Interrupted());
    }

    /// <summary>Whether another client answers the call.</summary>
    private bool IsOthers(CallState call) => call.Status == FunctionCallStatus.Elsewhere && IsPlayedByService;

    /// <summary>Cancels a call whose item was deleted: the server refuses its output.</summary>
    private void CallDeleted(string itemId)
    {
        if (_calls.Open.FirstOrDefault(call => call.ItemId == itemId) is { } call)
            Abandon(call, FunctionCallStatus.Canceled);
    }

    /// <summary>Cancels all calls, because the conversation has ended.</summary>
    private void EndCalls(Exception? exception)
    {
        // The replies that would follow end first, so that the end of the calls does not request one.
        EndContinuations(exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, exception);
        List<CallState> open = [.. _calls.Open];

        // All outcomes are decided before the first call ends, because the end of a call starts calls that wait.
        foreach (var call in open.Where(call => !call.IsDecided))
            call.Decide(FunctionCallStatus.Canceled);
        foreach (var call in open)
            Abandon(call, FunctionCallStatus.Canceled);
    }

    private void WarnOfIgnored(CallGroup group, string callId)
    {
        if (group.HasIgnored || group.Calls.Exists(call => call.CallId == callId))
            return;
        group.HasIgnored = true;
        Warn(WarningKind.Limit, $"A response has made more than {MaxCallsOfResponse} calls, or more than {MaxOpenCalls} calls have not ended. Further calls of the response are ignored.");
    }

    private void WarnOfCallId()
    {
        if (_hasWarnedOfCallId)
            return;
        _hasWarnedOfCallId = true;
        Warn(WarningKind.Function, "The server reported a function call without an ID. It is not run, because it could not be answered.");
    }

    /// <summary>The maximum time in one status.</summary>
    private TimeSpan WaitOf(CallState call) => call.Function?.Timeout ?? _options.Limits.FunctionTimeout;
}
