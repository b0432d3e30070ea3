namespace Realtime.Sdk.Internal;

/// <summary>An agent that is, was or is about to be in charge of a conversation.</summary>
/// <param name="Agent">The agent as the app has defined it, before <see cref="RealtimeAgent.Prepare"/>.</param>
/// <param name="Task">The task that it carries out; null if there is none.</param>
internal sealed record AgentInCharge(RealtimeAgent Agent, AgentTask? Task = null);

/// <summary>A switch to another agent whose session was sent, until the server has confirmed it. Used under the conversation's lock.</summary>
/// <param name="next">The agent that takes charge.</param>
/// <param name="prepared">The agent as the user meets it.</param>
/// <param name="session">The session that was sent.</param>
internal sealed class PendingSwitch(AgentInCharge next, RealtimeAgent prepared, RealtimeSessionConfiguration session)
{
    private const int MaxSeen = 64;

    /// <summary>The members that the confirmation must show. Servers may report others differently.</summary>
    private readonly RealtimeSessionConfiguration _expected = new() { Instructions = session.Instructions, Tools = session.Tools };

    /// <summary>The newest updates that the reader has passed.</summary>
    private readonly List<string> _seen = [];
    private string? _confirmationId;

    public AgentInCharge Next => next;

    public RealtimeAgent Prepared => prepared;

    public RealtimeSessionConfiguration Session => session;

    public bool IsApplied { get; set; }

    /// <summary>
    /// Records the event that has confirmed the session. The connection knows it before the reader of the events has reached it. Returns whether the reader has already passed it.
    /// </summary>
    public bool Confirm(string? eventId)
    {
        _confirmationId = eventId ?? "";
        return _confirmationId.Length == 0 || _seen.Contains(_confirmationId);
    }

    /// <summary>Returns whether an event that the reader has reached confirms the session.</summary>
    public bool IsConfirmedBy(SessionUpdatedEvent updated)
    {
        var isConfirmation = _confirmationId is null
            ? updated.Session?.DifferencesFrom(_expected).Count == 0
            : updated.EventId == _confirmationId;
        if (isConfirmation || updated.EventId is not { Length: > 0 } eventId)
            return isConfirmation;

        // Other clients of the session can cause any number of updates; the confirmation is among the newest.
        if (_seen.Count == MaxSeen)
            _seen.RemoveAt(0);
        _seen.Add(eventId);
        return false;
    }
}
