namespace Realtime.Sdk;

/// <summary>
/// The client events that programs send most often, in one call each. A method whose name ends in <c>AndWaitAsync</c> waits for the server's reply,
/// up to <see cref="RealtimeConnectionOptions.ReplyTimeout"/>; the others complete when the network has taken the event. None of them reads
/// events: replies also come through <see cref="RealtimeConnection.ReadEventsAsync"/>, in their place.
/// </summary>
/// <remarks>Null arguments throw at once. Every other failure, <see cref="RealtimeValidationException"/> included, comes through the task.</remarks>
public static class RealtimeConnectionExtensions
{
    /// <summary>Adds a user's message to the conversation. Starts no response: <see cref="CreateResponseAsync"/> does.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The user's words.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask SendTextAsync(this RealtimeConnection connection, string text, CancellationToken cancellationToken = default) =>
        connection.AddItemAsync(ConversationItem.UserText(text ?? throw new ArgumentNullException(nameof(text))), cancellationToken: cancellationToken);

    /// <summary>Asks the model to answer.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="response">What differs from the session for this response; null for nothing.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask CreateResponseAsync(
        this RealtimeConnection connection, ResponseConfiguration? response = null, CancellationToken cancellationToken = default) =>
        Send(connection, new ResponseCreateEvent { Response = response }, cancellationToken);

    /// <summary>Asks the model to answer and waits until the response is created. Wire: <c>response.create</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="response">What differs from the session for this response; null for nothing. It is sent with an entry of the SDK's in its metadata.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>
    /// The reply, with the ID of the response. A <see cref="ResponseDoneEvent"/> without a <c>response.created</c> before it is returned as this event.
    /// </returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ResponseCreatedEvent> CreateResponseAndWaitAsync(
        this RealtimeConnection connection, ResponseConfiguration? response = null, CancellationToken cancellationToken = default) =>
        SendAndWait<ResponseCreatedEvent>(connection, new ResponseCreateEvent { Response = response }, cancellationToken);

    /// <summary>Stops a response. When none is running the server answers with a harmless <c>error</c> event. Wire: <c>response.cancel</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="responseId">The response; null is the one of the conversation.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask CancelResponseAsync(
        this RealtimeConnection connection, string? responseId = null, CancellationToken cancellationToken = default) =>
        Send(connection, new ResponseCancelEvent { ResponseId = responseId }, cancellationToken);

    /// <summary>
    /// Stops a response and waits until it has ended. When none is running the server refuses with the code <c>response_cancel_not_active</c>. Wire:
    /// <c>response.cancel</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="responseId">
    /// The response; null is the one of the conversation. Name it when several responses run: without an ID, the next response that is canceled and
    /// that no other call waits for is treated as the reply.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The end of the response. A response with an ID that ended by itself at the same moment has another status than <c>cancelled</c>.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ResponseDoneEvent> CancelResponseAndWaitAsync(
        this RealtimeConnection connection, string? responseId = null, CancellationToken cancellationToken = default) =>
        SendAndWait<ResponseDoneEvent>(connection, new ResponseCancelEvent { ResponseId = responseId }, cancellationToken);

    /// <summary>
    /// Stops what a WebRTC or telephone call is playing; call <see cref="CancelResponseAsync"/> first. Over a WebSocket the program plays the audio
    /// itself. Wire: <c>output_audio_buffer.clear</c>.
    /// </summary>
    /// <param name="connection">The connection, of a call.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask ClearOutputAudioAsync(this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        Send(connection, new OutputAudioBufferClearEvent(), cancellationToken);

    /// <summary>Does what <see cref="ClearOutputAudioAsync"/> does and waits for the reply. Wire: <c>output_audio_buffer.clear</c>.</summary>
    /// <param name="connection">The connection, of a call.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>
    /// The reply, which names the response. If the user interrupts the response at the same moment, that event is treated as the reply. A call that
    /// plays nothing may
    /// not answer.
    /// </returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<OutputAudioBufferClearedEvent> ClearOutputAudioAndWaitAsync(
        this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        SendAndWait<OutputAudioBufferClearedEvent>(connection, new OutputAudioBufferClearEvent(), cancellationToken);

    /// <summary>Sends the output of a function to the model. Starts no response: <see cref="CreateResponseAsync"/> does, once all outputs are sent.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="callId">The <see cref="FunctionCallItem.CallId"/> this answers.</param>
    /// <param name="output">The output as text; JSON is text too.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask SendToolOutputAsync(
        this RealtimeConnection connection, string callId, string output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(callId);
        ArgumentNullException.ThrowIfNull(output);
        return connection.AddItemAsync(new FunctionCallOutputItem { CallId = callId, Output = output }, cancellationToken: cancellationToken);
    }

    /// <summary>Changes the session's configuration. Wire: <c>session.update</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="session">Only what is set changes.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask UpdateSessionAsync(
        this RealtimeConnection connection, SessionConfiguration session, CancellationToken cancellationToken = default) =>
        Send(connection, Update(session), cancellationToken);

    /// <summary>Changes the session's configuration and waits for the reply. Wire: <c>session.update</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="session">Only what is set changes.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply, with the session in effect: see <see cref="RealtimeSession.DifferencesFrom"/>.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<SessionUpdatedEvent> UpdateSessionAndWaitAsync(
        this RealtimeConnection connection, SessionConfiguration session, CancellationToken cancellationToken = default) =>
        SendAndWait<SessionUpdatedEvent>(connection, Update(session), cancellationToken);

    /// <summary>Adds an item to the conversation. Starts no response. Wire: <c>conversation.item.create</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="item">The item. The server gives it an id if it has none.</param>
    /// <param name="previousItemId">The item to insert it after; <c>root</c> inserts it first; null appends it.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask AddItemAsync(
        this RealtimeConnection connection, ConversationItem item, string? previousItemId = null, CancellationToken cancellationToken = default) =>
        Send(connection, Create(item, previousItemId), cancellationToken);

    /// <summary>Adds an item to the conversation and waits for the reply. Starts no response. Wire: <c>conversation.item.create</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="item">The item. It is sent with an id of the SDK's if it has none.</param>
    /// <param name="previousItemId">The item to insert it after; <c>root</c> inserts it first; null appends it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply. The <see cref="ConversationItemCreatedEvent"/> of a beta server is returned as this event.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ConversationItemAddedEvent> AddItemAndWaitAsync(
        this RealtimeConnection connection, ConversationItem item, string? previousItemId = null, CancellationToken cancellationToken = default) =>
        SendAndWait<ConversationItemAddedEvent>(connection, Create(item, previousItemId), cancellationToken);

    /// <summary>Asks for the server's copy of an item, audio included; it comes as <see cref="ConversationItemRetrievedEvent"/>. Wire: <c>conversation.item.retrieve</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask RetrieveItemAsync(this RealtimeConnection connection, string itemId, CancellationToken cancellationToken = default) =>
        Send(connection, new ConversationItemRetrieveEvent { ItemId = NotNull(itemId) }, cancellationToken);

    /// <summary>Asks for the server's copy of an item, audio included, and waits for it. Wire: <c>conversation.item.retrieve</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply, with the item.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ConversationItemRetrievedEvent> RetrieveItemAndWaitAsync(
        this RealtimeConnection connection, string itemId, CancellationToken cancellationToken = default) =>
        SendAndWait<ConversationItemRetrievedEvent>(connection, new ConversationItemRetrieveEvent { ItemId = NotNull(itemId) }, cancellationToken);

    /// <summary>Deletes an item from the conversation. Wire: <c>conversation.item.delete</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask DeleteItemAsync(this RealtimeConnection connection, string itemId, CancellationToken cancellationToken = default) =>
        Send(connection, new ConversationItemDeleteEvent { ItemId = NotNull(itemId) }, cancellationToken);

    /// <summary>Deletes an item from the conversation and waits for the reply. Wire: <c>conversation.item.delete</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ConversationItemDeletedEvent> DeleteItemAndWaitAsync(
        this RealtimeConnection connection, string itemId, CancellationToken cancellationToken = default) =>
        SendAndWait<ConversationItemDeletedEvent>(connection, new ConversationItemDeleteEvent { ItemId = NotNull(itemId) }, cancellationToken);

    /// <summary>
    /// Cuts the audio of an assistant's message to what the user heard; the server deletes its transcript too.
    /// Wire: <c>conversation.item.truncate</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The assistant's message.</param>
    /// <param name="audioEnd">How much of the audio was played, at most its length; rounded down to whole milliseconds.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask TruncateItemAsync(
        this RealtimeConnection connection, string itemId, TimeSpan audioEnd, CancellationToken cancellationToken = default) =>
        Send(connection, new ConversationItemTruncateEvent { ItemId = NotNull(itemId), AudioEnd = audioEnd }, cancellationToken);

    /// <summary>Does what <see cref="TruncateItemAsync"/> does and waits for the reply. Wire: <c>conversation.item.truncate</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The assistant's message.</param>
    /// <param name="audioEnd">How much of the audio was played, at most its length; rounded down to whole milliseconds.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ConversationItemTruncatedEvent> TruncateItemAndWaitAsync(
        this RealtimeConnection connection, string itemId, TimeSpan audioEnd, CancellationToken cancellationToken = default) =>
        SendAndWait<ConversationItemTruncatedEvent>(
            connection, new ConversationItemTruncateEvent { ItemId = NotNull(itemId), AudioEnd = audioEnd }, cancellationToken);

    /// <summary>
    /// Turns the buffered input audio, at least 100 ms, into a user's message. Starts no response. With turn detection the server commits by
    /// itself, and an empty buffer is an error. Wire: <c>input_audio_buffer.commit</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask CommitAudioAsync(this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        Send(connection, new InputAudioBufferCommitEvent(), cancellationToken);

    /// <summary>Does what <see cref="CommitAudioAsync"/> does and waits for the reply. Wire: <c>input_audio_buffer.commit</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply, which names the message. A commit by turn detection at the same moment is taken for it.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<InputAudioBufferCommittedEvent> CommitAudioAndWaitAsync(
        this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        SendAndWait<InputAudioBufferCommittedEvent>(connection, new InputAudioBufferCommitEvent(), cancellationToken);

    /// <summary>Drops the buffered input audio. Wire: <c>input_audio_buffer.clear</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask ClearAudioAsync(this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        Send(connection, new InputAudioBufferClearEvent(), cancellationToken);

    /// <summary>Drops the buffered input audio and waits for the reply. Wire: <c>input_audio_buffer.clear</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<InputAudioBufferClearedEvent> ClearAudioAndWaitAsync(
        this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        SendAndWait<InputAudioBufferClearedEvent>(connection, new InputAudioBufferClearEvent(), cancellationToken);

    private static SessionUpdateEvent Update(SessionConfiguration session) =>
        new() { Session = session ?? throw new ArgumentNullException(nameof(session)) };

    private static ConversationItemCreateEvent Create(ConversationItem item, string? previousItemId) =>
        new() { Item = item ?? throw new ArgumentNullException(nameof(item)), PreviousItemId = previousItemId };

    private static string NotNull(string itemId) => itemId ?? throw new ArgumentNullException(nameof(itemId));

    private static ValueTask Send(RealtimeConnection connection, ClientEvent clientEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.SendAsync(clientEvent, cancellationToken);
    }

    private static Task<T> SendAndWait<T>(RealtimeConnection connection, ClientEvent clientEvent, CancellationToken cancellationToken)
        where T : ServerEvent
    {
        ArgumentNullException.ThrowIfNull(connection);
        return WaitAsync();

        async Task<T> WaitAsync()
        {
            var reply = await connection.SendAndWaitForReplyAsync(clientEvent, cancellationToken).ConfigureAwait(false);
            return (T)(reply switch
            {
                ConversationItemCreatedEvent created => created.ToAdded(),
                ResponseDoneEvent done when clientEvent is ResponseCreateEvent => done.ToCreated(),
                _ => reply,
            });
        }
    }
}
