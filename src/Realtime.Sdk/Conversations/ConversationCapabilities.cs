namespace Realtime.Sdk;

/// <summary>What the transport of a conversation can report and do. What it cannot is refused, not simulated.</summary>
public sealed record ConversationCapabilities
{
    internal ConversationCapabilities() { }

    /// <summary>
    /// Whether the agent's audio comes through the conversation and is played by its player, and the user's audio is taken by
    /// <see cref="RealtimeConversation.ListenAsync"/>. Not in a call, whose audio goes between the caller and the service.
    /// </summary>
    public bool LocalAudio { get; internal init; }

    /// <summary>Whether heard durations are measured at a player, and not derived from events of the service.</summary>
    public bool ExactHeardDuration { get; internal init; }

    /// <summary>Whether <see cref="RealtimeConversation.OnAudio"/> is given the audio of both sides.</summary>
    public bool Recording { get; internal init; }

    /// <summary>Whether <see cref="RealtimeConversation.IsMuted"/> can be set.</summary>
    public bool Mute { get; internal init; }

    internal static ConversationCapabilities Of(RealtimeConnection connection)
    {
        var isLocal = connection.CallId is null;
        return new() { LocalAudio = isLocal, ExactHeardDuration = isLocal, Recording = isLocal, Mute = isLocal };
    }
}
