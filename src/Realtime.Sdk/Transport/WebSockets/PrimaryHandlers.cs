using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Configures the primary handler, the one at the end of a handler chain that opens connections. It must not follow redirects, must pick up DNS changes,
/// must not send a request again, and must be able to detach the streams of WebSockets.
/// </summary>
internal static class PrimaryHandlers
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Platform handlers that follow redirects by default and whose setting can be read only with reflection.</summary>
    private static readonly string[] RedirectingHandlers =
        ["System.Net.Http.WinHttpHandler", "Xamarin.Android.Net.AndroidMessageHandler", "System.Net.Http.NSUrlSessionHandler", "Foundation.NSUrlSessionHandler"];

    /// <summary>
    /// Disables redirects in the primary handler, limits the lifetime of its connections so that DNS changes take effect, and puts a
    /// <see cref="DetachableStream"/> under each connection. A handler that has already sent a request cannot be changed, so call
    /// <see cref="FollowsRedirects"/> afterward.
    /// </summary>
    public static void Configure(HttpMessageHandler handler)
    {
        switch (FindInnermost(handler))
        {
            case SocketsHttpHandler sockets:
                if (sockets.AllowAutoRedirect)
                    SetIfUnused(sockets, static unused => unused.AllowAutoRedirect = false);
                if (sockets.PooledConnectionLifetime == Timeout.InfiniteTimeSpan)
                    SetIfUnused(sockets, static unused => unused.PooledConnectionLifetime = ConnectionLifetime);
                if (sockets.PlaintextStreamFilter?.Target is not DetachableStreamFilter)
                    SetIfUnused(sockets, static unused => unused.PlaintextStreamFilter = new DetachableStreamFilter(unused.PlaintextStreamFilter).ApplyAsync);
                break;
            case HttpClientHandler { AllowAutoRedirect: true } platform:
                SetIfUnused(platform, static unused => unused.AllowAutoRedirect = false);
                break;
        }
    }

    /// <summary>
    /// Keeps what belongs to one request out of the others, in a handler that the SDK creates. Cookies of the service would be sent with the requests of all users. Trace context
    /// would contain the trace state and baggage that a caller of the application has sent. A propagator that the application has set is kept.
    /// </summary>
    public static void Isolate(HttpMessageHandler handler)
    {
        switch (FindInnermost(handler))
        {
            case SocketsHttpHandler sockets:
                SetIfUnused(sockets, static unused => unused.UseCookies = false);
                if (sockets.ActivityHeadersPropagator == DistributedContextPropagator.Current)
                    SetIfUnused(sockets, static unused => unused.ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator());
                break;
            case HttpClientHandler platform:
                SetIfUnused(platform, static unused => unused.UseCookies = false);
                break;
        }
    }

    /// <summary>Whether the primary handler follows redirects.</summary>
    /// <param name="handler">The first handler of the chain.</param>
    /// <param name="assumeNoRedirects">Whether the application declares that no redirects are followed, for handlers whose setting cannot be read.</param>
    public static bool FollowsRedirects(HttpMessageHandler handler, bool assumeNoRedirects) => FindInnermost(handler) switch
    {
        SocketsHttpHandler sockets => sockets.AllowAutoRedirect,
        HttpClientHandler platform => platform.AllowAutoRedirect,
        var other => !assumeNoRedirects && FollowsByDefault(other.GetType()),
    };

    /// <summary>Returns the proxy that the primary handler uses for an address; null if it uses none, or if that cannot be determined.</summary>
    public static Uri? FindProxy(HttpMessageHandler handler, Uri address)
    {
        var proxy = FindInnermost(handler) switch
        {
            SocketsHttpHandler { UseProxy: true } sockets => sockets.Proxy ?? HttpClient.DefaultProxy,
            HttpClientHandler { UseProxy: true } platform => platform.Proxy ?? HttpClient.DefaultProxy,
            _ => null,
        };
        try
        {
            return proxy is null || proxy.IsBypassed(address) || proxy.GetProxy(address) is not { } found || found == address ? null : found;
        }
#pragma warning disable CA1031 // an exception of the application's proxy must not hide the failure that is being reported
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static HttpMessageHandler FindInnermost(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
            handler = inner;
        return handler;
    }

    private static bool FollowsByDefault(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (RedirectingHandlers.Contains(type.FullName))
                return true;
        }
        return false;
    }

    private static void SetIfUnused<T>(T handler, Action<T> set) where T : HttpMessageHandler
    {
        try
        {
            set(handler);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // Thrown by a handler that has sent a request and can no longer be changed. The platform offers no other way to detect that.
        }
    }

    /// <summary>Adds the detachable stream on top of the stream that the application's own filter returns, if there is one.</summary>
    private sealed class DetachableStreamFilter(Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? inner)
    {
        public async ValueTask<Stream> ApplyAsync(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken)
        {
            var stream = inner is null ? context.PlaintextStream : await inner(context, cancellationToken).ConfigureAwait(false);
#pragma warning disable CA2000 // the handler disposes the stream with its connection
            return context.NegotiatedHttpVersion.Major == 1 ? new DetachableStream(stream) : stream;
#pragma warning restore CA2000
        }
    }
}
