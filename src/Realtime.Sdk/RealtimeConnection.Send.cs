namespace Realtime.Sdk;

/// <summary>Sending: any number of callers at once, each one's events in its own order, never mixed.</summary>
public sealed partial class RealtimeConnection
{
    /// <summary>
    /// Sends an event. Completes when the network has accepted it, which does not mean that the server did: errors come as <see cref="ErrorEvent"/> in the stream.
    /// </summary>
    /// <param name="clientEvent">The event; it is read before this method first waits.</param>
    /// <param name="cancellationToken">Takes the event out of the queue. Once it has begun to leave, it leaves.</param>
    /// <exception cref="RealtimeValidationException">The event breaks rules of the API, or is too large. Nothing was sent.</exception>
    /// <exception cref="RealtimeConnectionException">
    /// The connection is over; <see cref="RealtimeConnectionException.IsDeliveryUncertain"/> says whether the event may have arrived.
    /// </exception>
    /// <exception cref="RealtimeSendQueueFullException">Too much is waiting to be sent. Nothing was sent, and the connection is open.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed. Nothing was sent.</exception>
    public ValueTask SendAsync(ClientEvent clientEvent, CancellationToken cancellationToken = default) => _events.SendAsync(clientEvent, cancellationToken);

    /// <summary>
    /// Sends an event and waits for the server's reply to it: <c>session.update</c>, <c>transcription_session.update</c>,
    /// <c>conversation.item.create</c>, <c>.delete</c>, <c>.retrieve</c> and <c>.truncate</c>, <c>input_audio_buffer.commit</c> and
    /// <c>.clear</c>, <c>output_audio_buffer.clear</c>, <c>response.create</c> and <c>.cancel</c>. The reply also comes through <see cref="ReadEventsAsync"/>, in its place; this method
    /// completes whether or not the events are read.
    /// </summary>
    /// <param name="clientEvent">
    /// The event. So that the reply can be recognized it is sent with an event ID, a created item with an item ID, a response with a
    /// metadata entry, where you gave none. A commit, a canceled response or cleared audio of turn detection at the same moment is treated as the
    /// reply. The reply to a <c>response.cancel</c> without an ID is the next canceled response that no other call waits for.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait; an event that has begun to leave leaves.</param>
    /// <returns>The reply, for example <see cref="SessionUpdatedEvent"/> or <see cref="ConversationItemAddedEvent"/>.</returns>
    /// <exception cref="RealtimeApiException">The server answered with an <c>error</c> event that names this event.</exception>
    /// <exception cref="RealtimeTimeoutException">No reply came within <see cref="RealtimeConnectionOptions.ReplyTimeout"/>.</exception>
    /// <exception cref="ArgumentException">The server never answers events of this kind, for example audio appends.</exception>
    /// <inheritdoc cref="SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public Task<ServerEvent> SendAndWaitForReplyAsync(ClientEvent clientEvent, CancellationToken cancellationToken = default) =>
        _events.SendAndWaitForReplyAsync(clientEvent, cancellationToken);

    /// <summary>Sends one message as it is, unchecked: for relays. Do not mix it with <see cref="SendAndWaitForReplyAsync"/> of the same kinds.</summary>
    /// <param name="utf8Json">One JSON object of a client event as UTF-8; it is copied before this method first waits.</param>
    /// <param name="cancellationToken">Takes the message out of the queue. Once it has begun to leave, it leaves.</param>
    /// <inheritdoc cref="SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask SendMessageAsync(ReadOnlyMemory<byte> utf8Json, CancellationToken cancellationToken = default) =>
        _events.SendMessageAsync(utf8Json, cancellationToken);
}
