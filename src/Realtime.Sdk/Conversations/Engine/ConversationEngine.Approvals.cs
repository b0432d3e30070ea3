namespace Realtime.Sdk.Internal;

/// <content>Approvals, and calls that the conversation does not run itself.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>Completes a call that the conversation does not run itself.</summary>
    public async Task CompleteCallAsync(string callId, string output, CancellationToken cancellationToken)
    {
        CallState? call = null;
        Change(() =>
        {
            if (_calls.Find(callId) is { Status: FunctionCallStatus.Elsewhere, IsDecided: false, IsBeingCompleted: false } open)
                (call, open.IsBeingCompleted) = (open, true);
        });
        if (call is null)
            throw new InvalidOperationException($"There is no open call '{PeerText.Sanitize(callId)}' to complete: it is not known, has ended, or is run by the conversation.");
        try
        {
            await AddAsync(new FunctionCallOutputItem { CallId = callId, Output = output }, cancellationToken).Counted(_work);
        }
        catch
        {
            Change(() => call.IsBeingCompleted = false);
            throw;
        }
        Change(() =>
        {
            if (call.IsDecided)
                return;
            call.Decide(FunctionCallStatus.Completed);
            call.IsAnswered = true;
            End(call, output, isSent: false);
        });
    }

    /// <summary>Called with each item that is added: another client of the session may have answered a call or an approval.</summary>
    private void AnsweredElsewhere(ConversationItem item)
    {
        switch (item)
        {
            case FunctionCallOutputItem output when _calls.Find(output.CallId) is { Status: FunctionCallStatus.Elsewhere, IsDecided: false, IsBeingCompleted: false } call:
                call.Decide(FunctionCallStatus.Completed);
                End(call, output.Output, isSent: false);
                break;
            case McpApprovalResponseItem answer when _calls.Find(answer.ApprovalRequestId) is { Status: FunctionCallStatus.AwaitingApproval, IsDecided: false, ServerLabel: not null } call:
                if (answer.Approve)
                    LeaveToService(call);
                else
                    Abandon(call, FunctionCallStatus.Denied);
                break;
            default:
                break;
        }
    }

    /// <summary>Called when the service asks whether it may call a tool of an MCP server.</summary>
    private void ApprovalRequested(ResponseState response, McpApprovalRequestItem item)
    {
        if (item.Id is not { Length: > 0 } id)
            WarnOfCallId();
        else if (Announce(response, id, item.Name, item.Arguments, id, function: null, item.ServerLabel) is { } call)
            AskForApproval(call);
    }

    private void AskForApproval(CallState call)
    {
        Enter(call, FunctionCallStatus.AwaitingApproval);
        NoteCall(DecisionTypes.ApprovalRequested, call);
        var approval = new ApprovalUpdate((isApproved, reason) => Answer(call, isApproved, reason)) { Call = call.Show(), Time = _time.GetUtcNow() };
        call.Approval = approval;
        _updates.Publish(approval);
        if (_options.Approve is not { } approve)
            return;
        var cancellation = call.Cancellation = new();
        Defer(() =>
        {
            _callbacks.Run(() => CallApproveAsync(call, approve, approval, cancellation.Token));
            return Task.CompletedTask;
        });
    }

    private async Task CallApproveAsync(CallState call, Func<ApprovalUpdate, CancellationToken, Task<bool>> approve, ApprovalUpdate approval, CancellationToken cancellationToken)
    {
        _runningCall.Value = call;
        var isApproved = false;
        try
        {
            isApproved = await approve(approval, cancellationToken).ConfigureAwait(true);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // a callback that throws has not approved the call
        catch (Exception e)
#pragma warning restore CA1031
        {
            Change(() =>
            {
                if (!call.IsDecided && call.Status == FunctionCallStatus.AwaitingApproval)
                    Warn(WarningKind.Function, $"{nameof(RealtimeConversationOptions.Approve)} threw {e.GetType().Name}. The call is denied.", exception: e);
            });
        }
        Answer(call, isApproved, reason: null);
    }

    /// <summary>Answers an approval; returns whether this was the first answer.</summary>
    private bool Answer(CallState call, bool isApproved, string? reason)
    {
        var isFirst = false;
        Change(() =>
        {
            isFirst = _end is null && call is { Status: FunctionCallStatus.AwaitingApproval, IsDecided: false };
            if (isFirst)
                AnswerApproval(call, isApproved, reason, FunctionError.Denied(reason));
        });
        return isFirst;
    }

    private void AnswerApproval(CallState call, bool isApproved, string? reason, FunctionError denial)
    {
        NoteAnswer(call, isApproved);
        CancelCallback(call);
        call.Cancellation = null;
        if (call.ServerLabel is not null)
        {
            AnswerService(call, isApproved, reason);
        }
        else if (isApproved)
        {
            call.Enter(FunctionCallStatus.Announced, WaitOf(call));
            RunNext();
        }
        else
        {
            Fail(call, denial);
        }
    }

    private void AnswerService(CallState call, bool isApproved, string? reason)
    {
        _outbox.Add(new ConversationItemCreateEvent
        {
            EventId = _outbox.NewEventId(),
            Item = new McpApprovalResponseItem { Id = NewItemId(), ApprovalRequestId = call.CallId, Approve = isApproved, Reason = reason is null ? null : WellFormed(reason) },
        });
        call.IsAnswered = true;
        if (isApproved)
            LeaveToService(call);
        else
            Abandon(call, FunctionCallStatus.Denied);
    }

    /// <summary>Called when a call of an MCP tool was approved, which the service now makes.</summary>
    private void LeaveToService(CallState call)
    {
        CancelCallback(call);
        Enter(call, FunctionCallStatus.Running);
        _replies.ExpectApprovedCall();
        Continue(call.Group);
    }

    private void ServiceCallChanged(string responseId, McpCallItem item, bool isDone)
    {
        if (FindResponse(responseId) is { IsOutOfBand: false } response)
            ServiceCallChanged(response, item, isDone);
    }

    /// <summary>Called when the service has begun to call a tool of an MCP server, or has finished.</summary>
    private void ServiceCallChanged(ResponseState response, McpCallItem item, bool isDone)
    {
        if (item.Id is not { Length: > 0 } id)
            return;
        var call = item.ApprovalRequestId is { Length: > 0 } approved ? FindOfService(approved) : null;
        if (call is not null)
        {
            _calls.TryNote(id);
            response.IsForApprovedCall = true;
        }
        else
        {
            call = FindOfService(id);
        }
        if (call is null && Announce(response, id, item.Name, item.Arguments, id, function: null, item.ServerLabel) is { } announced)
            Enter(call = announced, FunctionCallStatus.Running);
        if (!isDone)
            return;
        (response.Calls ??= new(response, response.Agent ?? Agent)).EndsWithServiceCall = true;
        if (call is null or { IsDecided: true })
            return;
        CancelCallback(call);
        call.Decide(item.Error is null ? FunctionCallStatus.Completed : FunctionCallStatus.Failed);
        End(call, item.Output ?? MessageOf(item.Error), isSent: false);
    }

    /// <summary>Finds a call of an MCP tool. The service must not end the call of a function, which runs here.</summary>
    private CallState? FindOfService(string callId) => _calls.Find(callId) is { ServerLabel: not null } call ? call : null;

    /// <summary>Cancels the calls of MCP tools that the service has begun in a response and not finished before its end.</summary>
    private void EndServiceCalls(CallGroup group)
    {
        foreach (var call in group.Calls.Where(call => call is { IsLeftToService: true, Approval: null }).ToList())
            Abandon(call, FunctionCallStatus.Canceled);
    }

    private static string? MessageOf(McpError? error) => error switch
    {
        McpProtocolError protocol => protocol.Message,
        McpHttpError http => http.Message,
        McpToolExecutionError execution => execution.Message,
        _ => null,
    };
}
