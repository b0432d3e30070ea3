namespace Realtime.Sdk.Internal;

/// <summary>What the handler at the end of the chain must do: follow no redirect, notice when the server moves, let go of WebSockets.</summary>
internal static class PrimaryHandlers
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Turns redirects off, bounds the life of connections, which would otherwise outlive DNS, and makes their links takeable.</summary>
    public static void Secure(HttpMessageHandler handler)
    {
        switch (handler)
        {
            case SocketsHttpHandler sockets:
                sockets.AllowAutoRedirect = false;
                if (sockets.PooledConnectionLifetime == Timeout.InfiniteTimeSpan)
                    sockets.PooledConnectionLifetime = ConnectionLifetime;
                sockets.PlaintextStreamFilter ??= static (context, _) =>
                    new(context.NegotiatedHttpVersion.Major == 1 ? new TakeableLink(context.PlaintextStream) : context.PlaintextStream);
                break;
            case HttpClientHandler platform:
                platform.AllowAutoRedirect = false;
                break;
        }
    }

    /// <summary>Whether the chain ends in a handler that is known to follow redirects.</summary>
    public static bool FollowsRedirects(HttpMessageHandler handler)
    {
        while (handler is DelegatingHandler { InnerHandler: { } inner })
            handler = inner;
        return handler is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true };
    }
}
