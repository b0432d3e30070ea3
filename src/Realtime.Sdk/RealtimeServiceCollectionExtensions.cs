using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Realtime.Sdk;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds <see cref="RealtimeClient"/> and named sessions to a service collection.</summary>
public static class RealtimeServiceCollectionExtensions
{
    /// <summary>Handlers that retry requests, by type name. They do not know which requests are safe to retry; the SDK does.</summary>
    private static readonly string[] RetryHandlers =
        ["Microsoft.Extensions.Http.Resilience.ResilienceHandler", "Microsoft.Extensions.Http.PolicyHttpMessageHandler"];

    /// <summary>
    /// Adds a singleton <see cref="RealtimeClient"/>. Its options are validated when the host starts, and so is its primary handler, which must not follow
    /// redirects.
    /// <para>
    /// Resilience handlers that are configured for all HTTP clients are removed from this client; add one to the returned builder to use it anyway. The
    /// platform's HTTP loggers are also removed, because their structured state contains the credential; the client logs its requests itself.
    /// </para>
    /// <para>
    /// The client keeps no cookies and sends no trace context, which could contain what a caller of the application has sent (<c>traceparent</c>, <c>tracestate</c>,
    /// <c>baggage</c>). To send it, for example to a gateway of your own, set <see cref="SocketsHttpHandler.ActivityHeadersPropagator"/> with
    /// <c>ConfigurePrimaryHttpMessageHandler</c>.
    /// </para>
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">
    /// A callback that sets the options. It is called once, when the host starts or the client is first needed. For a key that changes, set
    /// <see cref="RealtimeClientOptions.Credential"/>.
    /// </param>
    /// <returns>The builder of the underlying HTTP client, for handlers and proxies.</returns>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, Action<RealtimeClientOptions> configure) =>
        services.Add(Options.Options.DefaultName, configure);

    /// <inheritdoc cref="AddRealtimeClient(IServiceCollection, Action{RealtimeClientOptions})"/>
    /// <param name="services">The service collection.</param>
    /// <param name="section">
    /// The configuration section. Its members have the names of the properties of <see cref="RealtimeClientOptions"/>, in any case. The host does not start if
    /// the section is missing or empty, or if a member is not an option. The section is read once, when the host starts or the client is first needed; later
    /// changes are not reloaded. For a key that changes, set <see cref="RealtimeClientOptions.Credential"/>. It and other options that a section cannot
    /// contain are set in code:
    /// <c>services.AddOptions&lt;RealtimeClientOptions&gt;(name).Configure&lt;TService&gt;((options, service) =&gt; …)</c>.
    /// </param>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, IConfiguration section) =>
        services.Add(Options.Options.DefaultName, From(section));

    /// <summary>Adds a keyed singleton <see cref="RealtimeClient"/>: <c>[FromKeyedServices("name")] RealtimeClient client</c>.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The service key, which is also the name of the options.</param>
    /// <param name="configure">
    /// A callback that sets the options. It is called once, when the host starts or the client is first needed. For a key that changes, set
    /// <see cref="RealtimeClientOptions.Credential"/>.
    /// </param>
    /// <returns>The builder of the underlying HTTP client, for handlers and proxies.</returns>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, string name, Action<RealtimeClientOptions> configure) =>
        services.Add(ThrowIfBlank(name), configure);

    /// <inheritdoc cref="AddRealtimeClient(IServiceCollection, string, Action{RealtimeClientOptions})"/>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The service key, which is also the name of the options.</param>
    /// <param name="section">
    /// The configuration section. Its members have the names of the properties of <see cref="RealtimeClientOptions"/>, in any case. The host does not start if
    /// the section is missing or empty, or if a member is not an option. The section is read once, when the host starts or the client is first needed; later
    /// changes are not reloaded. For a key that changes, set <see cref="RealtimeClientOptions.Credential"/>. It and other options that a section cannot
    /// contain are set in code:
    /// <c>services.AddOptions&lt;RealtimeClientOptions&gt;(name).Configure&lt;TService&gt;((options, service) =&gt; …)</c>.
    /// </param>
    public static IHttpClientBuilder AddRealtimeClient(this IServiceCollection services, string name, IConfiguration section) =>
        services.Add(ThrowIfBlank(name), From(section));

    /// <summary>
    /// Adds a named session configuration: <c>[FromKeyedServices("name")] SessionConfiguration session</c>. The host does not start if the configuration
    /// violates rules of the API; one <see cref="OptionsValidationException"/> lists all violations. An unrecognized value, such as a new voice, is logged once
    /// as a warning. A later registration with the same name replaces this one.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The service key.</param>
    /// <param name="session">The configuration. It is immutable and shared by all users.</param>
    public static IServiceCollection AddRealtimeSession(this IServiceCollection services, string name, SessionConfiguration session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return services.AddSession(name, new SessionFromCode(session));
    }

    /// <inheritdoc cref="AddRealtimeSession(IServiceCollection, string, SessionConfiguration)"/>
    /// <remarks>
    /// <para>
    /// The host also does not start if the section is missing or empty, or if a <c>type</c> or a member is unrecognized. Names are case-sensitive. The section
    /// is read once, when the host starts or the session is first needed; later changes have no effect. Flat sessions of the beta, which have no <c>type</c>,
    /// can only be added from code.
    /// </para>
    /// <para>
    /// Configuration stores every value as a string. The members of the session, or in the parameters of a tool the keywords of JSON Schema, determine which
    /// strings are read as numbers, Booleans, lists or objects. The host does not start if neither determines it, as for <c>123</c> in the metadata of
    /// <see cref="Tracing"/>; add such a session from a JSON file or stream. The host also does not start if one source sets null or an empty list where
    /// another source has members, because configuration would merge them and keep the members.
    /// </para>
    /// </remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The service key.</param>
    /// <param name="section">The session with its wire names, including <c>type</c>.</param>
    /// <param name="configure">A callback that sets the options for reading the section; null uses the defaults.</param>
    public static IServiceCollection AddRealtimeSession(
        this IServiceCollection services, string name, IConfiguration section, Action<RealtimeSessionBindingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddSession(name, new SessionFromSection(section, CreateBindingOptions(configure)));
    }

    /// <inheritdoc cref="AddRealtimeSession(IServiceCollection, string, SessionConfiguration)"/>
    /// <remarks>
    /// The host also does not start if the file is missing or is not the JSON of a session, or if a <c>type</c> or a member is unrecognized. The file is read
    /// once, when the host starts or the session is first needed; later changes have no effect. It must be UTF-8; comments and trailing commas are allowed.
    /// </remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The service key.</param>
    /// <param name="json">
    /// The file with the JSON of the session, including <c>type</c>. A <see cref="FileInfo"/> resolves a relative path against the current directory. To
    /// resolve it against the content root of the host instead, combine it with <c>builder.Environment.ContentRootPath</c>.
    /// </param>
    /// <param name="configure">A callback that sets the options for reading the JSON; null uses the defaults.</param>
    public static IServiceCollection AddRealtimeSession(
        this IServiceCollection services, string name, FileInfo json, Action<RealtimeSessionBindingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return services.AddSession(name, new SessionFromFile(json, CreateBindingOptions(configure)));
    }

    /// <inheritdoc cref="AddRealtimeSession(IServiceCollection, string, SessionConfiguration)"/>
    /// <remarks>
    /// The host also does not start if the stream is not the JSON of a session, or if a <c>type</c> or a member is unrecognized. Comments and trailing commas
    /// are allowed.
    /// </remarks>
    /// <param name="services">The service collection.</param>
    /// <param name="name">The service key.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <param name="utf8Json">The JSON of the session, including <c>type</c>. This method reads the stream to its end and leaves it open.</param>
    /// <param name="configure">A callback that sets the options for reading the JSON; null uses the defaults.</param>
    public static IServiceCollection AddRealtimeSession(
        this IServiceCollection services, string name, Stream utf8Json, Action<RealtimeSessionBindingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        using var json = new MemoryStream();
        utf8Json.CopyTo(json);
        return services.AddSession(name, new SessionFromBytes(json.ToArray(), CreateBindingOptions(configure)));
    }

    private static RealtimeSessionBindingOptions CreateBindingOptions(Action<RealtimeSessionBindingOptions>? configure)
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
        services.AddOptions<RealtimeClientOptions>(name).Configure(configure).PostConfigure<IServiceProvider>(SetDefaults).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RealtimeClientOptions>, RealtimeClientOptionsValidator>());
        services.AddOptions<HandlerChain>(name)
            .Configure<IHttpMessageHandlerFactory, IOptionsMonitor<RealtimeClientOptions>>(
                (chain, factory, options) => chain.FollowsRedirects = FollowsRedirects(factory, options, name))
            .Validate(chain => !chain.FollowsRedirects, $"The primary handler of {GetClientName(name)} must not follow redirects: they would send the credential to another host.")
            .ValidateOnStart();
        if (name.Length == 0)
            services.TryAddSingleton(provider => Create(provider, name));
        else
            services.TryAddKeyedSingleton(name, (provider, _) => Create(provider, name));
        // The client applies its own timeouts, and keeps its handlers for its lifetime: pooled connections are replaced by the primary handler itself.
        return services.AddHttpClient(GetClientName(name), http => http.Timeout = Timeout.InfiniteTimeSpan)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            // The platform redacts headers only in the text of its Trace entries. Their structured state still contains the credential.
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler((handler, provider) => Prepare(handler, provider, name))
            .ConfigureAdditionalHttpMessageHandlers((handlers, provider) => RemoveRetryHandlers(handlers, provider, name));
    }

    private static string GetClientName(string name) => name.Length == 0 ? nameof(RealtimeClient) : $"{nameof(RealtimeClient)}:{name}";

    private static RealtimeClient Create(IServiceProvider provider, string name)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<RealtimeClientOptions>>().Get(name).Copy();
        // Validates the handlers also if the client is created before the host starts.
        _ = provider.GetRequiredService<IOptionsMonitor<HandlerChain>>().Get(name);
        options.HttpClientFollowsNoRedirects = true;
        var handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(GetClientName(name));
        return new(provider.GetRequiredService<IHttpClientFactory>().CreateClient(GetClientName(name)), handler, options);
    }

    private static void SetDefaults(RealtimeClientOptions options, IServiceProvider provider)
    {
        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        options.TimeProvider ??= provider.GetService<TimeProvider>();
    }

    private static void Prepare(HttpMessageHandler handler, IServiceProvider provider, string name)
    {
        PrimaryHandlers.Configure(handler);
        PrimaryHandlers.Isolate(handler);
        if (handler is SocketsHttpHandler sockets && provider.GetRequiredService<IOptionsMonitor<RealtimeClientOptions>>().Get(name).Proxy is { } proxy)
            sockets.Proxy = proxy;
    }

    private static bool FollowsRedirects(IHttpMessageHandlerFactory factory, IOptionsMonitor<RealtimeClientOptions> options, string name)
    {
        try
        {
            return PrimaryHandlers.FollowsRedirects(factory.CreateHandler(GetClientName(name)), assumeNoRedirects: options.Get(name).HttpClientFollowsNoRedirects);
        }
        catch (OptionsValidationException)
        {
            return false; // the invalid options are reported separately, and no client is created from them
        }
    }

    private static void RemoveRetryHandlers(IList<DelegatingHandler> handlers, IServiceProvider provider, string name)
    {
        var logger = GuardedLogger.Create(provider.GetService<ILoggerFactory>(), "Realtime.Sdk.RealtimeClient");
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            var type = handlers[i].GetType().FullName;
            if (!RetryHandlers.Contains(type))
                continue;
            handlers.RemoveAt(i);
            RealtimeLog.RetryHandlerRemoved(logger, type, name);
        }
    }

    /// <summary>The result of checking the handlers of a client when the host starts.</summary>
    private sealed class HandlerChain
    {
        public bool FollowsRedirects { get; set; }
    }
}
