using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Realtime.Sdk;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="RealtimeClient"/> to a service collection.</summary>
public static class RealtimeServiceCollectionExtensions
{
    /// <summary>Handlers that send requests again, by name: the SDK knows which requests may be, they do not.</summary>
    private static readonly string[] RepeatingHandlers =
        ["Microsoft.Extensions.Http.Resilience.ResilienceHandler", "Microsoft.Extensions.Http.PolicyHttpMessageHandler"];

    /// <summary>
    /// Adds a singleton <see cref="RealtimeClient"/>. Its options are checked when the host starts; so is its primary handler, which must
    /// not follow redirects. Resilience handlers set for all HTTP clients are left out of it; add one to the returned builder to have it all
    /// the same. So are the platform's HTTP loggers, whose structured state holds the credential; the client logs its requests itself.
    /// </summary>
    /// <param name="services">The collection.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder of the HTTP client underneath, for handlers and proxies.</returns>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, Action<RealtimeClientOptions> configure) =>
        services.Add(Options.Options.DefaultName, configure);

    /// <inheritdoc cref="AddRealtimeClient(IServiceCollection, Action{RealtimeClientOptions})"/>
    /// <param name="services">The collection.</param>
    /// <param name="section">
    /// The section whose members are named like those of <see cref="RealtimeClientOptions"/>; upper and lower case are the same. A section that is
    /// missing or empty and a member that is not an option keep the host from starting. The section is read once, when the host starts or the
    /// client is first needed; changes of the configuration after that have no effect. What a section cannot hold, such as
    /// <see cref="RealtimeClientOptions.Credential"/>, is set beside it:
    /// <c>services.AddOptions&lt;RealtimeClientOptions&gt;(name).Configure&lt;TService&gt;((options, service) =&gt; …)</c>.
    /// </param>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, IConfiguration section) =>
        services.Add(Options.Options.DefaultName, From(section));

    /// <summary>Adds a keyed singleton <see cref="RealtimeClient"/>: <c>[FromKeyedServices("name")] RealtimeClient client</c>.</summary>
    /// <param name="services">The collection.</param>
    /// <param name="name">The key, and the name of the options.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder of the HTTP client underneath, for handlers and proxies.</returns>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, string name, Action<RealtimeClientOptions> configure) =>
        services.Add(ThrowIfBlank(name), configure);

    /// <inheritdoc cref="AddRealtimeClient(IServiceCollection, string, Action{RealtimeClientOptions})"/>
    /// <param name="services">The collection.</param>
    /// <param name="name">The key, and the name of the options.</param>
    /// <param name="section">
    /// The section whose members are named like those of <see cref="RealtimeClientOptions"/>; upper and lower case are the same. A section that is
    /// missing or empty and a member that is not an option keep the host from starting. The section is read once, when the host starts or the
    /// client is first needed; changes of the configuration after that have no effect. What a section cannot hold, such as
    /// <see cref="RealtimeClientOptions.Credential"/>, is set beside it:
    /// <c>services.AddOptions&lt;RealtimeClientOptions&gt;(name).Configure&lt;TService&gt;((options, service) =&gt; …)</c>.
    /// </param>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, string name, IConfiguration section) =>
        services.Add(ThrowIfBlank(name), From(section));

    /// <summary>
    /// Adds a named session configuration: <c>[FromKeyedServices("name")] SessionConfiguration session</c>. One that breaks rules of the API
    /// keeps the host from starting, with all of its faults in one <see cref="OptionsValidationException"/>. A value that this version does not
    /// know, such as a new voice, is logged once as a warning. A later registration of the same name replaces this one.
    /// </summary>
    /// <param name="services">The collection.</param>
    /// <param name="name">The key.</param>
    /// <param name="session">The configuration; immutable, so that everybody may share it.</param>
    public static IServiceCollection AddRealtimeSession(this IServiceCollection services, string name, SessionConfiguration session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return services.AddSession(name, new SessionFromCode(session));
    }

    /// <inheritdoc cref="AddRealtimeSession(IServiceCollection, string, SessionConfiguration)"/>
    /// <remarks>
    /// <para>
    /// A section that is missing or empty, an unknown <c>type</c> and an unknown member keep the host from starting too; names are compared in upper
    /// and lower case. The section is read once, when the host starts or the session is first needed; changes of the configuration after that have
    /// no effect. A flat session of the beta has no <c>type</c>: add it from code.
    /// </para>
    /// <para>
    /// A configuration holds only texts. The types of the session's members decide what is a number, a truth value, a list or an object, and the
    /// keywords of JSON Schema decide it in the parameters of a tool. What neither decides, such as the text <c>123</c> in the metadata of
    /// <see cref="Tracing"/>, keeps the host from starting: add the session from a JSON file or stream instead.
    /// </para>
    /// </remarks>
    /// <param name="services">The collection.</param>
    /// <param name="name">The key.</param>
    /// <param name="section">The session as it is sent, its members by their wire names, <c>type</c> included.</param>
    /// <param name="configure">Changes how strictly the section is read; null changes nothing.</param>
    public static IServiceCollection AddRealtimeSession(
        this IServiceCollection services, string name, IConfiguration section, Action<RealtimeSessionBindingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddSession(name, new SessionFromSection(section, Configured(configure)));
    }

    /// <inheritdoc cref="AddRealtimeSession(IServiceCollection, string, SessionConfiguration)"/>
    /// <remarks>
    /// A file that is missing or is not the JSON of a session, an unknown <c>type</c> and an unknown member keep the host from starting too. The
    /// file is read once, when the host starts or the session is first needed; later changes have no effect. Comments and trailing commas are
    /// allowed.
    /// </remarks>
    /// <param name="services">The collection.</param>
    /// <param name="name">The key.</param>
    /// <param name="json">
    /// The file with the session exactly as it is sent, <c>type</c> included. A <see cref="FileInfo"/> resolves a relative path against the current
    /// directory; combine the path with the content root of the host, <c>builder.Environment.ContentRootPath</c>, to be independent of it.
    /// </param>
    /// <param name="configure">Changes how strictly the JSON is read; null changes nothing.</param>
    public static IServiceCollection AddRealtimeSession(
        this IServiceCollection services, string name, FileInfo json, Action<RealtimeSessionBindingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return services.AddSession(name, new SessionFromFile(json, Configured(configure)));
    }

    /// <inheritdoc cref="AddRealtimeSession(IServiceCollection, string, SessionConfiguration)"/>
    /// <remarks>
    /// Anything but the JSON of a session, an unknown <c>type</c> and an unknown member keep the host from starting too. Comments and trailing
    /// commas are allowed.
    /// </remarks>
    /// <param name="services">The collection.</param>
    /// <param name="name">The key.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <param name="utf8Json">The session exactly as it is sent, <c>type</c> included. The stream is read to its end by this call, and stays open.</param>
    /// <param name="configure">Changes how strictly the JSON is read; null changes nothing.</param>
    public static IServiceCollection AddRealtimeSession(
        this IServiceCollection services, string name, Stream utf8Json, Action<RealtimeSessionBindingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        using var json = new MemoryStream();
        utf8Json.CopyTo(json);
        return services.AddSession(name, new SessionFromBytes(json.ToArray(), Configured(configure)));
    }

    private static RealtimeSessionBindingOptions Configured(Action<RealtimeSessionBindingOptions>? configure)
    {
        var options = new RealtimeSessionBindingOptions();
        configure?.Invoke(options);
        return options.Copy();
    }

    private static IServiceCollection AddSession(this IServiceCollection services, string name, SessionSource source)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<NamedSession>(ThrowIfBlank(name)).Configure(session => session.Source = source).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NamedSession>, NamedSessionValidator>());
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredService<IOptionsMonitor<NamedSession>>().Get(name).Session!);
        return services;
    }

    private static string ThrowIfBlank(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name;
    }

    private static Action<RealtimeClientOptions> From(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return options => RealtimeClientOptionsBinder.Bind(options, section);
    }

    private static IHttpClientBuilder Add(this IServiceCollection services, string name, Action<RealtimeClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<RealtimeClientOptions>(name).Configure(configure).PostConfigure<IServiceProvider>(FillIn).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RealtimeClientOptions>, RealtimeClientOptionsValidator>());
        services.AddOptions<HandlerChain>(name)
            .Configure<IHttpMessageHandlerFactory, IOptionsMonitor<RealtimeClientOptions>>(
                (chain, factory, options) => chain.FollowsRedirects = FollowsRedirects(factory, options, name))
            .Validate(chain => !chain.FollowsRedirects, $"The primary handler of {ClientName(name)} must not follow redirects: they would carry the credential along.")
            .ValidateOnStart();
        if (name.Length == 0)
            services.TryAddSingleton(provider => Create(provider, name));
        else
            services.TryAddKeyedSingleton(name, (provider, _) => Create(provider, name));
        return services.AddHttpClient(ClientName(name), http => http.Timeout = Timeout.InfiniteTimeSpan)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The platform redacts headers in the text of its Trace entries only: their structured state holds the credential.
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler((handler, provider) => Prepare(handler, provider, name))
            .ConfigureAdditionalHttpMessageHandlers((handlers, provider) => LeaveOutRepeating(handlers, provider, name));
    }

    private static string ClientName(string name) => name.Length == 0 ? nameof(RealtimeClient) : $"{nameof(RealtimeClient)}:{name}";

    private static RealtimeClient Create(IServiceProvider provider, string name)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<RealtimeClientOptions>>().Get(name).Copy();
        _ = provider.GetRequiredService<IOptionsMonitor<HandlerChain>>().Get(name);
        options.HttpClientFollowsNoRedirects = true;
        var handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(ClientName(name));
        return new(provider.GetRequiredService<IHttpClientFactory>().CreateClient(ClientName(name)), handler, options);
    }

    private static void FillIn(RealtimeClientOptions options, IServiceProvider provider)
    {
        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        options.TimeProvider ??= provider.GetService<TimeProvider>();
    }

    private static void Prepare(HttpMessageHandler handler, IServiceProvider provider, string name)
    {
        PrimaryHandlers.Configure(handler);
        if (handler is SocketsHttpHandler sockets && provider.GetRequiredService<IOptionsMonitor<RealtimeClientOptions>>().Get(name).Proxy is { } proxy)
            sockets.Proxy = proxy;
    }

    private static bool FollowsRedirects(IHttpMessageHandlerFactory factory, IOptionsMonitor<RealtimeClientOptions> options, string name)
    {
        try
        {
            return PrimaryHandlers.FollowsRedirects(factory.CreateHandler(ClientName(name)), unlessSaid: options.Get(name).HttpClientFollowsNoRedirects);
        }
        catch (OptionsValidationException)
        {
            return false; // wrong options speak for themselves, and no client is made of them
        }
    }

    private static void LeaveOutRepeating(IList<DelegatingHandler> handlers, IServiceProvider provider, string name)
    {
        var logger = GuardedLogger.Create(provider.GetService<ILoggerFactory>(), "Realtime.Sdk.RealtimeClient");
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            var type = handlers[i].GetType().FullName;
            if (!RepeatingHandlers.Contains(type))
                continue;
            handlers.RemoveAt(i);
            RealtimeLog.HandlerLeftOut(logger, type, name);
        }
    }

    /// <summary>What the handlers of a client are found to do when the host starts.</summary>
    private sealed class HandlerChain
    {
        public bool FollowsRedirects { get; set; }
    }
}
