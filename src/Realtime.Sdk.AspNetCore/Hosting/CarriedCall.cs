namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// One call, from the answer of the service to its end. Several causes can end it at the same time, but it ends once: the conversation ends, the app's code
/// returns or is left behind, the call is hung up, and the place is released.
/// </summary>
#pragma warning disable CA1001 // a source of cancellation without a timer needs no disposal, and could still be canceled after it
internal sealed class CarriedCall(CallHost host, HostedCall call, Action release)
#pragma warning restore CA1001
{
    private const int MaxHangUps = 3;

    private static readonly TimeSpan HangUpDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Timers cannot wait for any time.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private readonly TaskCompletionSource<string> _endRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _attaching = new();
    private long _pingedAt = host.Time.GetTimestamp();
    private long _activeAt = host.Time.GetTimestamp();

    public string Id => call.Call.CallId;

    /// <summary>A task that completes when the call has ended in every way. It never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to carry the call, apart from the request that has begun it.</summary>
    public void Start()
    {
        using (ExecutionContext.SuppressFlow())
            Completion = Task.Run(RunAsync);
    }

    public void Ping() => Volatile.Write(ref _pingedAt, host.Time.GetTimestamp());

    /// <summary>Ends the call. Only the first outcome counts.</summary>
    public void End(string outcome)
    {
        if (_endRequested.TrySetResult(outcome))
            _attaching.Cancel();
    }

    private async Task RunAsync()
    {
        var begun = host.Time.GetTimestamp();
        var outcome = CallOutcome.NotAttached;
        try
        {
            using var drained = host.Drained.UnsafeRegister(static call => ((CarriedCall)call!).End(CallOutcome.Stopped), this);

            // The process can end before the conversation has, and the service would go on without it.
            using var stopped = host.Stopped.UnsafeRegister(static call => _ = ((CarriedCall)call!).HangUpAsync(), this);
            if (await AttachAsync().ConfigureAwait(false) is { } conversation)
                outcome = await CarryAsync(conversation).ConfigureAwait(false);
            else if (_endRequested.Task.IsCompletedSuccessfully)
                outcome = await _endRequested.Task.ConfigureAwait(false);
            await HangUpAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // nothing awaits this for its result; the place must be released after any failure
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.CallFailed(host.Logger, call.Call.Agent, PeerText.Sanitize(Id), e);
        }
        finally
        {
            var duration = host.Time.GetElapsedTime(begun);
            host.Remove(this);
            EndpointMetrics.Ended(call.Call.Agent, outcome, duration);
            EndpointLog.CallEnded(host.Logger, call.Call.Agent, PeerText.Sanitize(Id), outcome, duration);
            release();
        }
    }

    private async Task<RealtimeConversation?> AttachAsync()
    {
        try
        {
            return await call.Call.AttachConversationAsync(_attaching.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_endRequested.Task.IsCompleted)
        {
            return null;
        }
#pragma warning disable CA1031 // after any failure, the call must not continue without a conversation
        catch (Exception e)
#pragma warning restore CA1031
        {
            EndpointLog.NotAttached(host.Logger, call.Call.Agent, PeerText.Sanitize(Id), PeerText.Sanitize(e.Message), e);
            return null;
        }
    }

    /// <summary>Carries the conversation until something ends it, and ends it.</summary>
    private async Task<string> CarryAsync(RealtimeConversation conversation)
    {
        Volatile.Write(ref _activeAt, host.Time.GetTimestamp());
        using var activity = conversation.OnEvent(_ => Volatile.Write(ref _activeAt, host.Time.GetTimestamp()));
        using var watched = new CancellationTokenSource();
        using var code = new ConversationCode(call.Run, conversation, host.Logger, host.Time, call.Call.Agent, Id, host.Stopped);
        var watching = WatchAsync(watched.Token);
        var first = await Task.WhenAny(code.Running ?? conversation.Completion, conversation.Completion, _endRequested.Task).ConfigureAwait(false);
        var outcome = first == _endRequested.Task ? await _endRequested.Task.ConfigureAwait(false) : null;

        // The updates of the app's code end with the conversation. Its token is for code that waits for something else.
        if (outcome is null)
            await code.WaitAsync().ConfigureAwait(false);
        await watched.CancelAsync().ConfigureAwait(false);
        await code.CancelAsync().ConfigureAwait(false);

        // When the host stops, the app's code may still say goodbye.
        if (outcome == CallOutcome.Stopped)
            await code.WaitAsync().ConfigureAwait(false);
        await conversation.DisposeAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!await code.EndAsync().ConfigureAwait(false))
            outcome ??= CallOutcome.AppFailed;
        if (outcome is not null)
            return outcome;
        var end = await conversation.Completion.ConfigureAwait(false);
        return CallOutcome.Of(end.Reason);
    }

    /// <summary>Ends the call when the service, or the page, has been silent for too long.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var idle = Left(call.IdleTimeout, Volatile.Read(ref _activeAt));
            var ping = Left(call.PingTimeout, Volatile.Read(ref _pingedAt));
            if (idle is { Ticks: <= 0 } || ping is { Ticks: <= 0 })
            {
                End(idle is { Ticks: <= 0 } ? CallOutcome.Idle : CallOutcome.NoPing);
                return;
            }
            if ((idle < ping ? idle : ping ?? idle) is not { } wait)
                return;
            await Task.Delay(wait < MaxWait ? wait : MaxWait, host.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan? Left(TimeSpan? timeout, long since) => timeout - host.Time.GetElapsedTime(since);

    /// <summary>
    /// Hangs up: the service does not end a call when its conversation ends. Tries again, because a call that is not hung up continues, and costs, for up to an hour.
    /// </summary>
    private async Task HangUpAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await call.Call.HangUpAsync(host.Stopped).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (host.Stopped.IsCancellationRequested)
            {
                // The request was sent; the process waits no longer for its answer.
                return;
            }
            catch (RealtimeException e) when (e.IsTransient && attempt < MaxHangUps && !host.Stopped.IsCancellationRequested)
            {
                await Task.Delay(attempt * HangUpDelay, host.Time, host.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (RealtimeException e)
            {
                EndpointLog.NotHungUp(host.Logger, call.Call.Agent, PeerText.Sanitize(Id), PeerText.Sanitize(e.Message), e);
                return;
            }
        }
    }
}
