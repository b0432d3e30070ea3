namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>How calls and relays end, and the names of it in metrics and logs.</summary>
internal static class CallEnds
{
    /// <summary>Returns how a relay ended.</summary>
    public static CallEndReason Of(RealtimeRelayEnd end, ConversationEnd conversation) => end.Reason switch
    {
        RealtimeRelayEndReason.ClientClosed => CallEndReason.HungUpByPage,
        RealtimeRelayEndReason.ClientLost => CallEndReason.ClientLost,
        RealtimeRelayEndReason.SlowClient => CallEndReason.SlowClient,
        RealtimeRelayEndReason.ClientViolation => CallEndReason.ClientViolation,
        RealtimeRelayEndReason.MaxDuration => CallEndReason.MaxDuration,
        RealtimeRelayEndReason.Idle => CallEndReason.Idle,
        RealtimeRelayEndReason.Canceled => CallEndReason.Stopped,
        _ => Of(conversation.Reason),
    };

    /// <summary>Returns how a call ended whose conversation has ended by itself.</summary>
    public static CallEndReason Of(ConversationEndReason reason) => reason switch
    {
        ConversationEndReason.Ended or ConversationEndReason.Disposed => CallEndReason.Completed,
        ConversationEndReason.HungUp => CallEndReason.HungUp,
        ConversationEndReason.Transferred => CallEndReason.Transferred,
        ConversationEndReason.BudgetSpent => CallEndReason.BudgetSpent,
        ConversationEndReason.ForeignChange => CallEndReason.ForeignChange,
        ConversationEndReason.Expired => CallEndReason.Expired,
        ConversationEndReason.ConnectionLost => CallEndReason.ConnectionLost,
        _ => CallEndReason.Failed,
    };

    public static string Name(this CallEndReason reason) => reason switch
    {
        CallEndReason.Completed => "completed",
        CallEndReason.AppFailed => "app_failed",
        CallEndReason.NotAttached => "not_attached",
        CallEndReason.HungUpByPage => "hung_up_by_page",
        CallEndReason.HungUp => "hung_up",
        CallEndReason.Transferred => "transferred",
        CallEndReason.Idle => "idle",
        CallEndReason.NoPing => "no_ping",
        CallEndReason.Stopped => "stopped",
        CallEndReason.BudgetSpent => "budget_spent",
        CallEndReason.ForeignChange => "foreign_change",
        CallEndReason.Expired => "expired",
        CallEndReason.ConnectionLost => "connection_lost",
        CallEndReason.ClientLost => "client_lost",
        CallEndReason.SlowClient => "slow_client",
        CallEndReason.ClientViolation => "client_violation",
        CallEndReason.MaxDuration => "max_duration",
        CallEndReason.Rejected => "rejected",
        CallEndReason.Busy => "busy",
        CallEndReason.Vanished => "vanished",
        CallEndReason.DecidedElsewhere => "decided_elsewhere",
        CallEndReason.NotAccepted => "not_accepted",
        _ => "failed",
    };

    public static string Name(this CallOutcome outcome) => outcome switch
    {
        CallOutcome.Transferred => "transferred",
        CallOutcome.Rejected => "rejected",
        CallOutcome.Missed => "missed",
        CallOutcome.Dropped => "dropped",
        _ => "answered",
    };
}
