namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>How a call ended, as metrics and logs name it.</summary>
internal static class CallOutcome
{
    /// <summary>The code of the app has returned.</summary>
    public const string Completed = "completed";

    /// <summary>The code of the app has thrown an exception.</summary>
    public const string AppFailed = "app_failed";

    /// <summary>No conversation could be attached.</summary>
    public const string NotAttached = "not_attached";

    /// <summary>The page has hung up, or has left before it got the answer.</summary>
    public const string HungUpByPage = "hung_up_by_page";

    /// <summary>The service has sent nothing for too long.</summary>
    public const string Idle = "idle";

    /// <summary>The page has sent no ping for too long.</summary>
    public const string NoPing = "no_ping";

    /// <summary>The host has stopped.</summary>
    public const string Stopped = "stopped";

    /// <summary>Returns the outcome of a relay.</summary>
    public static string Of(RealtimeRelayEnd end, ConversationEnd conversation) => end.Reason switch
    {
        RealtimeRelayEndReason.ClientClosed => HungUpByPage,
        RealtimeRelayEndReason.ClientLost => "client_lost",
        RealtimeRelayEndReason.SlowClient => "slow_client",
        RealtimeRelayEndReason.ClientViolation => "client_violation",
        RealtimeRelayEndReason.MaxDuration => "max_duration",
        RealtimeRelayEndReason.Idle => Idle,
        RealtimeRelayEndReason.Canceled => Stopped,
        _ => Of(conversation.Reason),
    };

    /// <summary>Returns the outcome of a call whose conversation has ended by itself.</summary>
    public static string Of(ConversationEndReason reason) => reason switch
    {
        ConversationEndReason.Ended or ConversationEndReason.Disposed => Completed,
        ConversationEndReason.HungUp => "hung_up",
        ConversationEndReason.Transferred => "transferred",
        ConversationEndReason.BudgetSpent => "budget_spent",
        ConversationEndReason.ForeignChange => "foreign_change",
        ConversationEndReason.Expired => "expired",
        ConversationEndReason.ConnectionLost => "connection_lost",
        _ => "failed",
    };
}
