namespace Realtime.Sdk.Internal;

/// <summary>
/// The handler at the end of a chain, the one that opens connections. It must not follow redirects, must notice when the server moves,
/// must not send a request again, and must let go of WebSockets.
/// </summary>
internal static class PrimaryHandlers
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Handlers of the platform that follow redirects by default and whose setting cannot be read without reflection.</summary>
    private static readonly string[] FollowersByDefault =
        ["System.Net.Http.WinHttpHandler", "Xamarin.Android.Net.AndroidMessageHandler", "System.Net.Http.NSUrlSessionHandler", "Foundation.NSUrlSessionHandler"];

    /// <summary>
    /// Turns redirects off at the end of the chain, bounds the lifetime of connections, which would otherwise outlive DNS, and lays a
    /// <see cref="DetachableStream"/> over each. A handler that has sent a request already keeps its settings: ask <see cref="FollowsRedirects"/> afterwards.
    /// </summary>
    public static void Configure(HttpMessageHandler handler)
    {
        switch (Last(handler))
        {
            case SocketsHttpHandler sockets:
                if (sockets.AllowAutoRedirect)
                    SetIfUnused(sockets, static unused => unused.AllowAutoRedirect = false);
                if (sockets.PooledConnectionLifetime == Timeout.InfiniteTimeSpan)
                    SetIfUnused(sockets, static unused => unused.PooledConnectionLifetime = ConnectionLifetime);
                if (sockets.PlaintextStreamFilter?.Target is not LinkFilter)
                    SetIfUnused(sockets, static unused => unused.PlaintextStreamFilter = new LinkFilter(unused.PlaintextStreamFilter).ApplyAsync);
                break;
            case HttpClientHandler { AllowAutoRedirect: true } platform:
                SetIfUnused(platform, static unused => unused.AllowAutoRedirect = false);
                break;
        }
    }

    /// <summary>Whether the chain ends in a handler that follows redirects.</summary>
    /// <param name="handler">The beginning of the chain.</param>
    /// <param name="unlessSaid">Whether the caller says that no redirects are followed, which counts where it cannot be seen.</param>
    public static bool FollowsRedirects(HttpMessageHandler handler, bool unlessSaid) => Last(handler) switch
    {
        SocketsHttpHandler sockets => sockets.AllowAutoRedirect,
        HttpClientHandler platform => platform.AllowAutoRedirect,
        var other => !unlessSaid && IsFollowerByDefault(other.GetType()),
    };

    /// <summary>Returns the proxy that the last handler of the chain uses for an address; null when it uses none, or cannot be asked.</summary>
    public static Uri? FindProxy(HttpMessageHandler handler, Uri address)
    {
        var proxy = Last(handler) switch
        {
            SocketsHttpHandler { UseProxy: true } sockets => sockets.Proxy ?? HttpClient.DefaultProxy,
            HttpClientHandler { UseProxy: true } platform => platform.Proxy ?? HttpClient.DefaultProxy,
            _ => null,
        };
        try
        {
            return proxy is null || proxy.IsBypassed(address) || proxy.GetProxy(address) is not { } found || found == address ? null : found;
        }
#pragma warning disable CA1031 // a proxy of the application's that throws must not hide the failure that is being reported
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static HttpMessageHandler Last(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
            handler = inner;
        return handler;
    }

    private static bool IsFollowerByDefault(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (FollowersByDefault.Contains(type.FullName))
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
            // The platform has no other way to tell that a handler has sent a request and cannot be changed any more.
        }
    }

    /// <summary>Lays our link over what the caller's own filter makes of a connection, if there is one.</summary>
    private sealed class LinkFilter(Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>>? inner)
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
