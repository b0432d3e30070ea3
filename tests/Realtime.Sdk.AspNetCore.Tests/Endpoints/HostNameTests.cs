using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>Host names and origins behind proxies, which are seen only after the framework's host filter.</summary>
public sealed class HostNameTests
{
    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_forwarded_host_name_must_be_allowed(Door door)
    {
        await using var app = await StartAsync(door);

        using var allowed = await PostAsync(app, door, "www.example.com", "https", "https://www.example.com");
        using var refused = await PostAsync(app, door, "evil.example", "https", "https://evil.example");

        allowed.StatusCode.Should().Be(door.Success);
        await Problems.ExpectAsync(refused, 400, "The host name of the request is not allowed.");
        app.Emulator.Requests.Count(request => request.Path == door.UpstreamPath).Should().Be(1);
    }

    [Theory]
    [InlineData("www.example.com", "https", "https://www.example.com", true)]
    [InlineData("www.example.com:443", "https", "https://www.example.com", true)]
    [InlineData("WWW.Example.com", "https", "https://www.example.com", true)]
    [InlineData("www.example.com:8443", "https", "https://www.example.com:8443", true)]
    [InlineData("www.example.com:80", "http", "http://www.example.com", true)]
    [InlineData("xn--bcher-kva.example", "https", "https://xn--bcher-kva.example", true)]
    [InlineData("xn--bcher-kva.example:8443", "https", "https://xn--bcher-kva.example:8443", true)]
    [InlineData("[2001:db8::1]:8443", "https", "https://[2001:db8::1]:8443", true)]
    [InlineData("www.example.com:8443", "https", "https://www.example.com", false)]
    [InlineData("www.example.com", "https", "http://www.example.com", false)]
    [InlineData("www.example.com", "https", "https://www.example.com.evil.example", false)]
    [InlineData("www.example.com", "https", "https://evil.example/www.example.com", false)]
    [InlineData("www.example.com", "https", "https://sub.www.example.com", false)]
    [InlineData("www.example.com", "https", "null", false)]
    [InlineData("www.example.com", "https", "https://www.example.com, https://www.example.com", false)]
    public async Task Only_the_origin_of_the_public_address_is_the_same(string host, string scheme, string origin, bool isSame)
    {
        await using var app = await StartAsync(Door.ClientSecrets);

        using var response = await PostAsync(app, Door.ClientSecrets, host, scheme, origin);

        response.StatusCode.Should().Be(isSame ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("xn--bcher-kva.example", true)]
    [InlineData("XN--BCHER-KVA.example:8443", true)]
    [InlineData("shop.example.org", true)]
    [InlineData("example.org", false)]
    [InlineData("www.example.com.evil.example", false)]
    [InlineData("evil-www.example.com", false)]
    [InlineData("[::1]", false)]
    public async Task Names_are_compared_as_the_framework_does(string host, bool isAllowed)
    {
        await using var app = await StartAsync(Door.ClientSecrets);

        using var response = await PostAsync(app, Door.ClientSecrets, host, "https", origin: null);

        response.StatusCode.Should().Be(isAllowed ? HttpStatusCode.OK : HttpStatusCode.BadRequest);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_request_without_a_host_name_is_refused(Door door)
    {
        await using var app = await StartAsync(door);
        using var request = await RawRequest.BeginAsync(app, door, $"Content-Length: {door.Body.Length}", door.Body, host: "");

        (await request.ReceiveAsync()).Should().StartWith("HTTP/1.1 400 ");
        app.Emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task Two_headers_with_origins_are_refused_whatever_they_contain(Door door)
    {
        await using var app = await StartAsync(door);
        var same = $"Origin: http://{app.Address.Authority}\r\n";

        foreach (var origins in new[] { $"{same}{same}", $"{same}Origin: https://evil.example\r\n", $"Origin: https://evil.example\r\n{same}", $"{same}Origin:\r\n" })
        {
            using var request = await RawRequest.BeginAsync(app, door, $"{origins}Content-Length: {door.Body.Length}", door.Body);
            (await request.ReceiveAsync()).Should().StartWith("HTTP/1.1 403 ");
        }
        app.Emulator.Requests.Should().BeEmpty();
    }

    private static Task<TestApp> StartAsync(Door door) => TestApp.StartAsync(
        app =>
        {
            app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.All });
            door.Map(app, TestApp.Token).RequireAuthorization();
        },
        builder => builder.Configuration["AllowedHosts"] = "127.0.0.1;www.example.com;bücher.example;*.example.org;[2001:db8::1]");

    private static Task<HttpResponseMessage> PostAsync(TestApp app, Door door, string host, string scheme, string? origin) =>
        door.SendAsync(app, TestApp.Token, "ann", request =>
        {
            request.Headers.Add("X-Forwarded-Host", host);
            request.Headers.Add("X-Forwarded-Proto", scheme);
            request.Headers.Add("X-Forwarded-For", "203.0.113.1");
            request.Headers.Remove("Origin");
            if (origin is not null)
                request.Headers.TryAddWithoutValidation("Origin", origin);
        });
}
