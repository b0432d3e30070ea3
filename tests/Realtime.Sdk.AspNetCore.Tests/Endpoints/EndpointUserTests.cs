using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Realtime.Sdk.AspNetCore.Internal;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

public sealed class EndpointUserTests
{
    [Theory]
    [InlineData("192.0.2.7", "address 192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "address 192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "address 2001:db8:1:2::")]
    [InlineData(null, "address ")]
    public void An_anonymous_request_is_counted_by_its_address(string? address, string key)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);

        EndpointUser.KeyOf(context).Should().Be(key);
    }

    [Theory]
    [InlineData(ClaimTypes.NameIdentifier, "user issuer ann")]
    [InlineData("sub", "user issuer ann")]
    [InlineData(ClaimTypes.Name, "user Test ann")]
    [InlineData(ClaimTypes.Email, "address 192.0.2.7")]
    public void An_authenticated_request_is_counted_by_its_user_if_a_claim_names_one(string claim, string key)
    {
        var context = new DefaultHttpContext { User = new(new ClaimsIdentity([new(claim, "ann", ClaimValueTypes.String, "issuer")], "Test")) };
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");

        EndpointUser.KeyOf(context).Should().Be(key);
    }

    [Fact]
    public void A_claim_without_authentication_does_not_count()
    {
        var context = new DefaultHttpContext { User = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "ann")])) };
        context.Connection.RemoteIpAddress = IPAddress.Loopback;

        EndpointUser.KeyOf(context).Should().Be("address 127.0.0.1");
    }
}
