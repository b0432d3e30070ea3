namespace Realtime.Sdk;

/// <summary>
/// The reaction of a conversation in a call when another client of the call changes the instructions, the tools or the tool choice of the session, or requests a response. A page
/// that talks over WebRTC can do both, because the service accepts all client events from it.
/// </summary>
public enum ForeignChangeAction
{
    /// <summary>Reports the change with a <see cref="WarningUpdate"/> of the kind <see cref="WarningKind.ForeignChange"/>, at most once in 5 seconds.</summary>
    Warn,

    /// <summary>
    /// Reports the change, and sends the instructions, the tools and the tool choice of the agent again. Instructions that the agent does not set are not restored. A
    /// response that was requested is only reported: it can have had other instructions and tools.
    /// </summary>
    Restore,

    /// <summary>Reports the change, hangs up the call, and ends the conversation with <see cref="ConversationEndReason.ForeignChange"/>.</summary>
    HangUp,
}
