namespace Realtime.Sdk.Internal;

/// <content>The agent in charge and its session.</content>
#pragma warning disable CA1001 // its resources are released when the conversation has ended
internal sealed partial class ConversationEngine
#pragma warning restore CA1001
{
    // A semaphore, because a switch awaits the app's callback and the server while it holds it.
    private readonly SemaphoreSlim _switchLock = new(1, 1);

    /// <summary>Whether the current code is called by <see cref="RealtimeAgent.Prepare"/>, where a switch would wait for itself.</summary>
    private readonly AsyncLocal<bool> _isPreparing = new();

    /// <summary>Puts another agent in charge, once the server has accepted its session.</summary>
    public async Task SwitchAgentAsync(RealtimeAgent agent, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        if (_isPreparing.Value)
            throw new InvalidOperationException($"A {nameof(RealtimeAgent.Prepare)} callback cannot switch the agent, because the current switch waits for it. Switch when the callback has returned.");
        await _switchLock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var prepared = await PrepareAsync(agent, cancellationToken).Counted(_work);
            ThrowIfModelDiffers(prepared);

            // Complete, because an update keeps the members that it omits, which are those of the previous agent.
            var session = SessionDefaults.Apply(prepared.ToSessionConfiguration(), FirstSession);
            SuspendForeignChecks();
            SessionUpdatedEvent updated;
            try
            {
                updated = await RequestAsync(connection => connection.UpdateSessionAndWaitAsync(session, cancellationToken), cancellationToken).Counted(_work);
                Protect(session, updated.Session);
            }
            finally
            {
                ResumeForeignChecks();
            }
            Change(() =>
            {
                var from = Agent.Name;
                (Agent, UnpreparedAgent) = (prepared, agent);

                // Read again, because members that the server does not report have the values of the agent.
                Effective = EffectiveSession.From(_connection.Session, prepared);
                RecordSwitch(from, prepared.Name);
                _updates.Publish(new HandoffUpdate { From = from, To = prepared.Name });
            });
            WarnOfDifferences(session, updated.Session);
        }
        finally
        {
            _switchLock.Release();
        }
    }

    /// <summary>Calls <see cref="RealtimeAgent.Prepare"/>. Its code is marked, so that the end of the conversation and a switch do not wait for it.</summary>
    private async Task<RealtimeAgent> PrepareAsync(RealtimeAgent agent, CancellationToken cancellationToken)
    {
        (_isInCallback.Value, _isPreparing.Value) = (true, true);
        return await agent.PrepareAsync(new AgentContext(agent, _options), cancellationToken).AsTask().Counted(_work);
    }

    private void ThrowIfModelDiffers(RealtimeAgent agent)
    {
        var current = (_connection.Session?.Configuration as RealtimeSessionConfiguration)?.Model ?? Agent.Session.Model;
        if (agent.Session.Model is { } model && current is not null && model != current)
            throw new ArgumentException($"The agent '{PeerText.Sanitize(agent.Name)}' has the model '{PeerText.Sanitize(agent.Session.Model)}', but the session has '{PeerText.Sanitize(current)}'. The model of a session cannot change.", nameof(agent));
    }

    /// <summary>Reports a warning if the effective session differs from the session of the agent, and for each of its models that is about to be shut down.</summary>
    public void WarnOfDifferences(RealtimeSessionConfiguration requested, RealtimeSession? effective)
    {
        if (effective?.DifferencesFrom(requested) is { Count: > 0 } differences)
            Change(() => Warn(WarningKind.Session, $"The effective session differs from the agent's: {string.Join("; ", differences.Select(difference => PeerText.Sanitize(difference.ToString())))}."));
        WarnOfModelEnd(requested, effective);
    }
}
