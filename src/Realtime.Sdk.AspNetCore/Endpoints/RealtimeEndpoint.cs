using System.Threading.RateLimiting;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>One endpoint with an agent behind it. It is also part of the metadata of its routes, by which <see cref="EndpointCheck"/> finds them.</summary>
internal sealed class RealtimeEndpoint(string method, string pattern, string agent, RealtimeEndpointOptions options, EndpointServices services)
{
    private const int DefaultCallsPerUser = 2;

    private static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromMinutes(5);

    public string Pattern => pattern;

    public string Agent => agent;

    public RealtimeEndpointOptions Options => options;

    public EndpointServices Services => services;

    /// <summary>Whether the check at the start has found the endpoint authorized or explicitly anonymous. It serves no request before.</summary>
    public bool IsChecked { get; set; }

    public bool IsForClientSecrets => method == nameof(Microsoft.AspNetCore.Builder.RealtimeEndpointRouteBuilderExtensions.MapRealtimeClientSecrets);

    public bool IsRelay => method == nameof(Microsoft.AspNetCore.Builder.RealtimeEndpointRouteBuilderExtensions.MapRealtimeRelay);

    public bool IsForIncomingCalls => method == nameof(Microsoft.AspNetCore.Builder.RealtimeEndpointRouteBuilderExtensions.MapRealtimeIncomingCalls);

    /// <summary>The maximum time without an event of the service, for calls; null if it is not limited.</summary>
    public TimeSpan? IdleTimeout => options.IdleTimeout is { } idle ? (idle == Timeout.InfiniteTimeSpan ? null : idle) : DefaultIdleTimeout;

    /// <summary>The limiter of its requests; null if they are not limited.</summary>
    public PartitionedRateLimiter<HttpContext>? Limiter { get; } = options.RateLimit is { } limit ? CreateLimiter(limit) : null;

    /// <summary>Reserves a place of the call host for the user of a request.</summary>
    public ValueTask<CallReservation> ReserveAsync(HttpContext context)
    {
        var request = new CallReservationRequest { Agent = agent, User = EndpointUser.KeyOf(context), MaxCallsPerUser = options.MaxCallsPerUser ?? DefaultCallsPerUser };
        return services.Host.ReserveAsync(request, context.RequestAborted);
    }

    /// <summary>Answers a request with a problem, which is counted and logged.</summary>
    public Task RefuseAsync(HttpContext context, EndpointProblem problem)
    {
        EndpointMetrics.Refused(agent, problem.Status);
        EndpointLog.Refused(services.Logger, ToString(), problem.Status, problem.Title);
        return problem.WriteAsync(context);
    }

    /// <summary>Returns the call in the program that has mapped the endpoint.</summary>
    public override string ToString() => $"{method}(\"{PeerText.Sanitize(pattern)}\", \"{PeerText.Sanitize(agent)}\")";

    private static PartitionedRateLimiter<HttpContext> CreateLimiter(RealtimeRateLimit limit)
    {
        var window = new SlidingWindowRateLimiterOptions { PermitLimit = limit.Requests, Window = limit.Period, SegmentsPerWindow = 6, QueueLimit = 0 };
        return PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetSlidingWindowLimiter(EndpointUser.KeyOf(context), _ => window));
    }
}
