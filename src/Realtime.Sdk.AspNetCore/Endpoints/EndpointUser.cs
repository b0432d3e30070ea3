using System.Net;
using System.Security.Claims;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// The user by whom requests and calls are counted. The identity comes from the authentication of the application, and the address from the connection as the application sees
/// it: headers of the client count only if the application trusts its proxy (<c>UseForwardedHeaders</c>).
/// </summary>
internal static class EndpointUser
{
    /// <summary>Returns a key of the authenticated user or, without one, of the address.</summary>
    public static string KeyOf(HttpContext context) => IdOf(context.User) is { } id ? $"user {id}" : $"address {Normalize(context.Connection.RemoteIpAddress)}";

    /// <summary>Returns an ID of an authenticated user; null if there is none.</summary>
    public static string? IdOf(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true } identity)
            return null;
        if ((user.FindFirst(ClaimTypes.NameIdentifier) ?? user.FindFirst("sub")) is { } claim)
            return $"{claim.Issuer} {claim.Value}";
        return identity.Name is { } name ? $"{identity.AuthenticationType} {name}" : null;
    }

    /// <summary>Returns an IPv4 address as it is, and the network of an IPv6 address, because one client usually has a whole network of 64 bits.</summary>
    private static string Normalize(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }
}
