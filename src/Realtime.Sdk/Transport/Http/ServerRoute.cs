namespace Realtime.Sdk.Internal;

/// <summary>Formats where requests go, for exceptions: host and port of the server and of the proxy, and nothing that may be secret.</summary>
/// <param name="handler">The beginning of the chain of handlers; null when it is not known, and neither is the proxy.</param>
internal sealed class ServerRoute(HttpMessageHandler? handler)
{
    public string Format(Uri address)
    {
        var server = $"{address.Host}:{address.Port}";
        return handler is not null && PrimaryHandlers.FindProxy(handler, address) is { } proxy ? $"{server} through the proxy {proxy.Host}:{proxy.Port}" : server;
    }
}
