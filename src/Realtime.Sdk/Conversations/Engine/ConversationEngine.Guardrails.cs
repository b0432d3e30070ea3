namespace Realtime.Sdk.Internal;

/// <content>The guardrails of the agents.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum number of corrections of one reply, because the model may break a rule again and again.</summary>
    private const int MaxCorrections = 3;

    private const string UncheckedText = "The answer could not be checked.", UncheckedCall = "The call could not be checked.";

    /// <summary>The names of the guardrails whose failures were reported.</summary>
    private readonly HashSet<string> _failedGuardrails = new(StringComparer.Ordinal);

    /// <summary>Begins the checks of a response.</summary>
    private static void BeginChecks(ResponseState response)
    {
        if (response is not { Checks: null, Agent.Guardrails: { Count: > 0 } guardrails, Request: null or { IsExtraction: false } })
            return;
        response.Checks = [.. guardrails.Where(guardrail => guardrail.CheckText is not null).Select(guardrail => new OutputCheck(guardrail))];
    }

    /// <summary>Checks the text of a response that has grown.</summary>
    private void CheckGrownText(ResponseState response)
    {
        if (response.Checks is not { Length: > 0 } checks || response.IsBlocked)
            return;
        var length = 0;
        foreach (var item in response.Items)
            length += item.Text.Length;
        string? text = null;
        foreach (var check in checks)
        {
            if (check.IsDue(length))
                Start(response, check, text ??= GetResponseText(response));
        }
    }

    /// <summary>Checks the complete text of a response. Its reply, and its turn, wait for the result.</summary>
    private void CheckCompleteText(ResponseState response)
    {
        // Also if it was stopped, because the result of its reply contains the text.
        if (response.Checks is not { Length: > 0 } checks || response.IsBlocked)
            return;
        var text = GetResponseText(response);
        foreach (var check in checks)
        {
            if (check.IsUnchecked(text))
                Start(response, check, text);
        }
        if (response.Request is { } request)
            request.IsBeingChecked = response.IsBeingChecked;
    }

    private void Start(ResponseState response, OutputCheck check, string text)
    {
        check.Begin(text);
        var context = new AgentContext(response.Agent!, _options);
        Defer(() => CheckAsync(response, check, text, context));
    }

    private async Task CheckAsync(ResponseState response, OutputCheck check, string text, AgentContext context)
    {
        var (reason, failure) = await RunCheckAsync(check.Guardrail, token => check.Guardrail.CheckText!(text, context, token), UncheckedText, _ended.Token).Counted(_work);
        Change(() =>
        {
            check.End();

            // The response was abandoned, or its session was lost.
            if (_end is not null || response.Checks?.Contains(check) != true)
                return;
            if (failure is not null)
                WarnOfFailure(check.Guardrail, failure);
            if (reason is not null)
                Block(response, check.Guardrail, reason);
            else if (!response.IsBlocked)
                ContinueChecks(response);
            else
                EndChecks(response);
        });
    }

    /// <summary>Runs one check of the app. It is abandoned after its timeout, because it may never return.</summary>
    /// <returns>The reason for a violation, and the exception if the check has failed.</returns>
    private async Task<(string? Reason, Exception? Failure)> RunCheckAsync(
        Guardrail guardrail, Func<CancellationToken, Task<string?>> check, string failedReason, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // a check that was abandoned may still use its token; a source without a timer has nothing to release
        var abandoned = new CancellationTokenSource();
#pragma warning restore CA2000
        try
        {
            return (await RunCallbackAsync(() => check(abandoned.Token), guardrail.Timeout, cancellationToken).Counted(_work), null);
        }
#pragma warning disable CA1031 // an exception of the app's check must not end the conversation
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // Not awaited, because the callbacks of a cancellation are code of the app, which may block.
            _ = CancelAsync(abandoned);
            return (guardrail.BlocksOnFailure ? failedReason : null, exception);
        }
    }

    /// <summary>Checks what has arrived while a check was running, or completes the reply of a response that was checked.</summary>
    private void ContinueChecks(ResponseState response)
    {
        if (!response.IsDone)
        {
            CheckGrownText(response);
            return;
        }
        CheckCompleteText(response);
        EndChecks(response);
    }

    /// <summary>Completes the reply and the turn of a response if no check is running.</summary>
    private void EndChecks(ResponseState response)
    {
        if (response.IsBeingChecked)
            return;
        response.Request?.EndChecks();
        TrySettle(response);
        CompletePendingAsks();
    }

    /// <summary>Stops a response that breaks a rule, informs the app and the model, and lets the model answer again.</summary>
    private void Block(ResponseState response, Guardrail guardrail, string reason)
    {
        if (response.IsBlocked)
        {
            EndChecks(response);
            return;
        }

        // The user was faster: the service answers the user, and the model needs no other reply.
        var wasInterrupted = response.IsInterrupted || response.Request is { IsCancelRequested: true };
        response.IsBlocked = true;
        Retract(response);
        if (response.CanBeStopped && !(response.IsDone && response.HasFinishedPlayback))
            StopResponses([response], isInterruption: true);
        DeleteUnheardItems(response);
        RecordBlock(guardrail, response, call: null);
        _updates.Publish(new GuardrailUpdate { Guardrail = guardrail.Name, Reason = reason, Turn = response.Turn?.ToSnapshot() });
        if (!response.IsOutOfBand && _requestedEnd is null)
            Explain(response, reason, wasInterrupted);
        EndChecks(response);
    }

    /// <summary>Marks text as not heard. The part of audio that was heard is known when the player has stopped.</summary>
    private static void Retract(ResponseState response)
    {
        foreach (var item in response.Items.Where(item => !item.HasAudio))
        {
            item.IsRetracted = true;
            if (!response.IsOutOfBand)
                response.ItemsToDelete.Add(item.Id);
        }
        if (response.Turn is { } turn)
            turn.WasInterrupted = true;
        response.Request?.IsRetracted = true;
    }

    private void Explain(ResponseState response, string reason, bool wasInterrupted)
    {
        var explanation = ConversationItem.SystemText($"Your previous answer was stopped, because it broke a rule: {ReplaceLoneSurrogates(reason)}") with { Id = NewItemId() };
        var previous = response.Request;
        var corrections = previous?.Corrections ?? 0;
        if (corrections == MaxCorrections)
            Warn(WarningKind.Guardrail, $"{MaxCorrections} corrections of a reply broke a rule as well, so no other reply is requested.");

        // A reply that follows function calls reads the explanation, too.
        var isFollowed = response.Calls is { IsDecided: false } or { IsFollowed: true } || previous?.Next is not null;
        response.IsFollowedAfterBlock = response is { IsDone: false, Calls.IsDecided: false } && !wasInterrupted;
        if (wasInterrupted || isFollowed || corrections == MaxCorrections || previous is { IsVerbatim: true } or { IsLast: true })
        {
            _outbox.Add(new ConversationItemCreateEvent { EventId = _outbox.NewEventId(), Item = explanation });
            return;
        }
        var options = previous?.Options ?? new();
        if (options.Response is { } custom)
            options = options with { Response = custom with { Input = null } };
        var correction = new ReplyRequest(options, this)
        {
            Origin = previous?.Root,
            Instructions = previous?.Instructions,
            Item = explanation,
            IsFollowUp = true,
            Round = response.Round,
            Corrections = corrections + 1,
        };
        previous?.Next = correction;

        // Linked to the previous request before it is accepted, because it may end at once.
        _replies.AcceptFollowUp(correction);
    }

    private void WarnOfFailure(Guardrail guardrail, Exception exception)
    {
        if (_failedGuardrails.Add(guardrail.Name))
            Warn(WarningKind.Guardrail, $"The guardrail '{PeerText.Sanitize(guardrail.Name)}' failed with {exception.GetType().Name}. {(guardrail.BlocksOnFailure ? "What it could not check is blocked." : "What it could not check is allowed.")}", exception: exception);
    }

    /// <summary>Begins to check a call; returns false if no guardrail checks it.</summary>
    private bool TryCheck(CallState call, AgentFunction function)
    {
        // The result of a task is checked against its schema. Most agents have no guardrails, so their calls do not allocate a list.
        if (call.Group.Agent.Guardrails.Count == 0 || AgentTask.IsEndedBy(function))
            return false;
        List<Guardrail> guardrails = [.. call.Group.Agent.Guardrails.Where(guardrail => guardrail.CheckCall is not null)];
        if (guardrails.Count == 0)
            return false;
        call.IsBeingChecked = true;
        var cancellation = call.Cancellation = new();
        var (shown, context) = (call.ToSnapshot(), new AgentContext(call.Group.Agent, _options));
        _updates.PublishChange(call);
        Defer(() => CheckAsync(call, function, guardrails, shown, context, cancellation.Token));
        return true;
    }

    private async Task CheckAsync(CallState call, AgentFunction function, List<Guardrail> guardrails, FunctionCall shown, AgentContext context, CancellationToken cancellationToken)
    {
        foreach (var guardrail in guardrails)
        {
            var (reason, failure) = await RunCheckAsync(guardrail, token => guardrail.CheckCall!(shown, context, token), UncheckedCall, cancellationToken).Counted(_work);
            if (cancellationToken.IsCancellationRequested)
                return;
            if (failure is not null)
                Change(() => WarnOfFailure(guardrail, failure));
            if (reason is null)
                continue;
            Change(() => Block(call, guardrail, reason));
            return;
        }
        Change(() =>
        {
            if (call.IsDecided)
                return;
            (call.IsBeingChecked, call.Cancellation) = (false, null);
            StartOrRequestApproval(call, function);
        });
    }

    private void Block(CallState call, Guardrail guardrail, string reason)
    {
        if (call.IsDecided)
            return;
        RecordBlock(guardrail, response: null, call);
        FailCall(call, FunctionError.Blocked(reason));
        _updates.Publish(new GuardrailUpdate { Guardrail = guardrail.Name, Reason = reason, Turn = call.Group.Response.Turn?.ToSnapshot(), Call = call.ToSnapshot() });
    }
}
