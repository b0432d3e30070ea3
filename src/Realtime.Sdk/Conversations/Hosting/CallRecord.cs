namespace Realtime.Sdk;

/// <summary>
/// The outcome, the duration and the usage of a call or of a relay. Call hosts and endpoints create one record for each, and <see cref="HostedCall.OnEnded"/> gets it.
/// Immutable.
/// </summary>
public sealed record CallRecord
{
    /// <summary>The ID of the call, <c>rtc_…</c>, or of the session of a relay, <c>sess_…</c>.</summary>
    public required string Id { get; init => field = value ?? ""; }

    /// <summary>The name of the agent.</summary>
    public required string Agent { get; init => field = value ?? ""; }

    /// <summary>How the call ended.</summary>
    public required CallEndReason EndReason { get; init; }

    /// <summary>The outcome of the call, which follows from <see cref="EndReason"/>.</summary>
    public CallOutcome Outcome => EndReason switch
    {
        CallEndReason.Transferred => CallOutcome.Transferred,
        CallEndReason.Rejected or CallEndReason.Busy => CallOutcome.Rejected,
        CallEndReason.Vanished or CallEndReason.DecidedElsewhere or CallEndReason.NotAccepted => CallOutcome.Missed,
        CallEndReason.NotAttached or CallEndReason.ConnectionLost or CallEndReason.Expired or CallEndReason.Failed or CallEndReason.AppFailed or CallEndReason.Stopped
            or CallEndReason.ClientLost or CallEndReason.SlowClient => CallOutcome.Dropped,
        _ => CallOutcome.Answered,
    };

    /// <summary>The time at which the call was answered or, for a telephone call that was not answered, at which it was announced.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The time from the answer to the end; zero for a call that was not answered.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The usage of the conversation, and its cost if it has prices. By default, and for a call without a conversation, all members are zero, and the cost is null.</summary>
    public ConversationUsage Usage { get; init => field = value ?? ConversationUsage.None; } = ConversationUsage.None;

    /// <summary>The state of the conversation's options, by which the application can recognize the call; null if it has none.</summary>
    public object? State { get; init; }

    /// <summary>Returns the members, with the number of tokens and the cost instead of the whole usage, and without the state.</summary>
    public override string ToString() => PeerText.Sanitize(
        $"{nameof(CallRecord)} {{ Id = {Id}, Agent = {Agent}, Outcome = {Outcome}, EndReason = {EndReason}, StartedAt = {StartedAt:u}, Duration = {Duration}, Tokens = {Usage.TotalTokens}, Cost = {Usage.Cost} }}");
}

/// <summary>The outcome of a call.</summary>
public enum CallOutcome
{
    /// <summary>The agent talked until the caller, the agent, the application or one of its limits ended the call.</summary>
    Answered,

    /// <summary>The agent talked, and then transferred the caller to another telephone.</summary>
    Transferred,

    /// <summary>The application rejected the call, or carries as many calls as it may.</summary>
    Rejected,

    /// <summary>The call was not answered: the caller has hung up before, or it could not be accepted.</summary>
    Missed,

    /// <summary>The call was answered, and then ended because something failed or stopped.</summary>
    Dropped,
}

/// <summary>How a call, or a relay, ended. The names in metrics and logs are the same in lower case, with underscores.</summary>
public enum CallEndReason
{
    /// <summary>The code of the application has returned, or has ended the conversation.</summary>
    Completed,

    /// <summary>The code of the application has thrown an exception.</summary>
    AppFailed,

    /// <summary>No conversation could be attached.</summary>
    NotAttached,

    /// <summary>The page has hung up, or has left before it got the answer. The client of a relay has closed it.</summary>
    HungUpByPage,

    /// <summary>The caller has hung up, or the service has ended the call normally.</summary>
    HungUp,

    /// <summary>The caller was transferred to another telephone.</summary>
    Transferred,

    /// <summary>The service, or the client of a relay, has sent nothing for too long.</summary>
    Idle,

    /// <summary>The page has sent no ping for too long.</summary>
    NoPing,

    /// <summary>The host has stopped.</summary>
    Stopped,

    /// <summary>The budget of the conversation is spent.</summary>
    BudgetSpent,

    /// <summary>Another client of the call has changed the session, and <see cref="ForeignChangeAction.HangUp"/> is set.</summary>
    ForeignChange,

    /// <summary>The session has reached its maximum duration.</summary>
    Expired,

    /// <summary>The connection to the service was lost.</summary>
    ConnectionLost,

    /// <summary>The conversation has failed for another reason, which was logged.</summary>
    Failed,

    /// <summary>The connection to the client of a relay was lost.</summary>
    ClientLost,

    /// <summary>The client of a relay reads too slowly.</summary>
    SlowClient,

    /// <summary>The client of a relay has sent what it must not send.</summary>
    ClientViolation,

    /// <summary>The maximum duration of a relay has passed.</summary>
    MaxDuration,

    /// <summary>The application has rejected the telephone call.</summary>
    Rejected,

    /// <summary>The telephone call was rejected because the application carries as many calls as it may.</summary>
    Busy,

    /// <summary>The caller of a telephone call has hung up before it was accepted or rejected.</summary>
    Vanished,

    /// <summary>The telephone call was already accepted or rejected, by another server or by the Live API.</summary>
    DecidedElsewhere,

    /// <summary>The telephone call could not be accepted, for a reason that was logged.</summary>
    NotAccepted,
}
