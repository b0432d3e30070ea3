using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Internal;

/// <content>The run of a function on the thread pool, and the end of its call.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The call whose handler runs here.</summary>
    private readonly AsyncLocal<CallState?> _runningCall = new();

    /// <summary>The calls whose handlers are about to be started, outside the lock.</summary>
    private readonly Queue<CallState> _callsToStart = [];

    // For servers that report no session ID, so that idempotency keys of different conversations differ.
    private readonly string _generatedSessionId = Guid.NewGuid().ToString("N");

    /// <summary>The conversation that functions get. Set before the first event is handled.</summary>
    public RealtimeConversation? Conversation { get; set; }

    /// <inheritdoc/>
    public void ThrowIfCalledByOwnFunction(ReplyRequest request)
    {
        if (_runningCall.Value is { IsOver: false, IsInBackground: false, Group.Response.Request: { } own } call && own.Root == request)
            throw new InvalidOperationException($"The function '{PeerText.Sanitize(call.Name)}' was called by this reply, so it would wait for itself. Do not await the reply in its function.");
    }

    /// <summary>Starts waiting calls, as many as may run at the same time.</summary>
    private void EnqueueRunnableCalls()
    {
        while (_end is null && _calls.FindNextToRun() is { } call)
        {
            ChangeStatus(call, FunctionCallStatus.Running);
            call.Cancellation = new();
            _functionTelemetry.Begin(call);
            RecordCall(DecisionTypes.FunctionStarted, call);
            _callsToStart.Enqueue(call);

            // Counted from the decision on, because the handler starts only outside the lock.
            _work?.BeginWork();
        }
    }

    /// <summary>Starts the handlers of the calls that were started. Called outside the lock.</summary>
    private void StartHandlers()
    {
        while (true)
        {
            CallState? call;
            lock (_lock)
            {
                if (!_callsToStart.TryDequeue(out call))
                    return;
            }
            _callbacks.Run(static run => run.Engine.RunAsync(run.Call), (Engine: this, Call: call));
            _work?.EndWork();
        }
    }

    /// <summary>Runs the handler of a call. The continuations stay in the context of the callback, where a clock counts them.</summary>
    private async Task RunAsync(CallState call)
    {
        string arguments;
        CancellationToken cancellationToken;
        lock (_lock)
        {
            // The call timed out or was canceled while it waited for a thread.
            if (call.IsDecided)
                return;
            (arguments, cancellationToken) = (call.Arguments, call.Cancellation!.Token);
        }
        _runningCall.Value = call;
        var outside = Activity.Current;
        FunctionTelemetry.MakeCurrent(call);
        AsyncServiceScope? scope = null;
        string? output = null;
        Exception? exception = null;
        try
        {
            // Inside the try block, because the services are code of the app.
            scope = (_options.Services?.GetService(typeof(IServiceScopeFactory)) as IServiceScopeFactory)?.CreateAsyncScope();
            var sessionId = _connection.Session is { Id.Length: > 0 } session ? session.Id : _generatedSessionId;
            var context = new FunctionCallContext(call, Conversation!, _options, scope?.ServiceProvider, sessionId);
            output = await call.Function!.Handler!.InvokeAsync(arguments, context, cancellationToken).ConfigureAwait(true) ?? "";
        }
#pragma warning disable CA1031 // any exception of the app's code ends only this call
        catch (Exception e)
#pragma warning restore CA1031
        {
            exception = e;
        }

        // The code below, such as the disposal of the scope, does not belong to the span of the handler.
        RealtimeDiagnostics.MakeCurrent(outside);
        CompleteRun(call, output, exception);
        if (scope is { } created)
            await DisposeScopeAsync(call, created).ConfigureAwait(true);
    }

    /// <summary>Ends a run, outside the lock, because reading the message of an exception may run code of the app.</summary>
    private void CompleteRun(CallState call, string? output, Exception? exception)
    {
        FunctionError? error = exception is null ? null
            : call.Function!.Handler is HandoffHandler ? FunctionError.NotHandedOver(call, exception)
            : call.IsHandlerCalled ? FunctionError.ThrownBy(call, exception) : FunctionError.InvalidArguments(call, exception);
        Change(static ended => ended.Engine.ApplyRunResult(ended.Call, ended.Output, ended.Error), (Engine: this, Call: call, Output: output, Error: error));
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

    /// <summary>Ends a call whose handler has returned. If the call has already ended, for example by a timeout, the output is discarded.</summary>
    private void ApplyRunResult(CallState call, string? output, FunctionError? error)
    {
        if (call.IsDecided)
            return;
        if (error is { } failed)
            FailCall(call, failed);
        else if (output!.Length > call.Function!.MaxOutputLength)
            FailCall(call, FunctionError.TooLong(call, output.Length));
        else
            CompleteCall(call, output);
    }

    private void CompleteCall(CallState call, string output)
    {
        call.Decide(FunctionCallStatus.Completed);
        call.IsAnswered = true;
        EndCall(call, output, isSent: true);
    }

    /// <summary>Ends a call with an error text in place of an output. The app can replace the text in a callback, which is called outside the lock.</summary>
    private void FailCall(CallState call, FunctionError error)
    {
        call.Decide(error.Status);
        call.IsAnswered = !error.IsInterruption;
        FunctionTelemetry.RecordFailure(call, error);
        CancelCallback(call);
        if (error.Warning is { } warning)
            Warn(WarningKind.Function, warning, exception: error.Exception);
        if (_options.FunctionErrorText is not { } getText || _calls.OpenCalls.Count > MaxOpenCalls)
        {
            EndCall(call, error.Text, isSent: true);
            return;
        }
        call.AwaitErrorText(error.Text, _options.Limits.FunctionTimeout);
        var shown = call.ToSnapshot() with { Status = error.Status };
        Defer(() =>
        {
            _callbacks.Run(() =>
            {
                var text = GetErrorText(getText, shown, error);
                Change(() => EndCall(call, text, isSent: true));
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
    }

    /// <summary>Ends a call with the default error text, because the app's callback has not returned in time.</summary>
    private void EndWithDefaultText(CallState call, string text)
    {
        Warn(WarningKind.Function, $"{nameof(RealtimeConversationOptions.FunctionErrorText)} did not return within {_options.Limits.FunctionTimeout.TotalSeconds:0.###} seconds. The model gets the default text.");
        EndCall(call, text, isSent: true);
    }

    private string GetErrorText(Func<FunctionCall, Exception, string?> getText, FunctionCall call, FunctionError error)
    {
        try
        {
            return getText(call, error.Exception) ?? error.Text;
        }
#pragma warning disable CA1031 // the app's callback must not leave the call without an answer
        catch (Exception e)
#pragma warning restore CA1031
        {
            Change(() => Warn(WarningKind.Function, $"{nameof(RealtimeConversationOptions.FunctionErrorText)} threw {e.GetType().Name}. The model gets the default text.", exception: e));
            return error.Text;
        }
    }

    /// <summary>Ends a call, sends its output, and requests the reply that follows if it was the last call of its response to end.</summary>
    private void EndCall(CallState call, string? output, bool isSent)
    {
        if (call.IsOver)
            return;
        output = output is null ? null : ReplaceLoneSurrogates(output);

        // The turn may truncate what snapshots show, but the model gets the complete output.
        call.End(call.Group.Response.Turn is { } turn ? turn.LimitOutput(output) : output);
        _calls.Remove(call);
        _functionTelemetry.End(call, output);
        RecordCall(DecisionTypes.FunctionEnded, call);
        if (call.IsInBackground)
            AddResult(call, isSent ? output : null);
        else if (isSent && _end is null)
            _outbox.Add(new ConversationItemCreateEvent { EventId = _outbox.NewEventId(), Item = new FunctionCallOutputItem { CallId = call.CallId, Output = output! } });
        _updates.PublishCompletion(call);
        if (call.Group.Response.Turn is { } shown)
            _turns.NotifyChanged(shown);
        Continue(call.Group);
        EnqueueRunnableCalls();
    }

    /// <summary>Replaces unpaired surrogates, which UTF-8 cannot represent, so that the output can be sent.</summary>
    private static string ReplaceLoneSurrogates(string text) => Constraints.IndexOfLoneSurrogate(text) < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private void NotifyChanged(CallState call)
    {
        _updates.PublishChange(call);
        if (call.Group.Response.Turn is { } turn)
            _turns.NotifyChanged(turn);
    }

    /// <summary>Cancels the app's code that runs for a call, outside the lock, because cancellation callbacks are code of the app.</summary>
    private void CancelCallback(CallState call)
    {
        if (call.Cancellation is { } cancellation)
            Defer(() => CancelAsync(cancellation));
    }

    /// <summary>Cancels a callback. The code that runs because of the cancellation is counted as work until it waits again.</summary>
    private async Task CancelAsync(CancellationTokenSource cancellation)
    {
        _work?.BeginWork();
        await cancellation.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _work?.EndWork();
    }
}
