namespace Realtime.Sdk;

/// <summary>
/// A conversation of a user with an agent: replies, playback, interruptions and turns, over one connection. Thread-safe. Create it with
/// <see cref="RealtimeConversationExtensions.StartConversationAsync(RealtimeClient, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)"/>.
/// </summary>
/// <remarks>
/// The conversation reads the connection itself, so that it goes on while the app reads no updates. When the user interrupts, the player stops, the response
/// is canceled and the server is told what was heard, without code of the app.
/// </remarks>
public sealed class RealtimeConversation : IAsyncDisposable
{
    private readonly ConversationEngine _engine;
    private readonly RealtimeConnection _connection;
    private readonly object? _state;

    internal RealtimeConversation(ConversationEngine engine, RealtimeConnection connection, object? state)
    {
        (_engine, _connection, _state) = (engine, connection, state);
        Capabilities = ConversationCapabilities.Of(connection);
    }

    /// <summary>The agent that is in charge now.</summary>
    public RealtimeAgent Agent => _engine.Agent;

    /// <summary>What the conversation is doing now.</summary>
    public ConversationStatus Status => _engine.Status;

    /// <summary>What its transport can report and do.</summary>
    public ConversationCapabilities Capabilities { get; }

    /// <summary>The session in effect, as the server last showed it; null if it has shown none.</summary>
    public RealtimeSession? Session => _connection.Session;

    /// <summary>The object in <see cref="RealtimeConversationOptions.State"/>.</summary>
    public object? State => _state;

    /// <summary>
    /// Whether silence is sent in place of the user's audio, so that turn detection goes on. The default is <see langword="false"/>.
    /// </summary>
    /// <exception cref="NotSupportedException">It is set where the audio does not come through the conversation, as in a call.</exception>
    public bool IsMuted
    {
        get => _engine.IsMuted;
        set
        {
            ThrowIfNotLocal();
            _engine.IsMuted = value;
        }
    }

    /// <summary>
    /// The turns in order, as they are now: those that are complete and those that happen. The newest <see cref="ConversationLimits.MaxTurns"/> are kept.
    /// </summary>
    public IReadOnlyList<ConversationTurn> Turns => _engine.Turns;

    /// <summary>
    /// The items of the server's conversation in order, as it last showed them. The newest <see cref="ConversationLimits.MaxItems"/> are kept.
    /// </summary>
    public IReadOnlyList<ConversationItem> Items => _engine.Items;

    /// <summary>What the conversation has cost so far, in tokens: responses, out-of-band ones included, and transcription.</summary>
    public ConversationUsage Usage => _engine.Usage;

    /// <summary>Completes when the conversation has ended, however it did; never fails.</summary>
    public Task<ConversationEnd> Completion => _engine.Completion;

    /// <summary>
    /// Reads what happens. Facts (a turn is complete, a warning, a key, the end) come once to each reader and in order; of what changes (the status, a turn
    /// that happens) a reader that falls behind gets the newest. The first reader gets everything from the start of the conversation, each later one begins
    /// with the status, the open turns and, if it has come, the end. <see cref="EndUpdate"/> is always the last.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for the next update.</param>
    /// <exception cref="InvalidOperationException">
    /// The reader has left more than <see cref="ConversationLimits.MaxUnreadUpdates"/> facts unread. The conversation and other readers go on.
    /// </exception>
    public IAsyncEnumerable<ConversationUpdate> ReadUpdatesAsync(CancellationToken cancellationToken = default) => _engine.ReadUpdatesAsync(cancellationToken);

    /// <summary>
    /// Calls a handler with every event of the server, after the conversation has applied it. Audio deltas are not among them: see <see cref="OnAudio"/>.
    /// Costs nothing while no handler is registered.
    /// </summary>
    /// <param name="handler">Must be quick: while it runs no other event is handled. An exception that it throws becomes one <see cref="WarningUpdate"/>.</param>
    /// <returns>Dispose it to unregister the handler.</returns>
    public IDisposable OnEvent(Action<ServerEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _engine.OnEvent(handler);
    }

    /// <summary>
    /// Calls a handler with the audio of both sides: the user's as it is sent, the agent's as it is received, which is faster than it is played. For meters
    /// and recorders; costs nothing while no handler is registered.
    /// </summary>
    /// <param name="handler">
    /// Must be quick. Calls for the two directions may overlap. An exception that it throws becomes one <see cref="WarningUpdate"/>.
    /// </param>
    /// <returns>Dispose it to unregister the handler.</returns>
    /// <exception cref="NotSupportedException">The audio does not come through the conversation, as in a call.</exception>
    public IDisposable OnAudio(ConversationAudioHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfNotLocal();
        return _engine.OnAudio(handler);
    }

    /// <summary>
    /// Sends the audio of the user until the source or the conversation ends. Audio of another format is converted to that of the session. At the end of the
    /// source, silence follows until turn detection has found the end of the turn; without turn detection, the audio is committed if it is at least 100 ms
    /// long, and <see cref="Respond"/> asks for the answer.
    /// </summary>
    /// <param name="source">The audio: a <see cref="Stream"/>, a <see cref="System.IO.Pipelines.PipeReader"/>, or any other source. It stays the caller's.</param>
    /// <param name="cancellationToken">Stops listening; nothing is committed then.</param>
    /// <exception cref="InvalidOperationException">Another source is listened to.</exception>
    /// <exception cref="NotSupportedException">The audio does not come through the conversation, as in a call.</exception>
    /// <remarks>An exception of the source comes out unchanged; the conversation goes on, and another source can be listened to.</remarks>
    public Task ListenAsync(AudioSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ThrowIfNotLocal();
        return _engine.ListenAsync(source, cancellationToken);
    }

    /// <summary>Asks the agent to reply, as soon as no response is active or due and the user does not speak.</summary>
    /// <param name="options">How; null is the default. A string converts to options with instructions for this reply.</param>
    /// <returns>A handle, whose tasks tell how the reply was generated and what was heard of it.</returns>
    public ConversationReply Respond(ReplyOptions? options = null) => _engine.Respond(options ?? new()).Handle;

    /// <summary>
    /// Says something as the user, in text, and waits for the whole answer: generated and, if it is spoken, heard or interrupted.
    /// </summary>
    /// <param name="text">The user's words.</param>
    /// <param name="cancellationToken">Withdraws the question if it waits, and cancels its response if that is active.</param>
    /// <returns>The agent's turn.</returns>
    /// <exception cref="RealtimeException">The server refused the request or failed, or the connection ended.</exception>
    /// <exception cref="InvalidOperationException">The question was replaced, or the conversation ended, before it was answered.</exception>
    public Task<ConversationTurn> AskAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _engine.AskAsync(text, cancellationToken);
    }

    /// <summary>Adds an item to the conversation and waits until the server has it. Asks for no reply.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public Task AddAsync(ConversationItem item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return _engine.AddAsync(item, cancellationToken);
    }

    /// <summary>Deletes an item from the conversation and waits until the server has. Its text is removed from its turn too.</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public Task DeleteAsync(string itemId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        return _engine.DeleteAsync(itemId, cancellationToken);
    }

    /// <summary>
    /// Puts another agent in charge. Everything that its session leaves open goes back to what the server showed first. If the server refuses the session,
    /// the agent before stays in charge.
    /// </summary>
    /// <param name="agent">The agent. Its model must be that of the session, or null.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentException">The agent has another model.</exception>
    /// <exception cref="RealtimeValidationException">The agent breaks a rule of the API. Nothing was sent.</exception>
    /// <inheritdoc cref="RealtimeConnection.SendAndWaitForReplyAsync" path="/exception"/>
    public Task SwitchAgentAsync(RealtimeAgent agent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return _engine.SwitchAgentAsync(agent, cancellationToken);
    }

    /// <summary>
    /// Interrupts the agent as if the user had spoken: what is generated is canceled, what is played stops, and the server is told what was heard. Completes
    /// when that is done, and at once if there is nothing to interrupt.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="RealtimeTimeoutException">The server did not confirm it within <see cref="ConversationLimits.ReplyTimeout"/>.</exception>
    public Task InterruptAsync(CancellationToken cancellationToken = default) => _engine.InterruptAsync(cancellationToken);

    /// <summary>
    /// Ends the conversation. With instructions, the agent gives one last reply, which is heard first; replies that wait, and all that are requested later,
    /// are canceled, even if this call is canceled. Without, what is heard is interrupted.
    /// </summary>
    /// <param name="instructions">Instructions for the last reply; null ends at once.</param>
    /// <param name="cancellationToken">Cancels the wait for the last reply, or aborts the connection while it is being closed.</param>
    public Task EndAsync(string? instructions = null, CancellationToken cancellationToken = default) => _engine.EndAsync(instructions, cancellationToken);

    /// <summary>Ends the conversation at once, and closes its connection unless that was given with <see cref="RealtimeConversationOptions.LeaveConnectionOpen"/>.</summary>
    public ValueTask DisposeAsync() => _engine.AbortAsync();

    private void ThrowIfNotLocal()
    {
        if (!Capabilities.LocalAudio)
            throw new NotSupportedException("The audio of a call goes between the caller and the service, not through this conversation: see Capabilities.LocalAudio.");
    }
}
