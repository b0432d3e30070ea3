namespace Realtime.Sdk;

/// <summary>
/// A call between a caller and the service that was answered with an agent. Attach a conversation, which runs the functions of the agent, or hang up: otherwise the call
/// continues without the application. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// var call = await client.AnswerCallAsync(offer, waiter);
/// // Return call.Sdp to the page, then:
/// await using var conversation = await call.AttachConversationAsync();
/// </code>
/// </example>
public sealed class AnsweredCall
{
    private readonly Lock _lock = new();
    private readonly RealtimeClient _client;
    private readonly RealtimeAgent _agent;
    private readonly RealtimeAgent _prepared;
    private readonly RealtimeConversationOptions _options;
    private Task? _hangUp;

    internal AnsweredCall(RealtimeClient client, string callId, string? sdp, RealtimeAgent agent, RealtimeAgent prepared, RealtimeConversationOptions options) =>
        (_client, CallId, Sdp, _agent, _prepared, _options) = (client, callId, sdp, agent, prepared, options);

    /// <summary>The ID of the call, <c>rtc_…</c>.</summary>
    public string CallId { get; }

    /// <summary>The SDP answer exactly as received, for the page that sent the offer; null for a telephone call.</summary>
    public string? Sdp { get; }

    /// <summary>The name of the agent.</summary>
    public string Agent => _agent.Name;

    /// <summary>The state in the options of the conversation; null if they have none.</summary>
    public object? State => _options.State;

    /// <summary>
    /// Attaches a conversation with the agent. The call's audio does not pass through it: see <see cref="RealtimeConversation.Capabilities"/>. If the service does not know
    /// the call yet, or the connection fails, it tries again for up to <see cref="ConversationLimits.AttachTimeout"/>. The call continues if attaching fails.
    /// </summary>
    /// <param name="cancellationToken">Cancels the opening only.</param>
    /// <inheritdoc cref="RealtimeConversationExtensions.AttachConversationAsync(RealtimeClient, string, RealtimeAgent, RealtimeConversationOptions?, CancellationToken)" path="/exception"/>
    public Task<RealtimeConversation> AttachConversationAsync(CancellationToken cancellationToken = default) =>
        ConversationStarter.AttachAsync(_client, CallId, _agent, _prepared, _options, HangUpAsync, cancellationToken);

    /// <summary>
    /// Ends the call. It is requested once, however often this method is called, also by the conversation, for example when its budget is spent; every caller gets the same
    /// result. After a failure, the next call of this method tries again. A call that has ended already is a success.
    /// </summary>
    /// <param name="cancellationToken">Cancels the waiting of this caller.</param>
    /// <exception cref="RealtimeApiException">The server rejected the request.</exception>
    /// <exception cref="RealtimeConnectionException">The connection failed.</exception>
    /// <exception cref="RealtimeTimeoutException">A timeout of the client's options has expired.</exception>
    /// <exception cref="RealtimeCredentialException">The token callback returned no token. Nothing was sent.</exception>
    public Task HangUpAsync(CancellationToken cancellationToken = default)
    {
        Task hangUp;
        lock (_lock)
        {
            if (_hangUp is null or { IsFaulted: true })
            {
                _hangUp = RequestHangUpAsync();

                // Callers that no longer wait leave its exception unobserved.
                _ = _hangUp.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
            hangUp = _hangUp;
        }
        return hangUp.WaitAsync(cancellationToken);
    }

    /// <summary>Returns the ID of the call and the name of the agent.</summary>
    public override string ToString() => PeerText.Sanitize($"{nameof(AnsweredCall)} {{ CallId = {CallId}, Agent = {_agent?.Name} }}");

    private async Task RequestHangUpAsync()
    {
        try
        {
            await _client.Calls.HangUpAsync(CallId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RealtimeApiException e) when (e.Kind == RealtimeApiErrorKind.NotFound)
        {
            // The caller has hung up.
        }
    }
}
