using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.Internal;

/// <content>The run of a function, off the reading loop, and its end.</content>
internal sealed partial class ConversationEngine
{
    /// <summary>The call whose handler runs here.</summary>
    private readonly AsyncLocal<CallState?> _runningCall = new();

    /// <summary>The calls whose handlers are about to be started, outside the lock.</summary>
    private readonly Queue<CallState> _toRun = [];

    private readonly string _generatedSessionId = Guid.NewGuid().ToString("N");

    /// <summary>The conversation as its functions get it. Set before the first event is handled.</summary>
    public RealtimeConversation? Conversation { get; set; }

    /// <inheritdoc/>
    public void ThrowIfWithin(ReplyRequest request)
    {
        if (_runningCall.Value is { IsOver: false, Group.Response.Request: { } own } call && own.Root == request)
            throw new InvalidOperationException($"The function '{PeerText.Sanitize(call.Name)}' belongs to this reply: it would wait for itself.");
    }

    /// <summary>Runs calls that wait, as many as may run.</summary>
    private void RunNext()
    {
        while (_end is null && _calls.NextToRun() is { } call)
        {
            Enter(call, FunctionCallStatus.Running);
            call.Cancellation = new();
            _functionTelemetry.Started(call);
            NoteCall(DecisionTypes.FunctionStarted, call);
            _toRun.Enqueue(call);
            _work?.BeginWork();
        }
    }

    /// <summary>Starts the handlers of the calls that run now. Called outside the lock.</summary>
    private void StartCalls()
    {
        while (true)
        {
            CallState? call;
            lock (_lock)
            {
                if (!_toRun.TryDequeue(out call))
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
            // Timed out or canceled while it waited for a thread.
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
        RealtimeDiagnostics.MakeCurrent(outside);
        Return(call, output, exception);
        if (scope is { } created)
            await DisposeScopeAsync(call, created).ConfigureAwait(true);
    }

    /// <summary>Called when a handler has returned. The exception is asked for its message here, because that is code of the app too.</summary>
    private void Return(CallState call, string? output, Exception? exception)
    {
        FunctionError? error = exception is null ? null : call.IsHandlerCalled ? FunctionError.ThrownBy(call, exception) : FunctionError.InvalidArguments(call, exception);
        Change(static ended => ended.Engine.Returned(ended.Call, ended.Output, ended.Error), (Engine: this, Call: call, Output: output, Error: error));
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

    /// <summary>Ends a call whose handler has returned. If the call has ended before, for example because of a timeout, the output is discarded.</summary>
    private void Returned(CallState call, string? output, FunctionError? error)
    {
        if (call.IsDecided)
            return;
        if (error is { } failed)
            Fail(call, failed);
        else if (output!.Length > call.Function!.MaxOutputLength)
            Fail(call, FunctionError.TooLong(call, output.Length));
        else
            Succeed(call, output);
    }

    private void Succeed(CallState call, string output)
    {
        call.Decide(FunctionCallStatus.Completed);
        call.IsAnswered = true;
        End(call, output, isSent: true);
    }

    /// <summary>Ends a call with a text for the model in place of an output. The app can replace the text, outside the lock.</summary>
    private void Fail(CallState call, FunctionError error)
    {
        call.Decide(error.Status);
        call.IsAnswered = error.Status != FunctionCallStatus.Canceled;
        FunctionTelemetry.Failed(call, error);
        CancelCallback(call);
        if (error.Warning is { } warning)
            Warn(WarningKind.Function, warning, exception: error.Exception);
        if (_options.FunctionErrorText is not { } policy || _calls.Open.Count > MaxOpenCalls)
        {
            End(call, error.Text, isSent: true);
            return;
        }
        call.AwaitText(error.Text, _options.Limits.FunctionTimeout);
        var shown = call.Show() with { Status = error.Status };
        Defer(() =>
        {
            _callbacks.Run(() =>
            {
                var text = Word(policy, shown, error);
                Change(() => End(call, text, isSent: true));
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });
    }

    /// <summary>Ends a call whose error the app was asked to word.</summary>
    private void WordedTooLate(CallState call, string text)
    {
        Warn(WarningKind.Function, $"{nameof(RealtimeConversationOptions.FunctionErrorText)} did not return within {_options.Limits.FunctionTimeout.TotalSeconds:0.###} seconds. The model gets the default text.");
        End(call, text, isSent: true);
    }

    private string Word(Func<FunctionCall, Exception, string?> policy, FunctionCall call, FunctionError error)
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
    private void End(CallState call, string? output, bool isSent)
    {
        if (call.IsOver)
            return;
        output = output is null ? null : WellFormed(output);
        call.End(call.Group.Response.Turn is { } turn ? turn.Fit(output) : output);
        _calls.Remove(call);
        _functionTelemetry.Ended(call, output);
        NoteCall(DecisionTypes.FunctionEnded, call);
        if (isSent && _end is null)
            _outbox.Add(new ConversationItemCreateEvent { EventId = _outbox.NewEventId(), Item = new FunctionCallOutputItem { CallId = call.CallId, Output = output! } });
        _updates.Complete(call);
        if (call.Group.Response.Turn is { } shown)
            _turns.Changed(shown);
        Continue(call.Group);
        RunNext();
    }

    /// <summary>Replaces unpaired surrogates, which JSON cannot contain, so that the server does not refuse the output.</summary>
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

    /// <summary>Cancels a callback. The code that runs because of the cancellation is counted as work until it waits again.</summary>
    private async Task CancelAsync(CancellationTokenSource cancellation)
    {
        _work?.BeginWork();
        await cancellation.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _work?.EndWork();
    }
}
