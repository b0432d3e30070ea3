namespace Realtime.Sdk.Internal;

/// <summary>The ways in which a conversation begins.</summary>
internal static class ConversationStarter
{
    /// <summary>Opens a connection with the agent's session.</summary>
    public static async Task<RealtimeConversation> OpenAsync(
        RealtimeClient client, RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        agent = await PrepareAsync(agent, options, cancellationToken).ConfigureAwait(false);
        var connect = CopyConnectOptions(options);
        var session = agent.ToSessionConfiguration();
        connect.Session = session;
        var connection = await client.ConnectAsync(connect, cancellationToken).ConfigureAwait(false);
        var (conversation, engine) = Create(connection, agent, options, ownsConnection: true);
        engine.Compare(session, connection.Session);
        return conversation;
    }

    /// <summary>Joins a call.</summary>
    public static async Task<RealtimeConversation> AttachAsync(
        RealtimeClient client, string callId, RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        var connect = CopyConnectOptions(options);
        connect.CallId = callId;
        var connection = await client.ConnectAsync(connect, cancellationToken).ConfigureAwait(false);
        return await StartAsync(connection, agent, options, ownsConnection: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts over an open connection and updates its session to that of the agent.</summary>
    public static async Task<RealtimeConversation> StartAsync(
        RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions options, bool ownsConnection, CancellationToken cancellationToken)
    {
        RealtimeConversation? conversation = null;
        try
        {
            agent = await PrepareAsync(agent, options, cancellationToken).ConfigureAwait(false);

            // Reading starts before the update, because the conversation must see the events that follow it.
            var session = agent.ToSessionConfiguration() with { Model = null };
            (conversation, var engine) = Create(connection, agent, options, ownsConnection);
            var updated = await connection.UpdateSessionAndWaitAsync(session, cancellationToken).ConfigureAwait(false);
            engine.Compare(agent.ToSessionConfiguration(), updated.Session);
            return conversation;
        }
        catch
        {
            if (conversation is not null)
                await conversation.DisposeAsync().ConfigureAwait(false);
            else if (ownsConnection)
                await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<RealtimeAgent> PrepareAsync(RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        return await agent.PrepareAsync(new AgentContext(agent, options), cancellationToken).ConfigureAwait(false);
    }

    private static (RealtimeConversation Conversation, ConversationEngine Engine) Create(
        RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions options, bool ownsConnection)
    {
        var engine = new ConversationEngine(connection, agent, options, options.TimeProvider!) { OwnsConnection = ownsConnection };
        var conversation = engine.Conversation = new(engine, connection, options.State);
        engine.Start();
        return (conversation, engine);
    }

    private static RealtimeConnectOptions CopyConnectOptions(RealtimeConversationOptions options)
    {
        // The options are already a copy, so they can be changed.
        var connect = options.Connect ?? new();
        connect.TimeProvider ??= options.TimeProvider;
        return connect;
    }
}
