using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Realtime.Sdk;

/// <summary>
/// The typed HTTP client of the Realtime API: makes client secrets and sessions, handles calls, opens connections. One client serves
/// the whole program; every member may be used from any number of threads at once.
/// </summary>
public sealed partial class RealtimeClient : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly CancellationToken _disposing;
    private readonly HttpMessageInvoker _http;
    private readonly bool _ownsHttp;
    private bool _disposed;

    /// <summary>A client of api.openai.com.</summary>
    /// <param name="apiKey">The key exactly as issued.</param>
    /// <exception cref="ArgumentException">The key is no key; it is not in the message.</exception>
    public RealtimeClient(string apiKey) : this(new RealtimeClientOptions { ApiKey = apiKey }) { }

    /// <summary>A client that makes its own connections, follows no redirect, and renews connections every five minutes.</summary>
    /// <exception cref="ArgumentException">The options break rules; the message names each, and quotes no secret.</exception>
    public RealtimeClient(RealtimeClientOptions options) : this(options, null) { }

    /// <summary>A client over your own <see cref="HttpClient"/>, which it does not dispose.</summary>
    /// <param name="httpClient">
    /// Its base address is not used. Its handler must not follow redirects: an answer from another address is refused, and see
    /// <see cref="RealtimeClientOptions.HttpClientFollowsNoRedirects"/>. Its <see cref="HttpClient.Timeout"/> applies to each attempt.
    /// </param>
    /// <param name="options">Everything else; proxy and connections are the handler's business.</param>
    /// <exception cref="ArgumentException">The options break rules; the message names each, and quotes no secret.</exception>
    public RealtimeClient(HttpClient httpClient, RealtimeClientOptions options)
        : this(options, httpClient ?? throw new ArgumentNullException(nameof(httpClient)))
    {
    }

    private RealtimeClient(RealtimeClientOptions options, HttpClient? http)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Copy();
        if (ClientOptionsRules.Faults(Options) is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        Endpoint = new RealtimeEndpoint(Options);
        if (http is not null && Endpoint.SurvivesRedirects && !Options.HttpClientFollowsNoRedirects)
        {
            throw new ArgumentException(
                "A redirect would carry the api-key header to another host. Turn AllowAutoRedirect off in the handler of the HttpClient, and say so "
                + $"with {nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects)}.", nameof(options));
        }
        _disposing = _disposal.Token;
        _ownsHttp = http is null;
        _http = http ?? Own(Options);
        Time = Options.TimeProvider ?? TimeProvider.System;
        Logger = Options.LoggerFactory?.CreateLogger<RealtimeClient>() ?? NullLogger<RealtimeClient>.Instance;
        Rest = new RestSender(new RestAttempt(_http, Endpoint, Options, Time), Endpoint, Options, Logger, this, _disposing);
        Calls = new(this);
    }

    /// <summary>WebRTC offers and telephone calls.</summary>
    public RealtimeCalls Calls { get; }

    internal RealtimeClientOptions Options { get; }

    internal RestSender Rest { get; }

    internal RealtimeEndpoint Endpoint { get; }

    /// <summary>What carries requests and WebSocket handshakes; it follows no redirects.</summary>
    internal HttpMessageInvoker Invoker => _http;

    internal TimeProvider Time { get; }

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

    private static HttpMessageInvoker Own(RealtimeClientOptions options)
    {
#pragma warning disable CA2000 // the invoker disposes its handler
        var handler = new SocketsHttpHandler { UseCookies = false, AutomaticDecompression = DecompressionMethods.All, Proxy = options.Proxy };
#pragma warning restore CA2000
        PrimaryHandlers.Secure(handler);
        return new(handler);
    }
}
