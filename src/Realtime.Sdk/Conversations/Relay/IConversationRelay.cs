namespace Realtime.Sdk.Internal;

/// <summary>The relay that a conversation reads for: it forwards the server's messages and passes the conversation the events that it needs.</summary>
internal interface IConversationRelay
{
    /// <summary>Handles the next message of the server. The message is valid until the returned task has completed.</summary>
    ValueTask HandleAsync(RelayedMessage<ServerEvent> message);

    /// <summary>Stops the playback of the client, because the conversation was interrupted.</summary>
    Task StopPlaybackAsync();
}
