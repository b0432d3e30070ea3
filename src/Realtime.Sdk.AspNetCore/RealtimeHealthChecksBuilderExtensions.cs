namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health check of the call host.</summary>
public static class RealtimeHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of the call host of this process: healthy while it accepts calls, degraded while it carries as many as it may, unhealthy when it is stopping. Its data are
    /// the numbers <c>calls</c> and <c>max_calls</c>. It sends nothing to the service.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the check. The default is <c>realtime_calls</c>.</param>
    /// <param name="tags">The tags of the check. Null, the default, sets none.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddRealtimeCalls(this IHealthChecksBuilder builder, string name = "realtime_calls", IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return builder.Add(new(name, static services => new CallHostHealthCheck(services.GetRequiredService<CallHost>()), failureStatus: null, tags));
    }
}
