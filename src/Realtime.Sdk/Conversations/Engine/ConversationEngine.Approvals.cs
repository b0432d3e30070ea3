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
            // Reserved under the lock, so that two callers do not both send an output, and the call does not time out meanwhile.
            if (_calls.Find(callId) is { Status: FunctionCallStatus.External, IsDecided: false, IsBeingCompleted: false } open)
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
            // The call stays open, so that the app can try again.
            Change(() => call.IsBeingCompleted = false);
            throw;
        }
        Change(() =>
        {
            // The conversation has ended, or the item was deleted, while the output was sent.
            if (call.IsDecided)
                return;
            call.Decide(FunctionCallStatus.Completed);
            call.IsAnswered = true;
            EndCall(call, output, isSent: false);
        });
    }

    /// <summary>Ends or approves the call that an added item answers: another client of the session may have sent it.</summary>
    private void HandleAnswerFromOtherClient(ConversationItem item)
    {
        switch (item)
        {
            case FunctionCallOutputItem output when _calls.Find(output.CallId) is { Status: FunctionCallStatus.External, IsDecided: false, IsBeingCompleted: false } call:
                call.Decide(FunctionCallStatus.Completed);
                EndCall(call, output.Output, isSent: false);
                break;
            case McpApprovalResponseItem answer when _calls.Find(answer.ApprovalRequestId) is { Status: FunctionCallStatus.AwaitingApproval, IsDecided: false, ServerLabel: not null } call:
                if (answer.Approve)
                    StartServiceCall(call);
                else
                    AbandonCall(call, FunctionCallStatus.Denied);
                break;
            default:
                break;
        }
    }

    /// <summary>Handles the request of the service for an approval of a call of an MCP tool.</summary>
    private void HandleApprovalRequest(ResponseState response, McpApprovalRequestItem item)
    {
        if (item.Id is not { Length: > 0 } id)
            WarnOfMissingCallId();
        else if (TryAddCall(response, id, item.Name, item.Arguments, id, function: null, item.ServerLabel) is { } call)
            RequestApproval(call);
    }

    private void RequestApproval(CallState call)
    {
        ChangeStatus(call, FunctionCallStatus.AwaitingApproval);
        RecordCall(DecisionTypes.ApprovalRequested, call);
        var approval = new ApprovalUpdate((isApproved, reason) => TryAnswer(call, isApproved, reason)) { Call = call.ToSnapshot(), Time = _time.GetUtcNow() };
        call.Approval = approval;
        _updates.Publish(approval);
        if (_options.Approve is not { } approve)
            return;
        var cancellation = call.Cancellation = new();
        Defer(() =>
        {
            // Outside the lock, in the context of the code that started the conversation.
            _callbacks.Run(() => CallApproveAsync(call, approve, approval, cancellation.Token));
            return Task.CompletedTask;
        });
    }

    private async Task CallApproveAsync(CallState call, Func<ApprovalUpdate, CancellationToken, Task<bool>> approve, ApprovalUpdate approval, CancellationToken cancellationToken)
    {
        // The callback belongs to the call, so it must not wait for the reply of the call either.
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
#pragma warning disable CA1031 // an exception of the app's callback denies the call
        catch (Exception e)
#pragma warning restore CA1031
        {
            Change(() =>
            {
                if (!call.IsDecided && call.Status == FunctionCallStatus.AwaitingApproval)
                    Warn(WarningKind.Function, $"{nameof(RealtimeConversationOptions.Approve)} threw {e.GetType().Name}. The call is denied.", exception: e);
            });
        }
        TryAnswer(call, isApproved, reason: null);
    }

    /// <summary>Answers an approval; returns whether this was the first answer.</summary>
    private bool TryAnswer(CallState call, bool isApproved, string? reason)
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
        RecordApproval(call, isApproved);
        CancelCallback(call);
        call.Cancellation = null;
        if (call.ServerLabel is not null)
        {
            SendApproval(call, isApproved, reason);
        }
        else if (isApproved)
        {
            Queue(call);
        }
        else
        {
            FailCall(call, denial);
        }
    }

    private void SendApproval(CallState call, bool isApproved, string? reason)
    {
        _outbox.Add(new ConversationItemCreateEvent
        {
            EventId = _outbox.NewEventId(),
            Item = new McpApprovalResponseItem { Id = NewItemId(), ApprovalRequestId = call.CallId, Approve = isApproved, Reason = reason is null ? null : ReplaceLoneSurrogates(reason) },
        });
        call.IsAnswered = true;
        if (isApproved)
            StartServiceCall(call);
        else
            AbandonCall(call, FunctionCallStatus.Denied);
    }

    /// <summary>Waits for the service to make a call of an MCP tool that was approved.</summary>
    private void StartServiceCall(CallState call)
    {
        CancelCallback(call);
        ChangeStatus(call, FunctionCallStatus.Running);

        // Expected from the approval on: otherwise the reply that follows could be requested between two approved calls, and would be refused.
        _replies.ExpectApprovedCall();
        Continue(call.Group);
    }

    private void HandleMcpCall(string responseId, McpCallItem item, bool isDone)
    {
        if (FindResponse(responseId) is { IsOutOfBand: false } response)
            HandleMcpCall(response, item, isDone);
    }

    /// <summary>Handles a call of an MCP tool that the service has begun or finished.</summary>
    private void HandleMcpCall(ResponseState response, McpCallItem item, bool isDone)
    {
        if (item.Id is not { Length: > 0 } id)
            return;
        var call = item.ApprovalRequestId is { Length: > 0 } approved ? FindMcpCall(approved) : null;
        if (call is not null)
        {
            // The call has the ID of its approval. That of its item is recorded too, so that later events do not add a second call.
            _calls.TryAddId(id);

            // Certain only now: by order, the response to a request from before the approval would be taken for this one.
            response.IsForApprovedCall = true;
        }
        else
        {
            call = FindMcpCall(id);
        }
        if (call is null && TryAddCall(response, id, item.Name, item.Arguments, id, function: null, item.ServerLabel) is { } announced)
            ChangeStatus(call = announced, FunctionCallStatus.Running);
        if (!isDone)
            return;
        (response.Calls ??= new(response, response.Agent ?? Agent)).EndsWithMcpCall = true;

        // Several events report the end of a call.
        if (call is null or { IsDecided: true })
            return;
        CancelCallback(call);
        call.Decide(item.Error is null ? FunctionCallStatus.Completed : FunctionCallStatus.Failed);
        EndCall(call, item.Output ?? GetMessage(item.Error), isSent: false);
    }

    /// <summary>Finds a call of an MCP tool. The calls of functions are excluded, because the service must not end them.</summary>
    private CallState? FindMcpCall(string callId) => _calls.Find(callId) is { ServerLabel: not null } call ? call : null;

    /// <summary>Cancels the calls of MCP tools that the service has begun in a response and not finished before its end.</summary>
    private void CancelServiceCalls(CallGroup group)
    {
        // The service makes an approved call in a later response, so that one stays open.
        foreach (var call in group.Calls.Where(call => call is { IsRunByService: true, Approval: null }).ToList())
            AbandonCall(call, FunctionCallStatus.Canceled);
    }

    private static string? GetMessage(McpError? error) => error switch
    {
        McpProtocolError protocol => protocol.Message,
        McpHttpError http => http.Message,
        McpToolExecutionError execution => execution.Message,
        _ => null,
    };
}
