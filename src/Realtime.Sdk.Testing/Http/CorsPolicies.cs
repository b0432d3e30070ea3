using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Which pages may call the emulator from a browser, and what they may read of its answers.</summary>
internal static class CorsPolicies
{
    /// <summary>Admits pages of loopback addresses and of <paramref name="allowedOrigins"/>.</summary>
    public static void Configure(CorsPolicyBuilder policy, IReadOnlyList<string> allowedOrigins) => policy
        .SetIsOriginAllowed(origin => IsLoopback(origin) || allowedOrigins.Contains(origin))
        .AllowAnyMethod()
        .AllowAnyHeader()
        .WithExposedHeaders("Location", "x-request-id");

    /// <summary>Whether <paramref name="origin"/> is written as a browser sends it in the header <c>Origin</c>.</summary>
    public static bool IsOrigin(string? origin) =>
        origin == "null" || (Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.GetLeftPart(UriPartial.Authority) == origin && url.Host.Length > 0);

    /// <summary>Names that end in <c>.localhost</c> are those of loopback addresses (RFC 6761), and browsers resolve them as such.</summary>
    private static bool IsLoopback(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && (url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.Ordinal));
}
