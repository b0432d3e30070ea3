using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk;

/// <summary>
/// Starts conversations of an agent that was added by <c>services.AddRealtimeAgent</c>: <c>[FromKeyedServices("waiter")] RealtimeConversationFactory waiter</c>.
/// It can be used by any number of callers at the same time. Each conversation belongs to the caller that started it.
/// </summary>
/// <example>
/// <code>
/// await using var conversation = await waiter.StartConversationAsync(new() { Player = speaker }, cancellationToken);
/// </code>
/// </example>
public sealed class RealtimeConversationFactory
{
    private readonly IServiceProvider _services;

    private RealtimeConversationFactory(RealtimeAgent agent, RealtimeClient client, IServiceProvider services) => (Agent, Client, _services) = (agent, client, services);

    /// <summary>The agent.</summary>
    public RealtimeAgent Agent { get; }

    /// <summary>The client that opens the connections of the conversations. The service container owns it.</summary>
    public RealtimeClient Client { get; }

    /// <summary>Opens a connection and starts a conversation with the agent.</summary>
    /// <param name="options">
    /// Player, user, state and more. Null uses the defaults. Where <see cref="RealtimeConversationOptions.Services"/> is null, the services of the application are
    /// used, so that each function call gets a scope of its own. Where <see cref="RealtimeConversationOptions.LoggerFactory"/> or
    /// <see cref="RealtimeConversationOptions.TimeProvider"/> is null, that of the client is used or, if the client has none, that of the application's services.
    /// </param>
    /// <param name="cancellationToken">Cancels the opening only.</param>
    /// <inheritdoc cref="RealtimeConversationExtensions.StartConversationAsync(RealtimeClient, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)" path="/exception"/>
    public Task<RealtimeConversation> StartConversationAsync(RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.StartConversationAsync(Agent, ApplyDefaults(options), cancellationToken);

    /// <summary>
    /// Attaches a conversation with the agent to an active call between a browser or a telephone and the service. The call's audio does not pass through the
    /// conversation: see <see cref="RealtimeConversation.Capabilities"/>.
    /// </summary>
    /// <param name="callId">The ID of the call, <c>rtc_…</c>.</param>
    /// <param name="options"><inheritdoc cref="StartConversationAsync" path="/param[@name='options']"/></param>
    /// <param name="cancellationToken">Cancels the opening only.</param>
    /// <inheritdoc cref="RealtimeConversationExtensions.AttachConversationAsync(RealtimeClient, string, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)" path="/exception"/>
    public Task<RealtimeConversation> AttachConversationAsync(
        string callId, RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AttachConversationAsync(callId, Agent, ApplyDefaults(options), cancellationToken);

    /// <summary>
    /// Answers the WebRTC offer of a page with the agent. Return <see cref="AnsweredCall.Sdp"/> to the page, and attach the conversation that runs the agent's functions
    /// with <see cref="AnsweredCall.AttachConversationAsync"/>.
    /// </summary>
    /// <param name="offer">The SDP offer, which is sent unchanged.</param>
    /// <param name="options"><inheritdoc cref="StartConversationAsync" path="/param[@name='options']"/></param>
    /// <param name="cancellationToken">Cancels the operation. The service may still have begun the call.</param>
    /// <inheritdoc cref="RealtimeConversationExtensions.AnswerCallAsync" path="/exception"/>
    public Task<AnsweredCall> AnswerCallAsync(string offer, RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AnswerCallAsync(offer, Agent, ApplyDefaults(options), cancellationToken);

    /// <summary>
    /// Accepts a telephone call with the agent. Attach the conversation, which runs the agent's functions, with <see cref="AnsweredCall.AttachConversationAsync"/>.
    /// </summary>
    /// <param name="callId"><inheritdoc cref="RealtimeConversationExtensions.AcceptCallAsync" path="/param[@name='callId']"/></param>
    /// <param name="options"><inheritdoc cref="StartConversationAsync" path="/param[@name='options']"/></param>
    /// <param name="cancellationToken">Cancels the operation. The service may still have accepted the call.</param>
    /// <inheritdoc cref="RealtimeConversationExtensions.AcceptCallAsync" path="/exception"/>
    public Task<AnsweredCall> AcceptCallAsync(string callId, RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.AcceptCallAsync(callId, Agent, ApplyDefaults(options), cancellationToken);

    /// <summary>
    /// Opens a session with the agent for a client that is connected to the application by a WebSocket. Accept the client's WebSocket when this has succeeded, and pass it to
    /// <see cref="RealtimeRelay.RunAsync"/>.
    /// </summary>
    /// <param name="options"><inheritdoc cref="RealtimeConversationExtensions.OpenRelayAsync" path="/param[@name='options']"/></param>
    /// <param name="relayOptions">The policy and the limits of the relay; null uses the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening only.</param>
    /// <inheritdoc cref="RealtimeConversationExtensions.OpenRelayAsync" path="/exception"/>
    public Task<RealtimeRelay> OpenRelayAsync(
        RealtimeConversationOptions? options = null, RealtimeRelayOptions? relayOptions = null, CancellationToken cancellationToken = default) =>
        Client.OpenRelayAsync(Agent, ApplyDefaults(options), relayOptions, cancellationToken);

    /// <summary>
    /// Returns the agent as <see cref="RealtimeAgent.Prepare"/> adapts it to a user, for code that needs only its session, for example to create a client secret.
    /// </summary>
    /// <param name="options">User, state and services for the callback. Null uses the defaults.</param>
    /// <param name="cancellationToken">Passed to the callback.</param>
    /// <exception cref="InvalidOperationException">The callback returned null or an agent with another name.</exception>
    /// <exception cref="RealtimeValidationException">The adapted agent breaks a rule of the API.</exception>
    public Task<RealtimeAgent> PrepareAgentAsync(RealtimeConversationOptions? options = null, CancellationToken cancellationToken = default) =>
        ConversationStarter.PrepareAsync(Agent, ApplyDefaults(options), cancellationToken);

    /// <summary>Returns the name of the agent.</summary>
    public override string ToString() => PeerText.Sanitize($"{nameof(RealtimeConversationFactory)} {{ Agent = {Agent?.Name} }}");

    /// <summary>Creates the factory of a registered agent.</summary>
    /// <param name="services">The root services, which outlive every scope.</param>
    /// <param name="name">The name of the agent.</param>
    internal static RealtimeConversationFactory Create(IServiceProvider services, string name)
    {
        var client = services.GetRequiredService<IOptionsMonitor<NamedAgentClient>>().Get(name).Registration!.ClientName;
        return new(
            services.GetRequiredKeyedService<RealtimeAgent>(name),
            client is null ? services.GetRequiredService<RealtimeClient>() : services.GetRequiredKeyedService<RealtimeClient>(client),
            services);
    }

    /// <summary>Returns the options with defaults for the members that the caller left null.</summary>
    internal RealtimeConversationOptions ApplyDefaults(RealtimeConversationOptions? options)
    {
        options ??= new();
        return options with
        {
            Services = options.Services ?? _services,

            // Those of the client take precedence: with another clock than its connection, a conversation would measure wrong times.
            LoggerFactory = options.LoggerFactory ?? Client.Options.LoggerFactory ?? _services.GetService<ILoggerFactory>(),
            TimeProvider = options.TimeProvider ?? Client.Options.TimeProvider ?? _services.GetService<TimeProvider>(),
        };
    }
}
