namespace Realtime.Sdk;

/// <summary>What is said most often, in one call each. None reads events: that stays the one reader's.</summary>
public static class RealtimeConnectionExtensions
{
    /// <summary>Puts a user's message into the conversation. Starts no response: <see cref="CreateResponseAsync"/> does.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The user's words.</param>
    /// <param name="cancellationToken">Takes the event out of the queue.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask SendTextAsync(this RealtimeConnection connection, string text, CancellationToken cancellationToken = default) =>
        connection.SendAsync(new ConversationItemCreateEvent { Item = ConversationItem.UserText(text) }, cancellationToken);

    /// <summary>Asks the model to answer.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="response">What differs from the session for this response; null for nothing.</param>
    /// <param name="cancellationToken">Takes the event out of the queue.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask CreateResponseAsync(
        this RealtimeConnection connection, ResponseConfiguration? response = null, CancellationToken cancellationToken = default) =>
        connection.SendAsync(new ResponseCreateEvent { Response = response }, cancellationToken);

    /// <summary>Stops a response. When none is running the server answers with a harmless <c>error</c> event.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="responseId">The response; null is the one of the conversation.</param>
    /// <param name="cancellationToken">Takes the event out of the queue.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask CancelResponseAsync(
        this RealtimeConnection connection, string? responseId = null, CancellationToken cancellationToken = default) =>
        connection.SendAsync(new ResponseCancelEvent { ResponseId = responseId }, cancellationToken);

    /// <summary>Changes the session and waits for what comes of it; see <see cref="RealtimeSession.DifferencesFrom"/>.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="session">Only what is set changes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public static async Task<RealtimeSession> UpdateSessionAsync(
        this RealtimeConnection connection, SessionConfiguration session, CancellationToken cancellationToken = default)
    {
        var answer = await connection.SendAndWaitForReplyAsync(new SessionUpdateEvent { Session = session }, cancellationToken).ConfigureAwait(false);
        return ((SessionUpdatedEvent)answer).Session;
    }

    /// <summary>Tells the model what a function answered. Starts no response: <see cref="CreateResponseAsync"/> does, once all outputs are sent.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="callId">The <see cref="FunctionCallItem.CallId"/> this answers.</param>
    /// <param name="output">The answer as text; JSON is text too.</param>
    /// <param name="cancellationToken">Takes the event out of the queue.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public static ValueTask SendToolOutputAsync(
        this RealtimeConnection connection, string callId, string output, CancellationToken cancellationToken = default) =>
        connection.SendAsync(new ConversationItemCreateEvent { Item = new FunctionCallOutputItem { CallId = callId, Output = output } }, cancellationToken);
}
