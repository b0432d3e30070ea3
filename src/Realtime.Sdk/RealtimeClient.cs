using System.Net;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>
/// The client of the Realtime API: creates client secrets and sessions, handles calls and opens connections. One client serves the whole application.
/// Thread-safe.
/// </summary>
/// <remarks>
/// If a custom message handler throws <see cref="HttpRequestException"/> or <see cref="IOException"/>, or cancels a request itself, that is treated as a failed
/// connection. All other exceptions of the handler are thrown unchanged.
/// </remarks>
[UnsupportedOSPlatform("browser", "A browser cannot set WebSocket headers. Create a client secret on a server.")]
public sealed partial class RealtimeClient : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly CancellationToken _disposing;
    private readonly HttpMessageInvoker _http;
    private readonly bool _ownsHttp;

    // Not Options.TimeProvider: see the parameter of the constructor.
    private readonly KeepAliveClock _keepAlive = new(TimeProvider.System);
    private bool _disposed;

    /// <summary>Creates a client for api.openai.com.</summary>
    /// <param name="apiKey">The API key, exactly as issued.</param>
    /// <exception cref="ArgumentException">The API key is malformed. The message does not contain it.</exception>
    public RealtimeClient(string apiKey) : this(new RealtimeClientOptions { ApiKey = apiKey }) { }

    /// <summary>Creates a client with its own HTTP handler, which follows no redirects and replaces pooled connections after five minutes.</summary>
    /// <exception cref="ArgumentException">The options are invalid. The message lists every violation and contains no secrets.</exception>
    public RealtimeClient(RealtimeClientOptions options) : this(options, CreateHandler) { }

    /// <summary>Creates a client over a custom message handler, which is disposed with the client.</summary>
    /// <inheritdoc cref="RealtimeClient(HttpMessageHandler, RealtimeClientOptions, bool)"/>
    public RealtimeClient(HttpMessageHandler handler, RealtimeClientOptions options) : this(handler, options, disposeHandler: true) { }

    /// <summary>Creates a client over a custom message handler: a mock, a test server, or a pipeline of delegating handlers.</summary>
    /// <param name="handler">
    /// The handler of requests and WebSocket handshakes. The client turns automatic redirection off in the <see cref="SocketsHttpHandler"/> or
    /// <see cref="HttpClientHandler"/> at the end of the chain of delegating handlers, and rejects the handler if it has already sent a request with
    /// redirection on. Neither a handler of another type nor a delegating handler may follow redirects; the platform's handlers that do so by default, such as
    /// <c>WinHttpHandler</c>, need <see cref="RealtimeClientOptions.HttpClientFollowsNoRedirects"/>.
    /// <para>
    /// For a <see cref="SocketsHttpHandler"/> that has not sent a request, the client also sets a connection lifetime of five minutes, unless one is set, and
    /// adds a <see cref="SocketsHttpHandler.PlaintextStreamFilter"/> after an existing one, so that the platform does not retry a WebSocket handshake when the
    /// server closes the connection without a response. Other handlers may retry it up to three times.
    /// </para>
    /// </param>
    /// <param name="options">The other options. <see cref="RealtimeClientOptions.Proxy"/> is not used, because the handler has its own.</param>
    /// <param name="disposeHandler">
    /// <see langword="true"/> to dispose the handler when the client is disposed; <see langword="false"/> to keep it, for example because several clients share
    /// it. If the constructor throws, the handler is not disposed.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The handler follows redirects and can no longer be changed, or the options are invalid. The message lists every violation and contains no secrets.
    /// </exception>
    public RealtimeClient(HttpMessageHandler handler, RealtimeClientOptions options, bool disposeHandler)
        : this(options, given => DisableRedirects(handler ?? throw new ArgumentNullException(nameof(handler)), given, disposeHandler))
    {
    }

    /// <summary>Creates a client over an <see cref="HttpClient"/>, which it does not dispose.</summary>
    /// <param name="httpClient">
    /// The <see cref="HttpClient"/> for requests and WebSocket handshakes. It must not follow redirects. The client cannot check that, so
    /// <see cref="RealtimeClientOptions.HttpClientFollowsNoRedirects"/> must be set. Its base address is not used. Its <see cref="HttpClient.Timeout"/> applies
    /// to each attempt.
    /// <para>
    /// If the server closes the connection without a response to a handshake, the platform retries the handshake up to three times, within
    /// <see cref="RealtimeConnectionOptions.ConnectTimeout"/>. To prevent retries, and to have the client turn redirection off, pass the
    /// <see cref="HttpMessageHandler"/> instead.
    /// </para>
    /// </param>
    /// <param name="options">The other options. <see cref="RealtimeClientOptions.Proxy"/> is not used, because the handler has its own.</param>
    /// <exception cref="ArgumentException">
    /// <see cref="RealtimeClientOptions.HttpClientFollowsNoRedirects"/> is not set, or the options are invalid. The message lists every violation and contains
    /// no secrets.
    /// </exception>
    public RealtimeClient(HttpClient httpClient, RealtimeClientOptions options)
        : this(options, given => (RequireNoRedirects(httpClient ?? throw new ArgumentNullException(nameof(httpClient)), given), null), ownsHttp: false)
    {
    }

    /// <summary>Creates a client over an <see cref="HttpClient"/> whose handlers are known, so that exceptions can contain the proxy.</summary>
    internal RealtimeClient(HttpClient httpClient, HttpMessageHandler handler, RealtimeClientOptions options)
        : this(options, given => (RequireNoRedirects(httpClient, given), handler), ownsHttp: false)
    {
    }

    private RealtimeClient(
        RealtimeClientOptions options, Func<RealtimeClientOptions, (HttpMessageInvoker Http, HttpMessageHandler? Handler)> createHttp, bool ownsHttp = true)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Copy();
        if (ClientOptionsRules.FindFaults(Options) is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        Endpoint = new RealtimeEndpoint(Options);
        _disposing = _disposal.Token;
        _ownsHttp = ownsHttp;
        (_http, var handler) = createHttp(Options);
        Route = new(handler);
        Time = Options.TimeProvider ?? TimeProvider.System;
        ModelNotices = Endpoint.IsAzure ? null : new(Time);
        Logger = GuardedLogger.Create(Options.LoggerFactory, "Realtime.Sdk.RealtimeClient");
        Http = new HttpPipeline(_http, Endpoint, Route, Options, Logger, this, _disposing);
        Calls = new(this);
    }

    /// <summary>WebRTC offers and telephone calls.</summary>
    public RealtimeCalls Calls { get; }

    internal RealtimeClientOptions Options { get; }

    internal HttpPipeline Http { get; }

    internal RealtimeEndpoint Endpoint { get; }

    /// <summary>The invoker of requests and WebSocket handshakes, which follows no redirects.</summary>
    internal HttpMessageInvoker Invoker => _http;

    internal ServerRoute Route { get; }

    internal TimeProvider Time { get; }

    /// <summary>The warnings about discontinued models; null on Azure, whose models have other dates.</summary>
    internal ModelNotices? ModelNotices { get; }

    internal ILogger Logger { get; }

    /// <summary>Disposes the client. Requests and handshakes in progress fail with <see cref="ObjectDisposedException"/>; open connections stay open.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        _disposal.Cancel();
        _disposal.Dispose();
        if (_ownsHttp)
            _http.Dispose();
    }

    private static (HttpMessageInvoker Http, HttpMessageHandler? Handler) CreateHandler(RealtimeClientOptions options)
    {
#pragma warning disable CA2000 // the invoker disposes its handler
        var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, Proxy = options.Proxy };
#pragma warning restore CA2000
        PrimaryHandlers.Configure(handler);
        PrimaryHandlers.Isolate(handler);
        return (new(handler), handler);
    }

    private static (HttpMessageInvoker Http, HttpMessageHandler? Handler) DisableRedirects(
        HttpMessageHandler handler, RealtimeClientOptions options, bool disposeHandler)
    {
        PrimaryHandlers.Configure(handler);
        if (PrimaryHandlers.FollowsRedirects(handler, assumeNoRedirects: options.HttpClientFollowsNoRedirects))
        {
            throw new ArgumentException(
                "The handler follows redirects, which would send the credential, headers and body to another host, and the client cannot change "
                + "it. Turn redirection off before it sends its first request; for a handler of another type than SocketsHttpHandler and "
                + $"HttpClientHandler, also set {nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects)}.", nameof(handler));
        }
        return (new(handler, disposeHandler), handler);
    }

    private static HttpClient RequireNoRedirects(HttpClient http, RealtimeClientOptions options)
    {
        // The rule applies to every credential: when the platform follows a redirect, it removes the header Authorization, but no other header, no
        // subprotocol and no body. Only the caller knows the handler inside an HttpClient.
        return options.HttpClientFollowsNoRedirects ? http : throw new ArgumentException(
            "An HttpClient that follows redirects would send the credential, headers and body to another host. Pass its HttpMessageHandler "
            + $"instead, or turn AllowAutoRedirect off in it and set {nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects)}.", nameof(options));
    }
}
