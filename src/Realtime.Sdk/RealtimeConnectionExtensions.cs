namespace Realtime.Sdk;

/// <summary>
/// Sends the most common client events. A method whose name ends with <c>AndWaitAsync</c> waits for the server's reply, for at most
/// <see cref="RealtimeConnectionOptions.ReplyTimeout"/>; the others complete when the network has accepted the event. Replies are also returned by
/// <see cref="RealtimeConnection.ReadEventsAsync"/>, in order.
/// </summary>
/// <remarks>Null arguments throw immediately. All other failures, including <see cref="RealtimeValidationException"/>, are thrown by the task.</remarks>
public static class RealtimeConnectionExtensions
{
    /// <summary>
    /// Adds a user message to the conversation. Does not start a response; see <see cref="CreateResponseAsync"/>. Wire: <c>conversation.item.create</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The text of the message.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask SendTextAsync(this RealtimeConnection connection, string text, CancellationToken cancellationToken = default) =>
        connection.AddItemAsync(ConversationItem.UserText(text ?? throw new ArgumentNullException(nameof(text))), cancellationToken: cancellationToken);

    /// <summary>Requests a response from the model. Wire: <c>response.create</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="response">The configuration of this response; null uses that of the session.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask CreateResponseAsync(
        this RealtimeConnection connection, ResponseConfiguration? response = null, CancellationToken cancellationToken = default) =>
        Send(connection, new ResponseCreateEvent { Response = response }, cancellationToken);

    /// <summary>Requests a response from the model and waits until it is created. Wire: <c>response.create</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="response">The configuration of this response; null uses that of the session. The SDK adds an entry to its metadata.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>
    /// The reply, with the ID of the response. If the server sends a <see cref="ResponseDoneEvent"/> without a preceding <c>response.created</c>, it is
    /// converted to this event.
    /// </returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ResponseCreatedEvent> CreateResponseAndWaitAsync(
        this RealtimeConnection connection, ResponseConfiguration? response = null, CancellationToken cancellationToken = default) =>
        SendAndWait<ResponseCreatedEvent>(connection, new ResponseCreateEvent { Response = response }, cancellationToken);

    /// <summary>Cancels a response. If none is in progress, the server replies with a harmless <c>error</c> event. Wire: <c>response.cancel</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="responseId">The ID of the response; null cancels the response in the conversation.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask CancelResponseAsync(
        this RealtimeConnection connection, string? responseId = null, CancellationToken cancellationToken = default) =>
        Send(connection, new ResponseCancelEvent { ResponseId = responseId }, cancellationToken);

    /// <summary>
    /// Cancels a response and waits until it has ended. If none is in progress, the server rejects the event with the code <c>response_cancel_not_active</c>.
    /// Wire: <c>response.cancel</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="responseId">
    /// The ID of the response; null cancels the response in the conversation. Set it if several responses are in progress: without an ID, the next canceled
    /// response for which no other call waits is treated as the reply.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The end of the response. If a response with an ID ended by itself at the same moment, its status is not <c>cancelled</c>.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ResponseDoneEvent> CancelResponseAndWaitAsync(
        this RealtimeConnection connection, string? responseId = null, CancellationToken cancellationToken = default) =>
        SendAndWait<ResponseDoneEvent>(connection, new ResponseCancelEvent { ResponseId = responseId }, cancellationToken);

    /// <summary>
    /// Stops the audio that the service is playing in a WebRTC or telephone call. Call <see cref="CancelResponseAsync"/> first. Over a WebSocket, the
    /// application plays the audio itself. Wire: <c>output_audio_buffer.clear</c>.
    /// </summary>
    /// <param name="connection">The connection to the call.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask ClearOutputAudioAsync(this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        Send(connection, new OutputAudioBufferClearEvent(), cancellationToken);

    /// <summary>Stops the audio like <see cref="ClearOutputAudioAsync"/>, and waits for the reply. Wire: <c>output_audio_buffer.clear</c>.</summary>
    /// <param name="connection">The connection to the call.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>
    /// The reply, with the ID of the response. If the user interrupts the response at the same moment, that event is treated as the reply. If no audio is
    /// playing, the server may not reply.
    /// </returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<OutputAudioBufferClearedEvent> ClearOutputAudioAndWaitAsync(
        this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        SendAndWait<OutputAudioBufferClearedEvent>(connection, new OutputAudioBufferClearEvent(), cancellationToken);

    /// <summary>
    /// Sends the output of a function call. Does not start a response; call <see cref="CreateResponseAsync"/> after all outputs are sent.
    /// Wire: <c>conversation.item.create</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="callId">The <see cref="FunctionCallItem.CallId"/> of the call.</param>
    /// <param name="output">The output as text. JSON is also sent as text.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask SendToolOutputAsync(
        this RealtimeConnection connection, string callId, string output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(callId);
        ArgumentNullException.ThrowIfNull(output);
        return connection.AddItemAsync(new FunctionCallOutputItem { CallId = callId, Output = output }, cancellationToken: cancellationToken);
    }

    /// <summary>Changes the configuration of the session. Wire: <c>session.update</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="session">The changes. Members that are not set do not change.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask UpdateSessionAsync(
        this RealtimeConnection connection, SessionConfiguration session, CancellationToken cancellationToken = default) =>
        Send(connection, Update(session), cancellationToken);

    /// <summary>Changes the configuration of the session and waits for the reply. Wire: <c>session.update</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="session">The changes. Members that are not set do not change.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply, with the effective session; see <see cref="RealtimeSession.DifferencesFrom"/>.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<SessionUpdatedEvent> UpdateSessionAndWaitAsync(
        this RealtimeConnection connection, SessionConfiguration session, CancellationToken cancellationToken = default) =>
        SendAndWait<SessionUpdatedEvent>(connection, Update(session), cancellationToken);

    /// <summary>Adds an item to the conversation. Does not start a response. Wire: <c>conversation.item.create</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="item">The item. If it has no ID, the server assigns one.</param>
    /// <param name="previousItemId">
    /// The ID of the item after which the new one is inserted. <c>root</c> inserts it at the start; null adds it at the end.
    /// </param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask AddItemAsync(
        this RealtimeConnection connection, ConversationItem item, string? previousItemId = null, CancellationToken cancellationToken = default) =>
        Send(connection, Create(item, previousItemId), cancellationToken);

    /// <summary>Adds an item to the conversation and waits for the reply. Does not start a response. Wire: <c>conversation.item.create</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="item">The item. If it has no ID, the SDK assigns one.</param>
    /// <param name="previousItemId">
    /// The ID of the item after which the new one is inserted. <c>root</c> inserts it at the start; null adds it at the end.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply. The <see cref="ConversationItemCreatedEvent"/> of a beta server is converted to this event.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ConversationItemAddedEvent> AddItemAndWaitAsync(
        this RealtimeConnection connection, ConversationItem item, string? previousItemId = null, CancellationToken cancellationToken = default) =>
        SendAndWait<ConversationItemAddedEvent>(connection, Create(item, previousItemId), cancellationToken);

    /// <summary>
    /// Requests the server's copy of an item, including audio, which arrives as <see cref="ConversationItemRetrievedEvent"/>.
    /// Wire: <c>conversation.item.retrieve</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The ID of the item.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask RetrieveItemAsync(this RealtimeConnection connection, string itemId, CancellationToken cancellationToken = default) =>
        Send(connection, new ConversationItemRetrieveEvent { ItemId = ThrowIfNull(itemId) }, cancellationToken);

    /// <summary>Requests the server's copy of an item, including audio, and waits for it. Wire: <c>conversation.item.retrieve</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The ID of the item.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply, with the item.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ConversationItemRetrievedEvent> RetrieveItemAndWaitAsync(
        this RealtimeConnection connection, string itemId, CancellationToken cancellationToken = default) =>
        SendAndWait<ConversationItemRetrievedEvent>(connection, new ConversationItemRetrieveEvent { ItemId = ThrowIfNull(itemId) }, cancellationToken);

    /// <summary>Deletes an item from the conversation. Wire: <c>conversation.item.delete</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The ID of the item.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask DeleteItemAsync(this RealtimeConnection connection, string itemId, CancellationToken cancellationToken = default) =>
        Send(connection, new ConversationItemDeleteEvent { ItemId = ThrowIfNull(itemId) }, cancellationToken);

    /// <summary>Deletes an item from the conversation and waits for the reply. Wire: <c>conversation.item.delete</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The ID of the item.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ConversationItemDeletedEvent> DeleteItemAndWaitAsync(
        this RealtimeConnection connection, string itemId, CancellationToken cancellationToken = default) =>
        SendAndWait<ConversationItemDeletedEvent>(connection, new ConversationItemDeleteEvent { ItemId = ThrowIfNull(itemId) }, cancellationToken);

    /// <summary>
    /// Truncates the audio of an assistant message to the part that the user heard; the server also removes the transcript.
    /// Wire: <c>conversation.item.truncate</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The ID of the assistant message.</param>
    /// <param name="audioEnd">
    /// The duration of the audio that was played, at most the duration of the audio in the item. Rounded down to whole milliseconds.
    /// </param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask TruncateItemAsync(
        this RealtimeConnection connection, string itemId, TimeSpan audioEnd, CancellationToken cancellationToken = default) =>
        Send(connection, new ConversationItemTruncateEvent { ItemId = ThrowIfNull(itemId), AudioEnd = audioEnd }, cancellationToken);

    /// <summary>Truncates an item like <see cref="TruncateItemAsync"/>, and waits for the reply. Wire: <c>conversation.item.truncate</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="itemId">The ID of the assistant message.</param>
    /// <param name="audioEnd">
    /// The duration of the audio that was played, at most the duration of the audio in the item. Rounded down to whole milliseconds.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<ConversationItemTruncatedEvent> TruncateItemAndWaitAsync(
        this RealtimeConnection connection, string itemId, TimeSpan audioEnd, CancellationToken cancellationToken = default) =>
        SendAndWait<ConversationItemTruncatedEvent>(
            connection, new ConversationItemTruncateEvent { ItemId = ThrowIfNull(itemId), AudioEnd = audioEnd }, cancellationToken);

    /// <summary>
    /// Commits the buffered input audio, at least 100 ms, as a user message. Does not start a response. With turn detection, the server commits by itself. An
    /// empty buffer is an error. Wire: <c>input_audio_buffer.commit</c>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask CommitAudioAsync(this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        Send(connection, new InputAudioBufferCommitEvent(), cancellationToken);

    /// <summary>Commits the audio like <see cref="CommitAudioAsync"/>, and waits for the reply. Wire: <c>input_audio_buffer.commit</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The reply, with the ID of the message. If turn detection commits at the same moment, that event is treated as the reply.</returns>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static Task<InputAudioBufferCommittedEvent> CommitAudioAndWaitAsync(
        this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        SendAndWait<InputAudioBufferCommittedEvent>(connection, new InputAudioBufferCommitEvent(), cancellationToken);

    /// <summary>Clears the input audio buffer. Wire: <c>input_audio_buffer.clear</c>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask ClearAudioAsync(this RealtimeConnection connection, CancellationToken cancellationToken = default) =>
        Send(connection, new InputAudioBufferClearEvent(), cancellationToken);

    /// <summary>Clears the input audio buffer and waits for the reply. Wire: <c>input_audio_buffer.clear</c>.</summary>
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

    private static string ThrowIfNull(string itemId) => itemId ?? throw new ArgumentNullException(nameof(itemId));

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
            var reply = await connection.SendAndWaitForReplyAsync(clientEvent, cancellationToken).Counted(connection.Work);
            return (T)(reply switch
            {
                ConversationItemCreatedEvent created => created.ToAdded(),
                ResponseDoneEvent done when clientEvent is ResponseCreateEvent => done.ToCreated(),
                _ => reply,
            });
        }
    }
}
