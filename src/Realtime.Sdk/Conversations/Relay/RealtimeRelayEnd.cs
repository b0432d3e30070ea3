namespace Realtime.Sdk;

/// <summary>How a relay ended.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="CloseCode">The close code that the client got, or would have got: a code that may be sent, such as 1000.</param>
/// <param name="Description">The text that the client got with the close code; null for none. Text of the service is masked.</param>
public sealed record RealtimeRelayEnd(RealtimeRelayEndReason Reason, int CloseCode, string? Description = null)
{
    /// <summary>Returns the members as text, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(RealtimeRelayEnd), PrintMembers);
}

/// <summary>Why a relay ended.</summary>
public enum RealtimeRelayEndReason
{
    /// <summary>The client closed the connection.</summary>
    ClientClosed,

    /// <summary>The connection of the client was lost.</summary>
    ClientLost,

    /// <summary>The service closed the session, or the connection to it was lost.</summary>
    ServiceEnded,

    /// <summary>The app or the budget ended the conversation.</summary>
    ConversationEnded,

    /// <summary>The token of <see cref="RealtimeRelay.RunAsync"/> was canceled, for example because the server stops. Close code 1001.</summary>
    Canceled,

    /// <summary>The client did not accept data for <see cref="RealtimeRelayOptions.SlowClientTimeout"/>. Close code 1008.</summary>
    SlowClient,

    /// <summary>
    /// The client sent a message that is larger than <see cref="RealtimeRelayOptions.MaxMessageBytes"/> (close code 1009) or that is not text (1003), or more forbidden events
    /// than <see cref="RealtimeRelayOptions.MaxRefusedEvents"/> (1008).
    /// </summary>
    ClientViolation,

    /// <summary>The service sent nothing for <see cref="RealtimeRelayOptions.IdleTimeout"/>. Close code 1008.</summary>
    Idle,

    /// <summary><see cref="RealtimeRelayOptions.MaxDuration"/> has passed. Close code 1008.</summary>
    MaxDuration,
}
