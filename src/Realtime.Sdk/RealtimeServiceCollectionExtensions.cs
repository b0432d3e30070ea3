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
    /// The section whose members are named like the properties of <see cref="RealtimeClientOptions"/>; the case does not matter. The host does not
    /// start if the section is missing or empty, or if a member is not an option. The section is read once, when the host starts or the client is
    /// first needed; later changes of the configuration have no effect. Options that a section cannot hold, such as
    /// <see cref="RealtimeClientOptions.Credential"/>, are set in code as well:
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
    /// The section whose members are named like the properties of <see cref="RealtimeClientOptions"/>; the case does not matter. The host does not
    /// start if the section is missing or empty, or if a member is not an option. The section is read once, when the host starts or the client is
    /// first needed; later changes of the configuration have no effect. Options that a section cannot hold, such as
    /// <see cref="RealtimeClientOptions.Credential"/>, are set in code as well:
    /// <c>services.AddOptions&lt;RealtimeClientOptions&gt;(name).Configure&lt;TService&gt;((options, service) =&gt; …)</c>.
    /// </param>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, string name, IConfiguration section) =>
        services.Add(ThrowIfBlank(name), From(section));

    /// <summary>
    /// Adds a named session configuration: <c>[FromKeyedServices("name")] SessionConfiguration session</c>. The host does not start if the
    /// configuration breaks rules of the API; one <see cref="OptionsValidationException"/> lists all of its faults. A value that this version does
    /// not know, such as a new voice, is logged once as a warning. A later registration of the same name replaces this one.
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
    /// The host does not start either if the section is missing or empty, or if a <c>type</c> or a member is unknown; names are case-sensitive. The
    /// section is read once, when the host starts or the session is first needed; later changes of the configuration have no effect. Flat sessions
    /// of the beta, which have no <c>type</c>, can only be added from code.
    /// </para>
    /// <para>
    /// Configuration stores every value as a string. The session's members decide which of them are numbers, Booleans, lists or objects; in the
    /// parameters of a tool, the keywords of JSON Schema do. The host does not start if neither decides, as for <c>123</c> in the metadata of
    /// <see cref="Tracing"/>: add such a session from a JSON file or stream. Nor does it start if one source sets null or an empty list where
    /// another has members, because configuration would merge them and keep the members.
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
    /// The host does not start either if the file is missing or is not the JSON of a session, or if a <c>type</c> or a member is unknown. The file
    /// is read once, when the host starts or the session is first needed; later changes have no effect. It must be UTF-8; comments and trailing
    /// commas are allowed.
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
    /// The host does not start either if the stream is not the JSON of a session, or if a <c>type</c> or a member is unknown. Comments and trailing
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
