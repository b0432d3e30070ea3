using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Realtime.Sdk;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the services of the endpoints.</summary>
public static class RealtimeEndpointServiceCollectionExtensions
{
    /// <summary>
    /// Adds the services that <c>MapRealtimeWebRtc</c>, <c>MapRealtimeRelay</c>, <c>MapRealtimeIncomingCalls</c> and <c>MapRealtimeClientSecrets</c> need: the call host, which carries calls after their requests have ended, and the
    /// check that refuses to start an application with an unprotected endpoint. Add the client and the agents with <c>AddRealtimeClient</c> and
    /// <c>AddRealtimeAgent</c>. To carry calls elsewhere, register another <see cref="IRealtimeCallHost"/> before this call.
    /// </summary>
    /// <param name="services">The collection.</param>
    /// <param name="configure">Sets the options of the call host, which are validated when the host starts. Null, the default, uses the defaults.</param>
    /// <returns>The collection.</returns>
    public static IServiceCollection AddRealtimeEndpoints(this IServiceCollection services, Action<RealtimeCallHostOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<RealtimeCallHostOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        if (services.Any(service => service.ServiceType == typeof(EndpointServices)))
            return services;
        services.AddSingleton<EndpointServices>();
        services.AddSingleton<IValidateOptions<RealtimeCallHostOptions>, RealtimeCallHostOptions.Validator>();
        services.AddCors();
        services.AddDataProtection();
        services.AddProblemDetails();
        services.AddTransient<IStartupFilter, EndpointCheck>();
        services.AddSingleton<CallHost>();
        services.TryAddSingleton<IRealtimeCallHost>(provider => provider.GetRequiredService<CallHost>());
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<CallHost>());
        return services;
    }
}
