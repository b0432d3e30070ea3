namespace Realtime.Sdk;

/// <summary>The capabilities of a conversation's transport. A member that needs a missing capability throws a <see cref="NotSupportedException"/>.</summary>
public sealed record ConversationCapabilities
{
    internal ConversationCapabilities() { }

    /// <summary>
    /// Whether audio passes through the conversation: the agent's to the player, the user's from <see cref="RealtimeConversation.ListenAsync"/>.
    /// <see langword="false"/> for a call, whose audio is exchanged directly between the caller and the service, and for a <see cref="RealtimeRelay"/>.
    /// </summary>
    public bool LocalAudio { get; internal init; }

    /// <summary>Whether heard durations are measured at the player. Otherwise they are estimated from events of the service.</summary>
    public bool ExactHeardDuration { get; internal init; }

    /// <summary>Whether <see cref="RealtimeConversation.OnAudio"/> is available.</summary>
    public bool Recording { get; internal init; }

    /// <summary>Whether <see cref="RealtimeConversation.IsMuted"/> can be set.</summary>
    public bool Mute { get; internal init; }

    /// <summary>Whether <see cref="RealtimeConversationOptions.Renewal"/> is in effect.</summary>
    public bool Renewal { get; internal init; }

    /// <summary>Whether <see cref="RealtimeConversation.TransferAsync"/> is available: in a call, if the conversation was attached to it with a <see cref="RealtimeClient"/>.</summary>
    public bool Transfer { get; internal init; }

    internal static ConversationCapabilities From(ConversationEngine engine)
    {
        var isLocal = engine.HasLocalAudio;
        return new() { LocalAudio = isLocal, ExactHeardDuration = isLocal, Recording = isLocal, Mute = isLocal, Renewal = engine.CanRenew, Transfer = engine.Transfer is not null };
    }
}
