namespace Realtime.Sdk.Internal;

/// <summary>Observes the decisions of a conversation. Its methods are called under the conversation's lock: they must be quick and must not throw.</summary>
internal interface IConversationObserver
{
    /// <summary>Called with the current connection, and again when the conversation continues over another connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="reason">Why it replaces the previous connection; null for the first.</param>
    void OnConnected(RealtimeConnection connection, RenewalReason? reason);

    /// <summary>Called with each decision, in order.</summary>
    void OnDecision(in Decision decision);
}
