namespace Realtime.Sdk.Internal;

/// <summary>The ways in which a conversation begins.</summary>
internal static class ConversationStarter
{
    /// <summary>Opens a connection with the agent's session.</summary>
    public static async Task<RealtimeConversation> OpenAsync(
        RealtimeClient client, RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(agent, options, cancellationToken).Counted(options.Work);
        var session = prepared.ToSessionConfiguration();
        UsageRules.ThrowIfUnpriced(options, session.Model ?? options.Connect?.Model, prepared);
        var connection = await client.ConnectAsync(GetConnectOptions(options, session), cancellationToken).Counted(options.Work);
        var model = (connection.Session?.Configuration as RealtimeSessionConfiguration)?.Model ?? session.Model;
        var opener = CreateOpener(client, (agent, token) =>
        {
            // The model of a session does not change, even if another agent without a model of its own is in charge.
            var next = agent.ToSessionConfiguration();
            return client.ConnectAsync(GetConnectOptions(options, next with { Model = next.Model ?? model }), token);
        });
        var (conversation, engine) = Create(connection, prepared, options, ownsConnection: true, opener);
        engine.Unprepared = agent;
        engine.Compare(session, connection.Session);
        return await RestoreAsync(conversation, engine, options, cancellationToken).Counted(options.Work);
    }

    /// <summary>Joins a call.</summary>
    public static async Task<RealtimeConversation> AttachAsync(
        RealtimeClient client, string callId, RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        var opener = CreateOpener(client, (_, token) => client.ConnectAsync(GetConnectOptions(options, session: null, callId), token));
        var connection = await opener.OpenAsync(agent, cancellationToken).Counted(options.Work);
        return await StartAsync(connection, agent, options, ownsConnection: true, cancellationToken, opener, token => client.Calls.HangUpAsync(callId, token)).Counted(options.Work);
    }

    /// <summary>Starts over an open connection and updates its session to that of the agent.</summary>
    public static async Task<RealtimeConversation> StartAsync(
        RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions options, bool ownsConnection, CancellationToken cancellationToken,
        SessionOpener? opener = null, Func<CancellationToken, Task>? hangUp = null)
    {
        RealtimeConversation? conversation = null;
        try
        {
            var prepared = await PrepareAsync(agent, options, cancellationToken).Counted(options.Work);
            UsageRules.ThrowIfUnpriced(options, (connection.Session?.Configuration as RealtimeSessionConfiguration)?.Model, prepared);

            // Reading starts before the update, because the conversation must see the events that follow it.
            var session = prepared.ToSessionConfiguration() with { Model = null };
            (conversation, var engine) = Create(connection, prepared, options, ownsConnection, opener, hangUp);
            engine.Unprepared = agent;
            var updated = await connection.UpdateSessionAndWaitAsync(session, cancellationToken).Counted(options.Work);
            engine.Compare(prepared.ToSessionConfiguration(), updated.Session);
            return await RestoreAsync(conversation, engine, options, cancellationToken).Counted(options.Work);
        }
        catch
        {
            if (conversation is not null)
                await conversation.DisposeAsync().AsTask().Counted(options.Work);
            else if (ownsConnection)
                await connection.DisposeAsync().AsTask().Counted(options.Work);
            throw;
        }
    }

    private static async Task<RealtimeAgent> PrepareAsync(RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        return await agent.PrepareAsync(new AgentContext(agent, options), cancellationToken).AsTask().Counted(options.Work);
    }

    private static (RealtimeConversation Conversation, ConversationEngine Engine) Create(
        RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions options, bool ownsConnection, SessionOpener? opener, Func<CancellationToken, Task>? hangUp = null)
    {
        var engine = new ConversationEngine(connection, agent, options, options.TimeProvider!, opener) { OwnsConnection = ownsConnection, HangUp = hangUp };
        var conversation = engine.Conversation = new(engine, connection, options.State);
        options.Recorder?.Begin(engine);
        engine.Start();
        return (conversation, engine);
    }

    /// <summary>Adds the saved conversation that continues, if there is one.</summary>
    private static async Task<RealtimeConversation> RestoreAsync(
        RealtimeConversation conversation, ConversationEngine engine, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        if (options.History is not { } history)
            return conversation;
        try
        {
            await engine.RestoreAsync(history, cancellationToken).Counted(options.Work);
            return conversation;
        }
        catch
        {
            await conversation.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static SessionOpener CreateOpener(RealtimeClient client, Func<RealtimeAgent, CancellationToken, Task<RealtimeConnection>> open) =>
        new(open, client.Options.Randomizer ?? Random.Shared.NextDouble);

    private static RealtimeConnectOptions GetConnectOptions(RealtimeConversationOptions options, RealtimeSessionConfiguration? session, string? callId = null)
    {
        var connect = (RealtimeConnectOptions?)options.Connect?.Copy() ?? new();
        (connect.Session, connect.CallId) = (session, callId);
        connect.TimeProvider ??= options.TimeProvider;
        connect.Tap = options.Recorder?.CreateTap(options.TimeProvider);
        return connect;
    }
}
