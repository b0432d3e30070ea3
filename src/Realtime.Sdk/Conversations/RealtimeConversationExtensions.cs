namespace Realtime.Sdk;

/// <summary>Starts conversations.</summary>
public static class RealtimeConversationExtensions
{
    /// <summary>Opens a connection and starts a conversation over it. The conversation owns the connection.</summary>
    /// <param name="client">The client.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="options">Player, limits and more; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening only.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range. Thrown immediately.</exception>
    /// <exception cref="ArgumentException">
    /// The budget or the prices are not valid; the message lists every violation. Also thrown, by the task, if the budget limits the cost but a model has no prices.
    /// </exception>
    /// <exception cref="InvalidOperationException">The <see cref="RealtimeAgent.Prepare"/> callback returned null or an agent with another name.</exception>
    /// <inheritdoc cref="RealtimeClient.ConnectAsync(RealtimeConnectOptions, CancellationToken)" path="/exception"/>
    public static Task<RealtimeConversation> StartConversationAsync(
        this RealtimeClient client, RealtimeAgent agent, RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(agent);
        options = Prepare(options, client);
        return ConversationStarter.OpenAsync(client, agent, options, cancellationToken);
    }

    /// <summary>
    /// Attaches a conversation to an active call between a browser or a telephone and the service. The call's audio does not pass through the conversation: see
    /// <see cref="RealtimeConversation.Capabilities"/>.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="callId">The ID of the call, <c>rtc_…</c>.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="options">Player, limits and more; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening only.</param>
    /// <inheritdoc cref="StartConversationAsync(RealtimeClient, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)" path="/exception"/>
    public static Task<RealtimeConversation> AttachConversationAsync(
        this RealtimeClient client, string callId, RealtimeAgent agent, RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(callId);
        ArgumentNullException.ThrowIfNull(agent);
        options = Prepare(options, client);
        return ConversationStarter.AttachAsync(client, callId, agent, options, cancellationToken);
    }

    /// <summary>
    /// Answers the WebRTC offer of a page with the agent. Wire: <c>POST /realtime/calls</c>. Return <see cref="AnsweredCall.Sdp"/> to the page, and attach the conversation
    /// that runs the agent's functions with <see cref="AnsweredCall.AttachConversationAsync"/>.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="offer">The SDP offer, which is sent unchanged.</param>
    /// <param name="agent">The agent, whose session is that of the call. The service requires its model.</param>
    /// <param name="options">The options of the conversation that will be attached; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation. The service may still have begun the call.</param>
    /// <exception cref="RealtimeProtocolException">The server's answer has no ID of the call.</exception>
    /// <inheritdoc cref="StartConversationAsync(RealtimeClient, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)" path="/exception"/>
    public static Task<AnsweredCall> AnswerCallAsync(
        this RealtimeClient client, string offer, RealtimeAgent agent, RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(agent);
        return ConversationStarter.AnswerAsync(client, offer, agent, Prepare(options, client), cancellationToken);
    }

    /// <summary>
    /// Accepts a telephone call with the agent. Wire: <c>POST /realtime/calls/{call_id}/accept</c>. Attach the conversation, which runs the agent's functions, with
    /// <see cref="AnsweredCall.AttachConversationAsync"/>.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="callId">The ID of the call, <see cref="IncomingCallData.CallId"/> of its webhook.</param>
    /// <param name="agent">The agent, whose session is that of the call. The service requires its model.</param>
    /// <param name="options">The options of the conversation that will be attached; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation. The service may still have accepted the call.</param>
    /// <inheritdoc cref="StartConversationAsync(RealtimeClient, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)" path="/exception"/>
    public static Task<AnsweredCall> AcceptCallAsync(
        this RealtimeClient client, string callId, RealtimeAgent agent, RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(callId);
        ArgumentNullException.ThrowIfNull(agent);
        return ConversationStarter.AcceptAsync(client, callId, agent, Prepare(options, client), cancellationToken);
    }

    /// <summary>
    /// Opens a session with the agent for a client that is connected to the application by a WebSocket. Accept the client's WebSocket when this has succeeded, and pass it to
    /// <see cref="RealtimeRelay.RunAsync"/>.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="options">
    /// Budget, limits and more; null uses the defaults. <see cref="RealtimeConversationOptions.Renewal"/> and <see cref="RealtimeConversationOptions.OnForeignChange"/> must be
    /// null.
    /// </param>
    /// <param name="relayOptions">The policy and the limits of the relay; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening only.</param>
    /// <exception cref="ArgumentException">
    /// The options of the relay, the budget or the prices are not valid, or an option has no meaning for a relay; the message lists every violation. Also thrown, by the task, if
    /// the budget limits the cost but a model has no prices.
    /// </exception>
    /// <inheritdoc cref="StartConversationAsync(RealtimeClient, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)" path="/exception[not(contains(@cref, 'ArgumentException'))]"/>
    public static Task<RealtimeRelay> OpenRelayAsync(
        this RealtimeClient client, RealtimeAgent agent, RealtimeConversationOptions? options = null, RealtimeRelayOptions? relayOptions = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(agent);
        options = Prepare(options, client);
        RelayRules.ThrowIfUnsupported(options);
        relayOptions = (relayOptions ?? new()).Copy();
        relayOptions.ThrowIfInvalid();
        return ConversationStarter.OpenRelayAsync(client, agent, options, relayOptions, cancellationToken);
    }

    /// <summary>
    /// Starts a conversation over an open connection and updates its session to that of the agent. The conversation owns the connection, unless
    /// <see cref="RealtimeConversationOptions.LeaveConnectionOpen"/> is set, and is the only reader of its events until it has ended.
    /// </summary>
    /// <remarks>
    /// Members that the agent's session does not set remain as they are. The agent's model is not used, because the model of a session cannot change.
    /// </remarks>
    /// <param name="connection">The connection. No other code may read its events.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="options">Player, limits and more; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening only.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range. Thrown immediately.</exception>
    /// <exception cref="ArgumentException">
    /// <see cref="RealtimeConversationOptions.Renewal"/> is set, or the budget or the prices are not valid; the message lists every violation. Also thrown, by the task, if the
    /// budget limits the cost but a model has no prices.
    /// </exception>
    /// <exception cref="InvalidOperationException">The <see cref="RealtimeAgent.Prepare"/> callback returned null or an agent with another name.</exception>
    /// <exception cref="RealtimeValidationException">The agent breaks a rule of the API. Nothing was sent.</exception>
    /// <exception cref="RealtimeApiException">The server refused the session.</exception>
    /// <exception cref="RealtimeTimeoutException">The server did not reply within <see cref="RealtimeConnectionOptions.ReplyTimeout"/>.</exception>
    /// <exception cref="RealtimeConnectionException">The connection has ended.</exception>
    /// <exception cref="RealtimeSendQueueFullException">Too much is waiting to be sent on the connection.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public static Task<RealtimeConversation> StartConversationAsync(
        this RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(agent);
        options = Prepare(options, client: null);
        if (options.Renewal is not null)
            throw new ArgumentException($"{nameof(RealtimeConversationOptions.Renewal)} must be null for a given connection, because the conversation cannot open it again. Start the conversation from a {nameof(RealtimeClient)}.", nameof(options));
        return ConversationStarter.StartAsync(connection, agent, options, ownsConnection: !options.LeaveConnectionOpen, cancellationToken);
    }

    private static RealtimeConversationOptions Prepare(RealtimeConversationOptions? options, RealtimeClient? client)
    {
        options = options?.Copy() ?? new();
        options.Validate();
        return options with
        {
            TimeProvider = options.TimeProvider ?? client?.Time ?? TimeProvider.System,
            LoggerFactory = options.LoggerFactory ?? client?.Options.LoggerFactory,
        };
    }
}
