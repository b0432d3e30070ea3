namespace Realtime.Sdk.Internal;

/// <summary>The ends of conversations as ends of relays.</summary>
internal static class RelayEnds
{
    private const int MaxDescription = 100;

    /// <summary>Returns how the client learns of the end of a conversation: by a close code that may be sent, and a text without keys.</summary>
    public static RealtimeRelayEnd Of(ConversationEnd end) => end switch
    {
        { Exception: RealtimeConnectionException { CloseCode: { } code } e } =>
            new(RealtimeRelayEndReason.ServiceEnded, (int)CloseCodes.ToSendable(code), PeerText.Sanitize(e.CloseReason, secret: null, MaxDescription)),
        { Exception: not null } => new(RealtimeRelayEndReason.ServiceEnded, 1011, "The connection to the service was lost."),
        { Reason: ConversationEndReason.HungUp } => new(RealtimeRelayEndReason.ServiceEnded, 1000),
        { Reason: ConversationEndReason.BudgetSpent } => new(RealtimeRelayEndReason.ConversationEnded, 1000, "The budget is spent."),
        _ => new(RealtimeRelayEndReason.ConversationEnded, 1000),
    };
}
