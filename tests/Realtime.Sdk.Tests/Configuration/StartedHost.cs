using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Tests.Configuration;

/// <summary>A host that was started, or that refused to start.</summary>
/// <param name="Failures">Why the host did not start; empty when it did.</param>
/// <param name="Warnings">What was logged as a warning.</param>
/// <param name="Session">The session named "support"; null when there is none.</param>
internal sealed record StartedHost(IReadOnlyList<string> Failures, IReadOnlyList<string> Warnings, SessionConfiguration? Session)
{
    /// <summary>Starts a host with a configuration file.</summary>
    /// <param name="json">The JSON of the file.</param>
    /// <param name="register">Adds the services.</param>
    public static async Task<StartedHost> WithAsync(string json, Action<IServiceCollection, IConfiguration> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        var log = new FakeLogCollector();
        builder.Services.AddLogging(logging => logging.AddProvider(new FakeLoggerProvider(log)));
        register(builder.Services, builder.Configuration);
        using var host = builder.Build();
        IReadOnlyList<string> failures = [];
        try
        {
            await host.StartAsync().WithTimeout();
        }
        catch (OptionsValidationException e)
        {
            failures = [.. e.Failures];
        }
        catch (AggregateException e)
        {
            failures = [.. e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)];
        }
        var session = failures.Count == 0 ? host.Services.GetKeyedService<SessionConfiguration>("support") : null;
        return new(failures, [.. log.GetSnapshot().Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Message)], session);
    }

    /// <summary>Starts a host with the session "support" in the section <c>Sessions:Support</c>.</summary>
    public static Task<StartedHost> WithSectionAsync(string session, Action<RealtimeSessionBindingOptions>? configure = null) =>
        WithAsync($$$"""{"Sessions":{"Support":{{{session}}}}}""", (services, configuration) => services.AddRealtimeSession("support", configuration.GetSection("Sessions:Support"), configure));

    /// <summary>Starts a host with the session "support" in a stream.</summary>
    public static Task<StartedHost> WithStreamAsync(string session, Action<RealtimeSessionBindingOptions>? configure = null) =>
        WithAsync("{}", (services, _) => services.AddRealtimeSession("support", new MemoryStream(Encoding.UTF8.GetBytes(session)), configure));
}
