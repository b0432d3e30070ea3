namespace Realtime.Sdk.Internal;

/// <summary>Formats addresses for exception messages: host and port of the server and of the proxy, without anything that may be secret.</summary>
/// <param name="handler">The first handler of the chain; null if it is not known. Then the proxy is not known either.</param>
internal sealed class ServerRoute(HttpMessageHandler? handler)
{
    public string Format(Uri address)
    {
        var server = $"{address.Host}:{address.Port}";
        return handler is not null && PrimaryHandlers.FindProxy(handler, address) is { } proxy ? $"{server} through the proxy {proxy.Host}:{proxy.Port}" : server;
    }
}
