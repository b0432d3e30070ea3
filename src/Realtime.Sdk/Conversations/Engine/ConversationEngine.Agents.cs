namespace Realtime.Sdk.Internal;

/// <content>The agent in charge and its session.</content>
#pragma warning disable CA1001 // its resources are released when the conversation has ended
internal sealed partial class ConversationEngine
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _switching = new(1, 1);

    /// <summary>Whether <see cref="RealtimeAgent.Prepare"/> is the current code. A switch would then wait for itself.</summary>
    private readonly AsyncLocal<bool> _isPreparing = new();

    /// <summary>Puts another agent in charge, once the server has accepted its session.</summary>
    public async Task SwitchAgentAsync(RealtimeAgent agent, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        if (_isPreparing.Value)
            throw new InvalidOperationException($"{nameof(RealtimeAgent.Prepare)} cannot switch the agent: the switch waits for it.");
        await _switching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var prepared = await PrepareAsync(agent, cancellationToken).Counted(_work);
            ThrowIfOtherModel(prepared);
            var session = SessionRestatement.Create(prepared.ToSessionConfiguration(), FirstSession);
            var updated = await RequestAsync(connection => connection.UpdateSessionAndWaitAsync(session, cancellationToken), cancellationToken).Counted(_work);
            Change(() =>
            {
                var from = Agent.Name;
                (Agent, Unprepared) = (prepared, agent);
                Effective = EffectiveSession.Of(_connection.Session, prepared);
                NoteSwitched(from, prepared.Name);
                _updates.Publish(new HandoffUpdate { From = from, To = prepared.Name });
            });
            Compare(session, updated.Session);
        }
        finally
        {
            _switching.Release();
        }
    }

    /// <summary>Calls <see cref="RealtimeAgent.Prepare"/>, in whose code the conversation does not wait for its own end.</summary>
    private async Task<RealtimeAgent> PrepareAsync(RealtimeAgent agent, CancellationToken cancellationToken)
    {
        (_isInCallback.Value, _isPreparing.Value) = (true, true);
        return await agent.PrepareAsync(new AgentContext(agent, _options), cancellationToken).AsTask().Counted(_work);
    }

    private void ThrowIfOtherModel(RealtimeAgent agent)
    {
        var current = (_connection.Session?.Configuration as RealtimeSessionConfiguration)?.Model ?? Agent.Session.Model;
        if (agent.Session.Model is { } model && current is not null && model != current)
            throw new ArgumentException($"The agent '{PeerText.Sanitize(agent.Name)}' has the model '{PeerText.Sanitize(agent.Session.Model)}', but the session has '{PeerText.Sanitize(current)}'. The model of a session cannot change.", nameof(agent));
    }

    /// <summary>Reports a warning if the effective session differs from the session of the agent.</summary>
    public void Compare(RealtimeSessionConfiguration requested, RealtimeSession? effective)
    {
        if (effective?.DifferencesFrom(requested) is { Count: > 0 } differences)
            Change(() => Warn(WarningKind.Session, $"The effective session differs from the agent's: {string.Join("; ", differences.Select(difference => PeerText.Sanitize(difference.ToString())))}."));
        WarnOfLastDays(requested, effective);
    }
}
