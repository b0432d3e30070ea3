using System.Net;
using Microsoft.AspNetCore.Builder;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>Pages of other sites: their browsers ask for permission first, without the credentials of the user.</summary>
public sealed class CorsTests
{
    private const string AllowedOrigin = "https://www.example.com";

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task A_page_of_an_allowed_origin_is_permitted_to_post(Door door)
    {
        await using var app = await StartAsync(door);

        using var permission = await PreflightAsync(app, AllowedOrigin);
        using var response = await app.SendAsync(HttpMethod.Post, TestApp.Token, "ann", door.Content(), request => SetOrigin(request, AllowedOrigin));

        permission.StatusCode.Should().Be(HttpStatusCode.NoContent);
        permission.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(AllowedOrigin);
        permission.Headers.GetValues("Access-Control-Allow-Methods").Single().Should().Contain("POST");
        permission.Headers.GetValues("Access-Control-Allow-Headers").Should().Equal("content-type");
        permission.Headers.GetValues("Access-Control-Allow-Credentials").Should().Equal("true");
        response.StatusCode.Should().Be(door.Success);
        response.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal(AllowedOrigin);
        response.Headers.GetValues("Access-Control-Expose-Headers").Single().Should().Contain("Retry-After");
    }

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task A_page_of_another_origin_gets_no_permission(Door door)
    {
        await using var app = await StartAsync(door);

        using var permission = await PreflightAsync(app, "https://evil.example");

        permission.Headers.Select(header => header.Key).Should().NotContain(header => header.StartsWith("Access-Control"));
        app.Emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task Without_allowed_origins_only_pages_of_the_same_origin_may_post(Door door)
    {
        await using var app = await TestApp.StartAsync(app => door.Map(app, TestApp.Token).RequireAuthorization());

        using var other = await app.SendAsync(HttpMethod.Post, TestApp.Token, "ann", door.Content(), request => SetOrigin(request, AllowedOrigin));
        using var same = await app.SendAsync(HttpMethod.Post, TestApp.Token, "ann", door.Content());

        other.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        same.StatusCode.Should().Be(door.Success);
    }

    private static Task<TestApp> StartAsync(Door door) => TestApp.StartAsync(app =>
    {
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        door.Map(app, TestApp.Token, new() { AllowedOrigins = [AllowedOrigin] }).RequireAuthorization();
    });

    private static Task<HttpResponseMessage> PreflightAsync(TestApp app, string origin) => app.SendAsync(HttpMethod.Options, TestApp.Token, user: null, change: request =>
    {
        SetOrigin(request, origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type");
    });

    private static void SetOrigin(HttpRequestMessage request, string origin)
    {
        request.Headers.Remove("Origin");
        request.Headers.Add("Origin", origin);
    }
}
