using System.Net;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>
/// The typed HTTP client of the Realtime API: makes client secrets and sessions, handles calls, opens connections. One client serves
/// the whole program; every member may be used from any number of threads at once.
/// </summary>
/// <remarks>
/// A message handler of your own that throws <see cref="HttpRequestException"/> or <see cref="IOException"/>, or that cancels a request on its own,
/// counts as a failed connection. Any other exception that it throws comes out unchanged.
/// </remarks>
public sealed partial class RealtimeClient : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly CancellationToken _disposing;
    private readonly HttpMessageInvoker _http;
    private readonly bool _ownsHttp;
    private bool _disposed;

    /// <summary>A client of api.openai.com.</summary>
    /// <param name="apiKey">The key exactly as issued.</param>
    /// <exception cref="ArgumentException">The key is not valid. The message does not contain it.</exception>
    public RealtimeClient(string apiKey) : this(new RealtimeClientOptions { ApiKey = apiKey }) { }

    /// <summary>A client that makes its own connections, follows no redirect, and renews connections every five minutes.</summary>
    /// <exception cref="ArgumentException">The options break rules; the message names each, and quotes no secret.</exception>
    public RealtimeClient(RealtimeClientOptions options) : this(options, CreateHandler) { }

    /// <summary>Creates a client over a message handler of your own, and disposes the handler with the client.</summary>
    /// <inheritdoc cref="RealtimeClient(HttpMessageHandler, RealtimeClientOptions, bool)"/>
    public RealtimeClient(HttpMessageHandler handler, RealtimeClientOptions options) : this(handler, options, disposeHandler: true) { }

    /// <summary>Creates a client over a message handler of your own: a mock, a test server, or a pipeline of delegating handlers.</summary>
    /// <param name="handler">
    /// Sends the requests and the WebSocket handshakes. The client turns automatic redirection off in the <see cref="SocketsHttpHandler"/>
    /// or <see cref="HttpClientHandler"/> at the end of the chain of delegating handlers, and refuses the handler if it has already sent a
    /// request with redirection on. A handler of another type must not follow redirects, and neither may a delegating handler; the platform's own
    /// that do so by default, such as <c>WinHttpHandler</c>, need <see cref="RealtimeClientOptions.HttpClientFollowsNoRedirects"/>.
    /// A <see cref="SocketsHttpHandler"/> that has not sent a request also gets a connection lifetime of five minutes, unless it has one, and
    /// a <see cref="SocketsHttpHandler.PlaintextStreamFilter"/> behind its own, so that the platform does not send a WebSocket handshake
    /// again when the server closes the connection without answering. Other handlers may, up to three times.
    /// </param>
    /// <param name="options">Everything else; <see cref="RealtimeClientOptions.Proxy"/> is not used, since the handler has its own.</param>
    /// <param name="disposeHandler">
    /// <see langword="true"/> to dispose the handler when the client is disposed; <see langword="false"/> to keep it, for example because
    /// several clients share it. If the constructor throws, the handler is not disposed.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The handler follows redirects and cannot be changed any more, or the options break rules; the message names each, and quotes no secret.
    /// </exception>
    public RealtimeClient(HttpMessageHandler handler, RealtimeClientOptions options, bool disposeHandler)
        : this(options, given => WithoutRedirects(handler ?? throw new ArgumentNullException(nameof(handler)), given, disposeHandler))
    {
    }

    /// <summary>Creates a client over your own <see cref="HttpClient"/>, which it does not dispose.</summary>
    /// <param name="httpClient">
    /// Sends the requests and the WebSocket handshakes. It must not follow redirects, and since that cannot be seen from outside,
    /// <see cref="RealtimeClientOptions.HttpClientFollowsNoRedirects"/> must say so. Its base address is not used. Its
    /// <see cref="HttpClient.Timeout"/> applies to each attempt. When the server closes the connection without answering a handshake, the
    /// platform sends the handshake again, up to three times and within <see cref="RealtimeConnectionOptions.ConnectTimeout"/>. To have it
    /// sent once, and redirection turned off for you, pass the <see cref="HttpMessageHandler"/> instead.
    /// </param>
    /// <param name="options">Everything else; <see cref="RealtimeClientOptions.Proxy"/> is not used, since the handler has its own.</param>
    /// <exception cref="ArgumentException">
    /// <see cref="RealtimeClientOptions.HttpClientFollowsNoRedirects"/> is not set, or the options break rules; the message names each, and
    /// quotes no secret.
    /// </exception>
    public RealtimeClient(HttpClient httpClient, RealtimeClientOptions options)
        : this(options, given => (Trusted(httpClient ?? throw new ArgumentNullException(nameof(httpClient)), given), null), ownsHttp: false)
    {
    }

    /// <summary>Creates a client over an <see cref="HttpClient"/> whose handlers are known, so that exceptions can name the proxy.</summary>
    internal RealtimeClient(HttpClient httpClient, HttpMessageHandler handler, RealtimeClientOptions options)
        : this(options, given => (Trusted(httpClient, given), handler), ownsHttp: false)
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

    /// <summary>What carries requests and WebSocket handshakes; it follows no redirects.</summary>
    internal HttpMessageInvoker Invoker => _http;

    internal ServerRoute Route { get; }

    internal TimeProvider Time { get; }

    /// <summary>Which models end; null on Azure, whose models have other last days.</summary>
    internal ModelNotices? ModelNotices { get; }

    internal ILogger Logger { get; }

    /// <summary>Requests and handshakes under way end with <see cref="ObjectDisposedException"/>; connections live on.</summary>
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
        var handler = new SocketsHttpHandler { UseCookies = false, AutomaticDecompression = DecompressionMethods.All, Proxy = options.Proxy };
#pragma warning restore CA2000
        PrimaryHandlers.Configure(handler);
        return (new(handler), handler);
    }

    private static (HttpMessageInvoker Http, HttpMessageHandler? Handler) WithoutRedirects(
        HttpMessageHandler handler, RealtimeClientOptions options, bool disposeHandler)
    {
        PrimaryHandlers.Configure(handler);
        if (PrimaryHandlers.FollowsRedirects(handler, unlessSaid: options.HttpClientFollowsNoRedirects))
        {
            throw new ArgumentException(
                "The handler follows redirects, which would carry the credential, headers and body to another host, and the client cannot change "
                + "it. Turn redirection off before it sends its first request; for a handler of another type than SocketsHttpHandler and "
                + $"HttpClientHandler, also set {nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects)}.", nameof(handler));
        }
        return (new(handler, disposeHandler), handler);
    }

    private static HttpClient Trusted(HttpClient http, RealtimeClientOptions options)
    {
        // One rule for every credential: the platform drops Authorization when it follows a redirect, but no other header, no subprotocol
        // and no body. Only the caller knows the handler inside of an HttpClient.
        return options.HttpClientFollowsNoRedirects ? http : throw new ArgumentException(
            "An HttpClient that follows redirects would carry the credential, headers and body to another host. Pass its HttpMessageHandler "
            + $"instead, or turn AllowAutoRedirect off in it and set {nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects)}.", nameof(options));
    }
}
