using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>The checks that a request must pass before anything else is done for it, in the order of the methods. The framework authenticates and authorizes it before.</summary>
internal static class EndpointGate
{
    private const string SecFetchSite = "Sec-Fetch-Site";

    /// <summary>Set by the framework's authorization middleware; the framework's own endpoint middleware looks for it too.</summary>
    private const string AuthorizationHasRun = "__AuthorizationMiddlewareWithEndpointInvoked";

    /// <summary>Returns why a request is refused because of where it comes from; null if it is not.</summary>
    public static EndpointProblem? CheckSource(HttpContext context, RealtimeEndpoint endpoint)
    {
        EndpointProblem.NoStore(context);
        if (!endpoint.IsChecked || !IsAuthorized(context))
        {
            EndpointLog.Unprotected(endpoint.Services.Logger, endpoint.ToString());
            return EndpointProblem.Failed;
        }
        if (endpoint.Services.AllowedHosts is { Count: > 0 } hosts && !HostString.MatchesAny(context.Request.Host.ToUriComponent(), hosts))
            return EndpointProblem.Host;
        return IsAllowedOrigin(context.Request, endpoint) ? null : EndpointProblem.Origin;
    }

    /// <summary>Returns why a request exceeds the limit of its user; null if it does not.</summary>
    public static EndpointProblem? CheckRate(HttpContext context, RealtimeEndpoint endpoint)
    {
        if (endpoint.Limiter is null)
            return null;
        using var lease = endpoint.Limiter.AttemptAcquire(context);
        return lease.IsAcquired ? null : EndpointProblem.TooManyRequests(lease.TryGetMetadata(MetadataName.RetryAfter, out var delay) ? delay : null);
    }

    /// <summary>Whether a body has a content type.</summary>
    public static bool HasContentType(HttpContext context, string type) =>
        MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var given) && given.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the framework has authorized the request. Without its middleware, a fallback policy would protect nothing, and nothing but the endpoint would notice.
    /// </summary>
    private static bool IsAuthorized(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null || context.Items.ContainsKey(AuthorizationHasRun);

    /// <summary>
    /// Whether a page may send the request. Browsers name the origin in every POST and DELETE, and in every handshake of a WebSocket; other clients name none and hold no
    /// cookies of the user. A relay refuses them by default, because no other mechanism of browsers protects WebSockets.
    /// </summary>
    private static bool IsAllowedOrigin(HttpRequest request, RealtimeEndpoint endpoint)
    {
        if (request.Headers.Origin is not { Count: > 0 } origins)
            return (!endpoint.IsRelay || endpoint.Options.AllowMissingOrigin) && (request.Headers[SecFetchSite] is not { Count: > 0 } site || site is ["same-origin"]);
        return origins is [{ } origin] && (origin == $"{request.Scheme}://{WithoutDefaultPort(request)}" || endpoint.Options.AllowedOrigins.Contains(origin));
    }

    /// <summary>Returns the host as an origin contains it, in Punycode. A client can write the default port in the Host header, and letters of any case.</summary>
    private static string WithoutDefaultPort(HttpRequest request)
    {
        var (host, defaultPort) = (request.Host, request.IsHttps ? 443 : 80);
        return (host.Port == defaultPort ? new HostString(host.Host) : host).ToUriComponent().ToLowerInvariant();
    }
}
