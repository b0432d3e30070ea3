using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Internal;

/// <content>The functions that the model calls: which are run, and how they end.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The maximum number of calls of one response. The model makes a few; a server may announce any number.</summary>
    private const int MaxCallsOfResponse = 64;

    /// <summary>The call whose handler runs here.</summary>
    private readonly AsyncLocal<CallState?> _runningCall = new();

    private readonly string _generatedSessionId = Guid.NewGuid().ToString("N");
    private bool _hasWarnedOfCallId;

    /// <summary>The conversation as its functions get it. Set before the first event is handled.</summary>
    public RealtimeConversation? Conversation { get; set; }

    /// <inheritdoc/>
    public WorkTrackingTimeProvider? Work => _work;

    /// <inheritdoc/>
    public void ThrowIfWithin(ReplyRequest request)
    {
        if (_runningCall.Value is { IsOver: false, Group.Response.Request: { } own } call && own.Root == request)
            throw new InvalidOperationException($"The function '{PeerText.Sanitize(call.Name)}' belongs to this reply: it would wait for itself.");
    }

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
        if (response.IsOutOfBand || !(item.Status is { } status ? status == ItemStatus.Completed : isWhole))
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
        var function = agent.Functions.FirstOrDefault(function => function.Tool.Name == item.Name);
        if (Announce(response, callId, item.Name, item.Arguments, item.Id, function, serverLabel: null) is not { } call)
            return;
        if (response.Round >= _options.Limits.MaxFunctionRounds)
            Fail(call, FunctionError.TooManyRounds(_options.Limits));
        else if (function is { Handler: not null })
            Admit(call, function);
        else
            LeaveElsewhere(call, isDeclared: function is not null || IsDeclared(agent, item.Name));
    }

    /// <summary>Adds a call; returns null if it is known, or if the response has too many.</summary>
    private CallState? Announce(ResponseState response, string callId, string name, string arguments, string? itemId, AgentFunction? function, string? serverLabel)
    {
        var group = response.Calls ??= new(response, response.Agent ?? Agent);
        if (group.Calls.Count == MaxCallsOfResponse || !_calls.TryNote(callId))
            return null;
        var call = new CallState(callId, name, arguments, group, _time) { Function = function, ItemId = itemId, ServerLabel = serverLabel };
        call.Enter(FunctionCallStatus.Announced, WaitOf(call));
        group.Calls.Add(call);
        _calls.Add(call);
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

    /// <summary>Leaves a call to somebody else. In a call, another client may have functions of which the agent does not know.</summary>
    private void LeaveElsewhere(CallState call, bool isDeclared)
    {
        if (!isDeclared && !IsPlayedByService)
        {
            Fail(call, FunctionError.Unknown(call));
            return;
        }
        if (!isDeclared)
            Warn(WarningKind.Function, $"{FunctionError.Unknown(call).Exception.Message} Its call is left to other clients of the session.");
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

    /// <summary>Runs calls that wait, as many as may run.</summary>
    private void RunNext()
    {
        while (_end is null && _calls.NextToRun() is { } call)
        {
            Enter(call, FunctionCallStatus.Running);
            call.Cancellation = new();
            _functionTelemetry.Started(call);
            Defer(() =>
            {
                _callbacks.Run(() => RunAsync(call));
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>Runs the handler of a call. The continuations stay in the context of the callback, where a clock counts them.</summary>
    private async Task RunAsync(CallState call)
    {
        (_isInCallback.Value, _runningCall.Value) = (true, call);
        FunctionTelemetry.MakeCurrent(call);
        AsyncServiceScope? scope = null;
        string? output = null;
        Exception? exception = null;
        try
        {
            scope = (_options.Services?.GetService(typeof(IServiceScopeFactory)) as IServiceScopeFactory)?.CreateAsyncScope();
            var context = new FunctionCallContext(
                call.Show(), Conversation!, call.Group.Agent, _options, scope?.ServiceProvider, _connection.Session is { Id.Length: > 0 } session ? session.Id : _generatedSessionId);
            output = await call.Function!.Handler!.InvokeAsync(call.Arguments, context, call.Cancellation!.Token).ConfigureAwait(true) ?? "";
        }
#pragma warning disable CA1031 // whatever the app's code throws ends this call only
        catch (Exception e)
#pragma warning restore CA1031
        {
            exception = e;
        }
        Change(() => Returned(call, output, exception));
        if (scope is { } created)
            await DisposeScopeAsync(call, created).ConfigureAwait(true);
    }

    private async Task DisposeScopeAsync(CallState call, AsyncServiceScope scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(true);
        }
#pragma warning disable CA1031 // the call has ended already
        catch (Exception e)
#pragma warning restore CA1031
        {
            Change(() => Warn(WarningKind.Function, $"The service scope of the function '{PeerText.Sanitize(call.Name)}' threw {e.GetType().Name} when it was disposed.", exception: e));
        }
    }

    /// <summary>Called when a handler has returned. If the call has ended before, because of a timeout for example, nobody needs the output anymore.</summary>
    private void Returned(CallState call, string? output, Exception? exception)
    {
        if (call.IsDecided)
            return;
        if (exception is not null)
            Fail(call, FunctionError.ThrownBy(call, exception));
        else if (output!.Length > call.Function!.MaxOutputLength)
            Fail(call, FunctionError.TooLong(call, output.Length));
        else
            Succeed(call, output);
    }

    private void Succeed(CallState call, string output)
    {
        call.Decide(FunctionCallStatus.Completed);
        call.IsAnswered = true;
        End(call, output, exception: null, isSent: true);
    }

    /// <summary>Ends a call with a text for the model in place of an output. The app may word it, outside the lock.</summary>
    private void Fail(CallState call, FunctionError error)
    {
        call.Decide(error.Status);
        call.IsAnswered = error.Status != FunctionCallStatus.Canceled;
        CancelCallback(call);
        if (error.Warning is { } warning)
            Warn(WarningKind.Function, warning, exception: error.Exception);
        if (_options.FunctionErrorText is not { } policy)
        {
            End(call, error.Text, error.Exception, isSent: true);
            return;
        }
        var shown = call.Show();
        Defer(() =>
        {
            _callbacks.Run(() =>
            {
                var text = Word(policy, shown, error);
                Change(() => End(call, text, error.Exception, isSent: true));
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
    }

    private string Word(Func<FunctionCall, Exception, string> policy, FunctionCall call, FunctionError error)
    {
        try
        {
            return policy(call, error.Exception) ?? error.Text;
        }
#pragma warning disable CA1031 // a policy that throws must not leave the call without an answer
        catch (Exception e)
#pragma warning restore CA1031
        {
            Change(() => Warn(WarningKind.Function, $"{nameof(RealtimeConversationOptions.FunctionErrorText)} threw {e.GetType().Name}. The model gets the default text.", exception: e));
            return error.Text;
        }
    }

    /// <summary>Ends a call, sends its output, and requests the reply that follows if it was the last one of its response.</summary>
    private void End(CallState call, string? output, Exception? exception, bool isSent)
    {
        if (call.IsOver)
            return;
        output = output is null ? null : WellFormed(output);
        call.End(call.Group.Response.Turn is { } turn ? turn.Fit(output) : output);
        _calls.Remove(call);
        _functionTelemetry.Ended(call, output, exception);
        if (isSent && _end is null)
            _outbox.Add(new ConversationItemCreateEvent { EventId = _outbox.NewEventId(), Item = new FunctionCallOutputItem { CallId = call.CallId, Output = output! } });
        _updates.Complete(call);
        if (call.Group.Response.Turn is { } shown)
            _turns.Changed(shown);
        Continue(call.Group);
        RunNext();
    }

    /// <summary>Replaces halves of surrogate pairs, which JSON cannot carry, so that the output is not refused.</summary>
    private static string WellFormed(string text) => Constraints.IndexOfLoneSurrogate(text) < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private void Changed(CallState call)
    {
        _updates.Change(call);
        if (call.Group.Response.Turn is { } turn)
            _turns.Changed(turn);
    }

    /// <summary>Cancels the app's code that runs for a call. Its registrations are called outside the lock.</summary>
    private void CancelCallback(CallState call)
    {
        if (call.Cancellation is { } cancellation)
            Defer(() => CancelAsync(cancellation));
    }

    /// <summary>Cancels a callback; what its code does about it is counted as work until it waits again.</summary>
    private async Task CancelAsync(CancellationTokenSource cancellation)
    {
        _work?.BeginWork();
        await cancellation.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _work?.EndWork();
    }

    private void ExpireCalls()
    {
        foreach (var call in _calls.Open.Where(call => !call.IsDecided && call.TimeLeft <= TimeSpan.Zero).ToList())
        {
            if (call.Status == FunctionCallStatus.AwaitingApproval)
                AnswerApproval(call, isApproved: false, reason: null, FunctionError.NotApproved(_options.Limits.ApprovalTimeout));
            else if (call.ServerLabel is not null || IsOthers(call))
                Abandon(call, FunctionCallStatus.TimedOut);
            else if (!call.IsBeingCompleted)
                Fail(call, FunctionError.TimedOut(call, WaitOf(call)));
        }
    }

    /// <summary>Ends a call that the conversation does not answer.</summary>
    private void Abandon(CallState call, FunctionCallStatus status)
    {
        if (!call.IsDecided)
            call.Decide(status);
        CancelCallback(call);
        End(call, output: null, exception: null, isSent: false);
    }

    /// <summary>Cancels the calls that an interruption cancels.</summary>
    private void InterruptCalls()
    {
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
        // First the replies that would follow, so that the end of the calls requests none.
        EndContinuations(exception is null ? ReplyStatus.Canceled : ReplyStatus.Failed, exception);
        foreach (var call in _calls.Open.ToList())
            Abandon(call, FunctionCallStatus.Canceled);
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
