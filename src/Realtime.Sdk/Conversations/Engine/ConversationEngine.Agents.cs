using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Realtime.Sdk.Internal;

/// <content>The agent in charge and its session.</content>
#pragma warning disable CA1001 // its resources are released when the conversation has ended
internal sealed partial class ConversationEngine
#pragma warning restore CA1001
{
    private const int MaxPendingSwitches = 16;

    private readonly SwitchQueue _switchQueue;

    /// <summary>
    /// Whether the current code is called by <see cref="RealtimeAgent.Prepare"/>, where a switch would wait for itself. A reference, because code that the callback has started can switch
    /// when the callback has returned.
    /// </summary>
    private readonly AsyncLocal<StrongBox<bool>?> _isPreparing = new();

    private readonly AgentGraph _graph;

    /// <summary>The agents to which a handoff can return, from the first to the last. Each name occurs once, which bounds the list.</summary>
    private readonly List<AgentInCharge> _previousAgents = [];

    private readonly string? _firstModel;
    private AgentInCharge _inCharge;

    /// <summary>
    /// The switches whose sessions the server has not confirmed, in the order in which they were sent. Usually at most one: there are more if the wait for one was canceled.
    /// </summary>
    private readonly List<PendingSwitch> _switches = [];

    /// <summary>Whether the session has audio of the agent, so that its voice cannot change.</summary>
    private bool _hasSpoken;

    /// <summary>The agent in charge as the user meets it.</summary>
    public RealtimeAgent Agent { get; private set; }

    /// <summary>The agent in charge as the app has defined it, before <see cref="RealtimeAgent.Prepare"/>.</summary>
    public RealtimeAgent UnpreparedAgent
    {
        get => _inCharge.Agent;
        set
        {
            _inCharge = new(value);
            _graph.Add(value);
        }
    }

    /// <summary>Puts another agent in charge, once the server has accepted its session.</summary>
    public Task SwitchAgentAsync(RealtimeAgent agent, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        return SwitchAsync(() => new(agent), cancellationToken);
    }

    /// <summary>Puts the agent of a handoff in charge, as the model has asked.</summary>
    /// <param name="handoff">The handoff.</param>
    /// <param name="caller">The name of the agent that has called the function.</param>
    /// <param name="cancellationToken">Canceled when the call has timed out or was canceled.</param>
    /// <returns>The output of the function.</returns>
    public async Task<string> HandOffAsync(AgentHandoff handoff, string caller, CancellationToken cancellationToken)
    {
        await SwitchAsync(() => FindTarget(handoff, caller), cancellationToken).Counted(_work);
        return "The conversation was handed over to you. Continue it.";
    }

    private AgentInCharge FindTarget(AgentHandoff handoff, string caller)
    {
        lock (_lock)
        {
            // Another call of the same response, or the app, was faster.
            if (Agent.Name != caller)
                throw new InvalidOperationException($"The agent '{PeerText.Sanitize(caller)}' is not in charge anymore.");
            if (handoff.AgentName is not { } name)
                return _previousAgents.Count > 0 ? _previousAgents[^1] : throw new InvalidOperationException("There is no previous agent.");
            if (_previousAgents.Find(agent => agent.Agent.Name == name) is { } previous)
                return previous;
            if (handoff.Agent is { } agent)
                return new(agent);
        }

        // Outside the lock, because registered agents may be created by code of the app.
        return new(_graph.Find(handoff.AgentName!) ?? throw new InvalidOperationException($"There is no agent '{PeerText.Sanitize(handoff.AgentName)}'."));
    }

    /// <summary>Puts another agent in charge.</summary>
    /// <param name="getNext">Returns the agent. Called while no other switch is in progress.</param>
    /// <param name="cancellationToken">Cancels the wait. If the server still accepts the session, the agent takes charge.</param>
    private async Task SwitchAsync(Func<AgentInCharge> getNext, CancellationToken cancellationToken)
    {
        if (_isPreparing.Value is { Value: true })
            throw new InvalidOperationException($"A {nameof(RealtimeAgent.Prepare)} callback cannot switch the agent, because the current switch waits for it. Switch when the callback has returned.");

        // The end of the conversation ends the wait, because the app's callback may never return.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            await SwitchInTurnAsync(getNext, ending.Token).Counted(_work);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ThrowEnded();
        }
    }

    private async Task SwitchInTurnAsync(Func<AgentInCharge> getNext, CancellationToken cancellationToken)
    {
        await _switchQueue.EnterAsync(cancellationToken).Counted(_work);
        try
        {
            var next = getNext();
            var prepared = await RunCallbackAsync(() => PrepareAsync(next, cancellationToken), Timeout.InfiniteTimeSpan, cancellationToken).Counted(_work);
            ThrowIfModelDiffers(prepared);

            // Complete, because an update keeps the members that it omits, which are those of the previous agent.
            var session = SessionDefaults.Apply(prepared.ToSessionConfiguration(), FirstSession);
            var updated = await UpdateSessionAsync(new(next, prepared, session), _hasSpoken ? WithoutVoice(session) : session, cancellationToken).Counted(_work);
            WarnOfDifferences(session, updated.Session);
        }
        finally
        {
            _switchQueue.Exit();
        }
    }

    private async Task<SessionUpdatedEvent> UpdateSessionAsync(PendingSwitch pending, RealtimeSessionConfiguration session, CancellationToken cancellationToken)
    {
        SuspendForeignChecks();
        try
        {
            var updated = await RequestAsync(
                connection =>
                {
                    // Not before, because a renewal forgets the switches of the previous session.
                    Add(pending, connection);
                    return connection.UpdateSessionAndWaitAsync(session, cancellationToken);
                },
                cancellationToken).Counted(_work);
            Change(() =>
            {
                if (pending.Confirm(updated.EventId))
                    Apply(pending, updated.Session);
            });

            // The agent takes charge when the reader has reached the confirmation, so that responses from before it belong to the previous agent.
            await WhenAsync(() => !_switches.Contains(pending), _options.Limits.ReplyTimeout, message: null, cancellationToken).Counted(_work);
            Change(() => Apply(pending, updated.Session));
            if (!pending.IsApplied)
                ThrowEnded();
            return updated;
        }
        catch (Exception exception) when (exception is RealtimeApiException or RealtimeValidationException)
        {
            // Refused. After other failures the server may have accepted the session: when it confirms it, the agent takes charge.
            Change(() => _switches.Remove(pending));
            throw;
        }
        finally
        {
            ResumeForeignChecks();
        }
    }

    /// <summary>Ends a switch whose session, or whose conversation, has ended.</summary>
    private void ThrowEnded()
    {
        if (_end?.Exception is { } exception)
            ExceptionDispatchInfo.Throw(exception);
        throw _end is null
            ? new RealtimeConnectionException(RealtimeConnectionPhase.Receive, "The session ended before the agent took charge.")
            : new ObjectDisposedException(nameof(RealtimeConversation), "The conversation ended before the agent took charge.");
    }

    /// <summary>Records a switch whose session is about to be sent.</summary>
    private void Add(PendingSwitch pending, RealtimeConnection connection) => Change(() =>
    {
        // The session of a connection that is left open must not change after the end.
        if (_end is not null)
            ThrowEnded();
        if (connection != _connection || _isRenewing)
            return;
        if (_switches.Count == MaxPendingSwitches)
            _switches.RemoveAt(0);
        _switches.Add(pending);
    });

    /// <summary>Puts the agent of a switch in charge when the reader has reached the confirmation of its session.</summary>
    private void ApplyConfirmedSwitch(SessionUpdatedEvent updated)
    {
        // All of them, because each records which events the reader has passed.
        PendingSwitch? confirmed = null;
        foreach (var pending in _switches)
        {
            if (pending.IsConfirmedBy(updated))
                confirmed ??= pending;
        }
        if (confirmed is not null)
            Apply(confirmed, updated.Session);
    }

    private void Apply(PendingSwitch pending, RealtimeSession? effective)
    {
        // Not if a later one was confirmed.
        if (pending.IsApplied || _end is not null || !_switches.Contains(pending))
            return;
        pending.IsApplied = true;

        // The server confirms in order, so those before it were refused or lost.
        _switches.RemoveRange(0, _switches.IndexOf(pending) + 1);
        var (from, previous) = (Agent.Name, _inCharge);
        RememberPrevious(previous, pending.Next);
        RememberFunctions(Agent);
        (Agent, _inCharge) = (pending.Prepared, pending.Next);
        pending.Next.Task?.Previous ??= previous;

        // Read again, because members that the server does not report have the values of the agent.
        Effective = EffectiveSession.From(_connection.Session, Agent);
        SetProtected(pending.Session, effective);
        FailReplacedTasks();
        if (ReferenceEquals(previous, pending.Next))
            return;
        RecordSwitch(from, Agent.Name);
        _updates.Publish(new HandoffUpdate { From = from, To = Agent.Name });
    }

    /// <summary>Records to which agent a handoff can return. A switch to an agent that was in charge before ends everything that came after it.</summary>
    private void RememberPrevious(AgentInCharge previous, AgentInCharge next)
    {
        var known = _previousAgents.FindIndex(agent => agent.Agent.Name == next.Agent.Name);
        if (known >= 0)
            _previousAgents.RemoveRange(known, _previousAgents.Count - known);
        else if (previous.Agent.Name != next.Agent.Name)
            _previousAgents.Add(previous);
    }

    /// <summary>Calls <see cref="RealtimeAgent.Prepare"/>. Its code is marked, so that the end of the conversation and a switch do not wait for it.</summary>
    private async Task<RealtimeAgent> PrepareAsync(AgentInCharge next, CancellationToken cancellationToken)
    {
        var isPreparing = new StrongBox<bool>(true);
        (_isInCallback.Value, _isPreparing.Value) = (true, isPreparing);
        try
        {
            _graph.Add(next.Agent);
            var prepared = _graph.Resolve(await next.Agent.PrepareAsync(new AgentContext(next.Agent, _options), cancellationToken).AsTask().Counted(_work));
            return next.Task?.AddTo(prepared) ?? prepared;
        }
        finally
        {
            isPreparing.Value = false;
        }
    }

    private void ThrowIfModelDiffers(RealtimeAgent agent)
    {
        var current = (_connection.Session?.Configuration as RealtimeSessionConfiguration)?.Model ?? Agent.Session.Model;

        // The first agent may join a call with another model, which is a warning, and can take charge again.
        if (agent.Session.Model is { } model && current is not null && model != current && model != _firstModel)
            throw new ArgumentException($"The agent '{PeerText.Sanitize(agent.Name)}' has the model '{PeerText.Sanitize(agent.Session.Model)}', but the session has '{PeerText.Sanitize(current)}'. The model of a session cannot change.", nameof(agent));
    }

    private static RealtimeSessionConfiguration WithoutVoice(RealtimeSessionConfiguration session) =>
        session with { Audio = session.Audio! with { Output = session.Audio.Output! with { Voice = null } } };

    /// <summary>Reports a warning if the effective session differs from the session of the agent, and for each of its models that is about to be shut down.</summary>
    public void WarnOfDifferences(RealtimeSessionConfiguration requested, RealtimeSession? effective)
    {
        if (effective?.DifferencesFrom(requested) is { Count: > 0 } differences)
            Change(() => Warn(WarningKind.Session, $"The effective session differs from the agent's: {string.Join("; ", differences.Select(difference => PeerText.Sanitize(difference.ToString())))}."));
        WarnOfModelEnd(requested, effective);
    }
}
