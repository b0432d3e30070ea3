namespace Realtime.Sdk;

/// <content>Sends events.</content>
public sealed partial class RealtimeConnection
{
    /// <summary>
    /// Sends an event. Completes when the network has accepted the event, not when the server has: errors arrive later as <see cref="ErrorEvent"/>.
    /// Thread-safe; the events of one caller are sent in order.
    /// </summary>
    /// <param name="clientEvent">The event. It is read before this method returns.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued; a send that has started cannot be canceled.</param>
    /// <exception cref="RealtimeValidationException">The event violates rules of the API, or is too large. Nothing was sent.</exception>
    /// <exception cref="RealtimeConnectionException">
    /// The connection has ended. <see cref="RealtimeConnectionException.IsDeliveryUncertain"/> states whether the event may have reached the server.
    /// </exception>
    /// <exception cref="RealtimeSendQueueFullException">Too much is waiting to be sent. Nothing was sent, and the connection stays open.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed. Nothing was sent.</exception>
    public ValueTask SendAsync(ClientEvent clientEvent, CancellationToken cancellationToken = default) => _events.SendAsync(clientEvent, cancellationToken);

    /// <summary>
    /// Sends an event and waits for the server's reply. Supported are <c>session.update</c>, <c>transcription_session.update</c>,
    /// <c>conversation.item.create</c>, <c>.delete</c>, <c>.retrieve</c> and <c>.truncate</c>, <c>input_audio_buffer.commit</c> and <c>.clear</c>,
    /// <c>output_audio_buffer.clear</c>, <c>response.create</c> and <c>.cancel</c>. The reply is also returned by <see cref="ReadEventsAsync"/>, in order; this
    /// method completes whether or not events are being read.
    /// </summary>
    /// <param name="clientEvent">
    /// The event. To recognize the reply, the SDK adds an event ID, an item ID to a created item, and a metadata entry to a response, unless they are set. If
    /// turn detection commits, cancels a response or clears audio at the same moment, that event is treated as the reply. The reply to a <c>response.cancel</c>
    /// without an ID is the next canceled response for which no other call waits.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait; a send that has started cannot be canceled.</param>
    /// <returns>The reply, for example <see cref="SessionUpdatedEvent"/> or <see cref="ConversationItemAddedEvent"/>.</returns>
    /// <exception cref="RealtimeApiException">The server replied with an <c>error</c> event for this event.</exception>
    /// <exception cref="RealtimeTimeoutException">No reply arrived within <see cref="RealtimeConnectionOptions.ReplyTimeout"/>.</exception>
    /// <exception cref="ArgumentException">The server never replies to events of this type, for example audio appends.</exception>
    /// <inheritdoc cref="SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public Task<ServerEvent> SendAndWaitForReplyAsync(ClientEvent clientEvent, CancellationToken cancellationToken = default) =>
        _events.SendAndWaitForReplyAsync(clientEvent, cancellationToken);

    /// <summary>
    /// Sends one message unchanged and without validation, for relays. Do not combine it with <see cref="SendAndWaitForReplyAsync"/> for the same types of
    /// event.
    /// </summary>
    /// <param name="utf8Json">The JSON object of one client event as UTF-8. It is copied before this method returns.</param>
    /// <param name="cancellationToken">Cancels the send while the message is queued; a send that has started cannot be canceled.</param>
    /// <inheritdoc cref="SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask SendMessageAsync(ReadOnlyMemory<byte> utf8Json, CancellationToken cancellationToken = default) =>
        _events.SendMessageAsync(utf8Json, cancellationToken);
}
