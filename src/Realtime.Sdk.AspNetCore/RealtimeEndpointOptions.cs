namespace Realtime.Sdk;

/// <summary>
/// The options of an endpoint with an agent behind it. Immutable; every member has a default. A member that has no meaning for an endpoint, such as
/// <see cref="SessionOnly"/> for WebRTC calls, must not be set: the application does not start otherwise.
/// </summary>
public sealed record RealtimeEndpointOptions
{
    /// <summary>
    /// A callback that returns the options of the conversation for a request, or null to refuse it with 403. It gets options with the authenticated user of the request in
    /// <see cref="RealtimeConversationOptions.User"/>, and for WebRTC calls with <see cref="RealtimeConversationOptions.OnForeignChange"/>; return them with further members, for
    /// example with a state and a budget. It can read the body of the request. For a telephone call, the call is in the features of the <see cref="HttpContext"/>, as an
    /// <see cref="IRealtimeIncomingCallFeature"/>, and null rejects it. The token is canceled after <see cref="PrepareTimeout"/> and, except for telephone calls, when the client
    /// abandons the request. An exception refuses the request with 500 and is logged. Null, the default, uses the options as they are.
    /// </summary>
    public Func<HttpContext, RealtimeConversationOptions, CancellationToken, ValueTask<RealtimeConversationOptions?>>? Prepare { get; init; }

    /// <summary>
    /// The maximum time of <see cref="Prepare"/>; then the request is refused with 503, and the callback is left behind. More than zero, at most an hour; the default is 10
    /// seconds.
    /// </summary>
    public TimeSpan PrepareTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Code of the app for the life of the conversation, for example the loop over its updates. When it returns or throws, the conversation ends and the call is hung up; an
    /// exception is logged. The token is canceled when the call must end, for example because the host stops. Null, the default, runs no code: the agent talks until the call
    /// ends, and greets the caller of a telephone call first. Not for client secrets.
    /// </summary>
    public Func<RealtimeConversation, CancellationToken, Task>? Run { get; init; }

    /// <summary>
    /// A callback that gets one record of each call and each relay: how it ended, its duration, usage and cost. It is called once, when the call has ended in every way, also
    /// for a telephone call that was rejected or missed. An exception is logged. Its token is canceled after 5 seconds, when nothing waits for it any longer. Null, the
    /// default, calls nothing. Not for client secrets.
    /// </summary>
    public Func<CallRecord, CancellationToken, ValueTask>? OnEnded { get; init; }

    /// <summary>
    /// The origins of other sites whose pages may call the endpoint, for example <c>https://www.example.com</c>. The default is empty: only pages of the same origin may.
    /// With other origins, the application must call <c>app.UseCors()</c>, <c>app.UseAuthentication()</c> and <c>app.UseAuthorization()</c>, in this order: browsers ask for
    /// permission without the credentials of the user. Not for telephone calls.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The limit of requests of one user or, for anonymous requests, of one address. The default is 10 requests in 1 minute, and no limit for telephone calls, which the
    /// service announces from few addresses. Null sets no limit. For other limits, also use the framework's <c>RequireRateLimiting</c>.
    /// </summary>
    public RealtimeRateLimit? RateLimit { get; init; } = RealtimeRateLimit.Default;

    /// <summary>The maximum time to receive the body of a request; then it is refused with 408. More than zero, at most an hour; the default is 10 seconds.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum number of calls of one user or, for anonymous requests, of one address at the same time; at least 1. Null, the default, is 2. Not for client secrets and
    /// telephone calls.
    /// </summary>
    public int? MaxCallsPerUser { get; init; }

    /// <summary>
    /// The reaction when the page changes the session or requests a response by itself. Null, the default, is <see cref="ForeignChangeAction.Restore"/>. Only for WebRTC calls: a
    /// relay refuses such events, and the caller of a telephone call cannot send any.
    /// </summary>
    public ForeignChangeAction? OnForeignChange { get; init; }

    /// <summary>
    /// The maximum time without an event of the service; then the call is hung up, because the service does not always report that a page has left. More than zero, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Null, the default, is 5 minutes. Not for client secrets.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>
    /// The maximum time without a ping of the page; then the call is hung up. More than zero. A page pings with <c>POST {Location}/ping</c>, which must reach the process that
    /// carries the call. Null, the default, expects no pings. Only for WebRTC calls.
    /// </summary>
    public TimeSpan? PingTimeout { get; init; }

    /// <summary>
    /// Whether a client secret starts with the session of the agent alone, without its functions, handoffs and guardrails, which run only on the server. The default is
    /// <see langword="false"/>: the application does not start if the agent has any of them. Only for client secrets.
    /// </summary>
    public bool SessionOnly { get; init; }

    /// <summary>
    /// The time during which a client secret can open sessions: whole seconds from 10 seconds to 2 hours. Null, the default, is 1 minute. Only for client secrets.
    /// </summary>
    public TimeSpan? ExpiresAfter { get; init; }

    /// <summary>The policy and the limits of a relay. Null, the default, uses the defaults. Only for relays.</summary>
    public RealtimeRelayOptions? Relay { get; init; }

    /// <summary>
    /// Whether a relay accepts clients that name no origin, such as native apps and servers. The default is <see langword="false"/>: browsers always name one, and a client that
    /// is not a browser could only be recognized by its authentication. Only for relays.
    /// </summary>
    public bool AllowMissingOrigin { get; init; }

    internal RealtimeEndpointOptions Copy() => this with { AllowedOrigins = [.. AllowedOrigins] };
}

/// <summary>A number of requests in a period of time. Requests beyond it are refused with 429 and the time to wait.</summary>
public sealed record RealtimeRateLimit
{
    /// <summary>The limit of an endpoint whose options set none. Recognized by reference.</summary>
    internal static RealtimeRateLimit Default { get; } = new();

    /// <summary>The number of requests in each period; at least 1. The default is 10.</summary>
    public int Requests { get; init; } = 10;

    /// <summary>The period, more than zero. It slides in six steps. The default is 1 minute.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);
}
