namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// One call, from the answer of the service to its end. Several causes can end it at the same time, but it ends once: the conversation ends, the app's code
/// returns or is left behind, the call is hung up, and the place is released.
/// </summary>
#pragma warning disable CA1001 // a source of cancellation without a timer needs no disposal, and could still be canceled after it
internal sealed class CarriedCall(CallHost host, HostedCall call, Action release)
#pragma warning restore CA1001
{
    /// <summary>Timers cannot wait for any time.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    /// <summary>The maximum time in which the service ends a call after a transfer.</summary>
    private static readonly TimeSpan MaxTransfer = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<CallEndReason> _endRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    /// <summary>Ends the call. Only the first reason counts.</summary>
    public void End(CallEndReason reason)
    {
        if (_endRequested.TrySetResult(reason))
            _attaching.Cancel();
    }

    private async Task RunAsync()
    {
        var (begunAt, begun) = (host.Time.GetUtcNow(), host.Time.GetTimestamp());
        var (reason, usage) = (CallEndReason.NotAttached, new ConversationUsage());
        try
        {
            using var drained = host.Drained.UnsafeRegister(static call => ((CarriedCall)call!).End(CallEndReason.Stopped), this);

            // The process can end before the conversation has, and the service would go on without it.
            using var stopped = host.Stopped.UnsafeRegister(static call => _ = ((CarriedCall)call!).HangUpAsync(), this);
            if (await AttachAsync().ConfigureAwait(false) is { } conversation)
                (reason, usage) = await CarryAsync(conversation).ConfigureAwait(false);
            else if (_endRequested.Task.IsCompletedSuccessfully)
                reason = await _endRequested.Task.ConfigureAwait(false);
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
            var record = new CallRecord
            {
                Id = Id,
                Agent = call.Call.Agent,
                EndReason = reason,
                StartedAt = begunAt,
                Duration = host.Time.GetElapsedTime(begun),
                Usage = usage,
                State = call.Call.State,
            };
            host.Remove(this);
            EndpointLog.CallEnded(host.Logger, record);
            await CallReport.SendAsync(record, call.OnEnded, host.Logger, host.Time, host.Stopped).ConfigureAwait(false);
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
    private async Task<(CallEndReason Reason, ConversationUsage Usage)> CarryAsync(RealtimeConversation conversation)
    {
        Volatile.Write(ref _activeAt, host.Time.GetTimestamp());
        using var activity = conversation.OnEvent(_ => Volatile.Write(ref _activeAt, host.Time.GetTimestamp()));
        using var watched = new CancellationTokenSource();
        using var code = new ConversationCode(call.Run, conversation, host.Logger, host.Time, call.Call.Agent, Id, host.Stopped);
        var watching = WatchAsync(watched.Token);
        var first = await Task.WhenAny(code.Running ?? conversation.Completion, conversation.Completion, _endRequested.Task).ConfigureAwait(false);
        CallEndReason? reason = first == _endRequested.Task ? await _endRequested.Task.ConfigureAwait(false) : null;

        // The updates of the app's code end with the conversation. Its token is for code that waits for something else.
        if (reason is null)
            await code.WaitAsync().ConfigureAwait(false);

        // The service answers before the transfer has taken place, and a hang-up could prevent it.
        if (reason is null && conversation.IsTransferred)
            await ((Task)conversation.Completion).WaitAsync(MaxTransfer, host.Time, host.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await watched.CancelAsync().ConfigureAwait(false);
        await code.CancelAsync().ConfigureAwait(false);

        // When the host stops, the app's code may still say goodbye.
        if (reason == CallEndReason.Stopped)
            await code.WaitAsync().ConfigureAwait(false);
        await conversation.DisposeAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!await code.EndAsync().ConfigureAwait(false))
            reason ??= CallEndReason.AppFailed;
        reason ??= CallEnds.Of((await conversation.Completion.ConfigureAwait(false)).Reason);
        return (reason.Value, conversation.Usage);
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
                End(idle is { Ticks: <= 0 } ? CallEndReason.Idle : CallEndReason.NoPing);
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
        try
        {
            await CallRequest.SendAsync(call.Call.HangUpAsync, host.Time, host.Stopped).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (host.Stopped.IsCancellationRequested)
        {
            // The request was sent; the process waits no longer for its answer.
        }
        catch (RealtimeException e)
        {
            EndpointLog.NotHungUp(host.Logger, call.Call.Agent, PeerText.Sanitize(Id), PeerText.Sanitize(e.Message), e);
        }
    }
}
