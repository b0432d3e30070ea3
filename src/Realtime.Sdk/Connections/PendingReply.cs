namespace Realtime.Sdk.Internal;

/// <summary>One event that waits for a reply from the server.</summary>
/// <param name="clientEvent">The event.</param>
/// <param name="clock">The clock of the connection if it tracks work; otherwise null.</param>
internal sealed class PendingReply<TClientEvent, TServerEvent>(TClientEvent clientEvent, WorkTrackingTimeProvider? clock)
    where TClientEvent : WireObject, IClientEvent
    where TServerEvent : WireObject, IServerEvent
{
    private readonly TaskCompletionSource<TServerEvent> _reply = CountedWork.CreateSource<TServerEvent>(clock);

    public TClientEvent Event => clientEvent;

    /// <summary>Recognizes replies in addition to those that the protocol recognizes; null if there are none.</summary>
    public Predicate<TServerEvent>? IsAdditionalReply { get; init; }

    /// <summary>Whether a caller waits. Otherwise the entry only keeps its position in the order of replies.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>Declares that a caller will call <see cref="WaitAsync"/>.</summary>
    public PendingReply<TClientEvent, TServerEvent> AsAwaited()
    {
        IsAwaited = true;
        // The wait may end before the reply fails. Its exception is observed here, because the task is no longer awaited then.
        _ = _reply.Task.ContinueWith(
            static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return this;
    }

    public void Complete(TServerEvent reply) => CountedWork.Run(clock, static work => work.Source.TrySetResult(work.Reply), (Source: _reply, Reply: reply));

    public void Fail(CloseInfo end)
    {
        if (IsAwaited)
            CountedWork.Run(clock, static work => work.Source.TrySetException(work.Exception), (Source: _reply, Exception: end.ToException(RealtimeConnectionPhase.Receive, isDeliveryUncertain: true)));
    }

    /// <summary>Waits for the reply. A timeout or cancellation ends only the wait.</summary>
    public async Task<TServerEvent> WaitAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await _reply.Task.WaitAsync(timeout, time, cancellationToken).Counted(clock);
        }
        catch (TimeoutException e)
        {
            throw new RealtimeTimeoutException(
                RealtimeDeadline.Reply, timeout, $"The server did not reply to {Event.Type} within {timeout.TotalSeconds:0.###} s.", e)
            { IsDeliveryUncertain = true };
        }
        finally
        {
            IsAwaited = false;
        }
    }
}
