namespace Realtime.Sdk.Internal;

/// <summary>Starts conversations: over a new connection, over a given connection, or attached to a call.</summary>
internal static class ConversationStarter
{
    private static readonly TimeSpan FirstAttachDelay = TimeSpan.FromMilliseconds(250), MaxAttachDelay = TimeSpan.FromSeconds(2);

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
            // The new session must have the model of the first, even if the agent now in charge does not set one.
            var next = agent.ToSessionConfiguration();
            return client.ConnectAsync(GetConnectOptions(options, next with { Model = next.Model ?? model }), token);
        });
        var (conversation, engine) = Create(connection, prepared, options, ownsConnection: true, opener);
        engine.UnpreparedAgent = agent;
        engine.WarnOfDifferences(session, connection.Session);
        return await RestoreAsync(conversation, engine, options, cancellationToken).Counted(options.Work);
    }

    /// <summary>Joins a call.</summary>
    public static async Task<RealtimeConversation> AttachAsync(
        RealtimeClient client, string callId, RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        var opener = CreateOpener(client, options, callId);
        var connection = await opener.OpenAsync(agent, cancellationToken).Counted(options.Work);
        var call = new CallControl(token => client.Calls.HangUpAsync(callId, token), (target, token) => client.Calls.ReferAsync(callId, target, token));
        return await StartAsync(connection, agent, options, ownsConnection: true, cancellationToken, opener, call).Counted(options.Work);
    }

    /// <summary>Accepts a telephone call with the agent.</summary>
    public static async Task<AnsweredCall> AcceptAsync(
        RealtimeClient client, string callId, RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(agent, options, cancellationToken).Counted(options.Work);
        var session = prepared.ToSessionConfiguration();
        UsageRules.ThrowIfUnpriced(options, session.Model, prepared);
        await client.Calls.AcceptAsync(callId, session, cancellationToken).Counted(options.Work);
        return new(client, callId, sdp: null, agent, prepared, options);
    }

    /// <summary>Begins a WebRTC call with the agent.</summary>
    public static async Task<AnsweredCall> AnswerAsync(
        RealtimeClient client, string offer, RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(agent, options, cancellationToken).Counted(options.Work);
        var session = prepared.ToSessionConfiguration();
        UsageRules.ThrowIfUnpriced(options, session.Model, prepared);
        var answer = await client.Calls.CreateAsync(offer, session, cancellationToken).Counted(options.Work);
        return answer.CallId is { } callId
            ? new(client, callId, answer.Sdp, agent, prepared, options)
            : throw new RealtimeProtocolException("The server answered Calls.CreateAsync without a Location header, so the call has no ID.", path: null, answer.Sdp.Length);
    }

    /// <summary>Opens a session with the agent for the client of a relay. The conversation reads nothing before the relay runs.</summary>
    public static async Task<RealtimeRelay> OpenRelayAsync(
        RealtimeClient client, RealtimeAgent agent, RealtimeConversationOptions options, RealtimeRelayOptions relayOptions, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(agent, options, cancellationToken).Counted(options.Work);
        var session = prepared.ToSessionConfiguration();
        UsageRules.ThrowIfUnpriced(options, session.Model ?? options.Connect?.Model, prepared);
        var connect = GetConnectOptions(options, session);
        (connect.MaxUnreadBytes, connect.MaxMessageBytes) = (relayOptions.MaxBufferedBytes, Math.Min(connect.MaxMessageBytes, relayOptions.MaxBufferedBytes));
        var connection = await client.ConnectAsync(connect, cancellationToken).Counted(options.Work);
        var run = new RelayRun(relayOptions, options);
        var (conversation, engine) = Create(connection, prepared, options, ownsConnection: true, opener: null, relay: run);
        engine.UnpreparedAgent = agent;
        engine.WarnOfDifferences(session, connection.Session);
        var relay = new RealtimeRelay(run);
        try
        {
            await RestoreAsync(conversation, engine, options, cancellationToken).Counted(options.Work);
            return relay;
        }
        catch
        {
            await relay.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Joins a call that was answered with the agent. Tries again for a while, because the service may not know the call yet.</summary>
    public static async Task<RealtimeConversation> AttachAsync(
        RealtimeClient client, string callId, RealtimeAgent agent, RealtimeAgent prepared, RealtimeConversationOptions options, Func<CancellationToken, Task> hangUp,
        CancellationToken cancellationToken)
    {
        var opener = CreateOpener(client, options, callId);
        var connection = await OpenWithRetriesAsync(opener, prepared, options, cancellationToken).Counted(options.Work);
        var call = new CallControl(hangUp, (target, token) => client.Calls.ReferAsync(callId, target, token));
        return await StartAsync(connection, agent, options, ownsConnection: true, cancellationToken, opener, call, prepared).Counted(options.Work);
    }

    private static async Task<RealtimeConnection> OpenWithRetriesAsync(
        SessionOpener opener, RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        var (time, begun, delay) = (options.TimeProvider!, options.TimeProvider!.GetTimestamp(), FirstAttachDelay);
        while (true)
        {
            try
            {
                return await opener.OpenAsync(agent, cancellationToken).Counted(options.Work);
            }
            catch (RealtimeException e) when (e is { IsTransient: true } or RealtimeApiException { Kind: RealtimeApiErrorKind.NotFound }
                && time.GetElapsedTime(begun) + delay < options.Limits.AttachTimeout)
            {
                // A service can need a moment until it knows a new call, and reports it as not found until then.
            }
            await Task.Delay(delay, time, cancellationToken).Counted(options.Work);
            delay = delay * 2 < MaxAttachDelay ? delay * 2 : MaxAttachDelay;
        }
    }

    /// <summary>Starts over an open connection and updates its session to that of the agent.</summary>
    public static async Task<RealtimeConversation> StartAsync(
        RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions options, bool ownsConnection, CancellationToken cancellationToken,
        SessionOpener? opener = null, CallControl? call = null, RealtimeAgent? prepared = null)
    {
        RealtimeConversation? conversation = null;
        try
        {
            prepared ??= await PrepareAsync(agent, options, cancellationToken).Counted(options.Work);
            UsageRules.ThrowIfUnpriced(options, (connection.Session?.Configuration as RealtimeSessionConfiguration)?.Model, prepared);

            // The reading starts before the update, because the conversation must not miss the events that follow it.
            var session = prepared.ToSessionConfiguration() with { Model = null };
            if (options.OnForeignChange is not null && connection.CallId is not null)
                session = session with { Tools = session.Tools ?? [], ToolChoice = session.ToolChoice ?? ToolChoice.Auto };
            (conversation, var engine) = Create(connection, prepared, options, ownsConnection, opener, call);
            engine.UnpreparedAgent = agent;
            var updated = await connection.UpdateSessionAndWaitAsync(session, cancellationToken).Counted(options.Work);
            engine.Protect(session, updated.Session);
            engine.WarnOfDifferences(prepared.ToSessionConfiguration(), updated.Session);
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

    /// <summary>Returns the agent as the user of the conversation meets it.</summary>
    public static async Task<RealtimeAgent> PrepareAsync(RealtimeAgent agent, RealtimeConversationOptions options, CancellationToken cancellationToken)
    {
        agent.ThrowIfInvalid();
        var graph = new AgentGraph(options.Services);
        graph.Add(agent);
        return graph.Resolve(await agent.PrepareAsync(new AgentContext(agent, options), cancellationToken).AsTask().Counted(options.Work));
    }

    private static (RealtimeConversation Conversation, ConversationEngine Engine) Create(
        RealtimeConnection connection, RealtimeAgent agent, RealtimeConversationOptions options, bool ownsConnection, SessionOpener? opener,
        CallControl? call = null, RelayRun? relay = null)
    {
        var engine = new ConversationEngine(connection, agent, options, options.TimeProvider!, opener, relay) { OwnsConnection = ownsConnection, HangUp = call?.HangUp, Transfer = call?.Transfer };
        var conversation = engine.Conversation = new(engine, options.State);

        // Before the first event is read, so that the recording has all decisions.
        options.Recorder?.Begin(engine);

        // A relay starts the reading when its client is connected.
        if (relay is null)
            engine.Start();
        else
            relay.Begin(conversation);
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

    private static SessionOpener CreateOpener(RealtimeClient client, RealtimeConversationOptions options, string callId) =>
        CreateOpener(client, (_, token) => client.ConnectAsync(GetConnectOptions(options, session: null, callId), token));

    private static SessionOpener CreateOpener(RealtimeClient client, Func<RealtimeAgent, CancellationToken, Task<RealtimeConnection>> open) =>
        new(open, client.Options.Randomizer ?? Random.Shared.NextDouble);

    private static RealtimeConnectOptions GetConnectOptions(RealtimeConversationOptions options, RealtimeSessionConfiguration? session, string? callId = null)
    {
        var connect = (RealtimeConnectOptions?)options.Connect?.Copy() ?? new();
        (connect.Session, connect.CallId) = (session, callId);

        // With different clocks, the conversation would measure wrong times.
        connect.TimeProvider ??= options.TimeProvider;
        connect.Tap = options.Recorder?.CreateTap(options.TimeProvider);
        return connect;
    }

    /// <summary>The requests that end a call, of the client that has begun or joined it.</summary>
    internal sealed record CallControl(Func<CancellationToken, Task> HangUp, Func<string, CancellationToken, Task> Transfer);
}
