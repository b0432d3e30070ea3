using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The CORS policy: the pages that may call the emulator from a browser, and the headers that they may read.</summary>
internal static class CorsPolicies
{
    /// <summary>Allows pages of loopback addresses and of <paramref name="allowedOrigins"/>.</summary>
    public static void Configure(CorsPolicyBuilder policy, IReadOnlyList<string> allowedOrigins) => policy
        .SetIsOriginAllowed(origin => IsLoopback(origin) || allowedOrigins.Contains(origin))
        .AllowAnyMethod()
        .AllowAnyHeader()
        .WithExposedHeaders("Location", "x-request-id");

    /// <summary>Whether <paramref name="origin"/> has the form in which a browser sends it in the <c>Origin</c> header.</summary>
    public static bool IsOrigin(string? origin) =>
        origin == "null" || (Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.GetLeftPart(UriPartial.Authority) == origin && url.Host.Length > 0);

    /// <summary>Names that end in <c>.localhost</c> are loopback addresses (RFC 6761), and browsers resolve them accordingly.</summary>
    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && (url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.Ordinal));
}
