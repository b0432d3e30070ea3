using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Realtime.Sdk;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="RealtimeWebhooks"/> to a service collection.</summary>
public static class RealtimeWebhookServiceCollectionExtensions
{
    /// <summary>
    /// Adds a singleton <see cref="RealtimeWebhooks"/> and, unless another was added before, an <see cref="InMemoryClaimStore"/> as <see cref="IRealtimeClaimStore"/>. The options
    /// are validated when the host starts; one <see cref="OptionsValidationException"/> lists all violations, without secrets.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">
    /// A callback that sets the options. It is called again when an <see cref="IOptionsChangeTokenSource{TOptions}"/> for <see cref="RealtimeWebhookOptions"/> signals a
    /// change. If the options are then invalid, or the callback throws, a warning is logged and the previous options stay in use.
    /// </param>
    /// <returns>The service collection.</returns>
    public static IServiceCollection AddRealtimeWebhooks(this IServiceCollection services, Action<RealtimeWebhookOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<RealtimeWebhookOptions>().Configure(configure).PostConfigure<IServiceProvider>(SetDefaults).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RealtimeWebhookOptions>, WebhookOptionsValidator>());
        services.TryAddSingleton<IOptionsFactory<RealtimeWebhookOptions>, WebhookOptionsFactory>();
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<RealtimeWebhookOptions>>();
            return RealtimeWebhooks.Create(() => options.CurrentValue);
        });
        services.TryAddSingleton<IRealtimeClaimStore>(provider => new InMemoryClaimStore(timeProvider: provider.GetService<TimeProvider>()));
        return services;
    }

    /// <inheritdoc cref="AddRealtimeWebhooks(IServiceCollection, Action{RealtimeWebhookOptions})"/>
    /// <param name="services">The service collection.</param>
    /// <param name="section">
    /// The configuration section with the members <c>Secrets</c>, a list, and <c>Tolerance</c>. The host does not start if the section is missing or empty, or if a
    /// member is not an option. The section is read again when it changes, so that secrets are replaced without a restart. If it is then invalid, a warning is
    /// logged and the previous options stay in use.
    /// </param>
    public static IServiceCollection AddRealtimeWebhooks(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddSingleton<IOptionsChangeTokenSource<RealtimeWebhookOptions>>(new ConfigurationChangeTokenSource<RealtimeWebhookOptions>(section));
        return services.AddRealtimeWebhooks(options => Bind(options, section));
    }

    private static void Bind(RealtimeWebhookOptions options, IConfiguration section)
    {
        var members = new OptionsSection(section);
        members.ReadList(nameof(options.Secrets), options.Secrets);
        options.Tolerance = members.Read(nameof(options.Tolerance), options.Tolerance, "a duration like 00:05:00", OptionsSection.ParseTimeSpan);
        members.CheckNames([nameof(options.TimeProvider)]);
        options.SectionFaults = [.. options.SectionFaults, .. members.Faults];
    }

    private static void SetDefaults(RealtimeWebhookOptions options, IServiceProvider provider) => options.TimeProvider ??= provider.GetService<TimeProvider>();
}
