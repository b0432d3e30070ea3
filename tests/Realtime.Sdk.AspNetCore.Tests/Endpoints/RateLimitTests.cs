using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

public sealed class RateLimitTests
{
    private static readonly RealtimeRateLimit Two = new() { Requests = 2, Period = TimeSpan.FromDays(1) };

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task Each_user_has_a_quota_of_his_own(Door door)
    {
        await using var app = await StartAsync(app => door.Map(app, "/door", Options(Two)).RequireAuthorization());

        var ann = await PostAsync(app, door, 3, user: _ => "ann");
        var bob = await PostAsync(app, door, 3, user: _ => "bob");

        ann.Should().Equal((int)door.Success, (int)door.Success, 429);
        bob.Should().Equal((int)door.Success, (int)door.Success, 429);
        app.Emulator.Requests.Count(request => request.Path == door.UpstreamPath).Should().Be(4);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task Anonymous_requests_share_the_quota_of_their_address_whatever_they_send(Door door)
    {
        await using var app = await StartAsync(app => door.Map(app, "/door", Options(Two)).AllowAnonymous());

        var statuses = await PostAsync(app, door, 4, change: (request, number) =>
        {
            foreach (var header in new[] { "X-Forwarded-For", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "Client-IP", "X-Client-Id", "X-User-Id" })
                request.Headers.Add(header, $"203.0.113.{number}");
            request.Headers.Add("Forwarded", $"for=203.0.113.{number}");
            request.Headers.Add("Cookie", $"id={number}");
            request.Headers.UserAgent.ParseAdd($"Page/{number}");
            request.RequestUri = new($"/door?user={number}", UriKind.Relative);
        });

        statuses.Should().Equal((int)door.Success, (int)door.Success, 429, 429);
    }

    [Fact]
    public async Task Users_do_not_use_up_the_quota_of_their_address()
    {
        await using var app = await StartAsync(app => Door.ClientSecrets.Map(app, "/door", Options(Two)).AllowAnonymous());

        var users = await PostAsync(app, Door.ClientSecrets, 4, user: number => $"user{number}");
        var anonymous = await PostAsync(app, Door.ClientSecrets, 3);

        users.Should().AllBeEquivalentTo(200);
        anonymous.Should().Equal(200, 200, 429);
    }

    [Fact]
    public async Task A_trusted_proxy_names_the_address()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
            Door.ClientSecrets.Map(app, "/door", Options(Two)).AllowAnonymous();
        });

        var different = await PostAsync(app, Door.ClientSecrets, 4, change: (request, number) => request.Headers.Add("X-Forwarded-For", $"203.0.113.{number}"));
        var forged = await PostAsync(app, Door.ClientSecrets, 3, change: (request, number) => request.Headers.Add("X-Forwarded-For", $"198.51.100.{number}, 203.0.113.99"));

        // The proxy appends the address that it saw, so only the last one counts.
        different.Should().AllBeEquivalentTo(200);
        forged.Should().Equal(200, 200, 429);
    }

    [Fact]
    public async Task Addresses_of_one_IPv6_network_share_a_quota()
    {
        await using var app = await StartAsync(app =>
        {
            app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor });
            Door.ClientSecrets.Map(app, "/door", Options(Two)).AllowAnonymous();
        });

        var one = await PostAsync(app, Door.ClientSecrets, 3, change: (request, number) => request.Headers.Add("X-Forwarded-For", $"2001:db8:1:1::{number + 1:x}"));
        var other = await PostAsync(app, Door.ClientSecrets, 1, change: (request, _) => request.Headers.Add("X-Forwarded-For", "2001:db8:1:2::1"));
        var mapped = await PostAsync(app, Door.ClientSecrets, 3, change: (request, number) => request.Headers.Add("X-Forwarded-For", $"::ffff:203.0.113.{number}"));

        one.Should().Equal(200, 200, 429);
        other.Should().Equal(200);
        mapped.Should().Equal(200, 200, 200);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_refusal_says_when_to_come_back(Door door)
    {
        await using var app = await StartAsync(app => door.Map(app, "/door", Options(new() { Requests = 1, Period = TimeSpan.FromHours(1) })).RequireAuthorization());
        using var first = await door.SendAsync(app, "/door", "ann");

        using var refused = await door.SendAsync(app, "/door", "ann");

        first.StatusCode.Should().Be(door.Success);
        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1)).And.BeLessThanOrEqualTo(TimeSpan.FromHours(1));
        (await refused.Content.ReadAsStringAsync()).Should().Contain("\"title\":\"Too many requests.\"");
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task The_default_is_ten_requests(Door door)
    {
        await using var app = await StartAsync(app => door.Map(app, "/door", Options(new() { Period = TimeSpan.FromDays(1) })).RequireAuthorization());

        var statuses = await PostAsync(app, door, 11, user: _ => "ann");

        new RealtimeEndpointOptions().RateLimit.Should().Be(new RealtimeRateLimit { Requests = 10, Period = TimeSpan.FromMinutes(1) });
        statuses.Take(10).Should().AllBeEquivalentTo((int)door.Success);
        statuses[10].Should().Be(429);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task Null_sets_no_limit(Door door)
    {
        await using var app = await StartAsync(app => door.Map(app, "/door", Options(null)).RequireAuthorization());

        var statuses = await PostAsync(app, door, 30, user: _ => "ann");

        statuses.Should().AllBeEquivalentTo((int)door.Success);
    }

    [Fact]
    public async Task Refused_origins_do_not_use_up_the_quota_of_a_user()
    {
        await using var app = await StartAsync(app => Door.ClientSecrets.Map(app, "/door", Options(Two)).RequireAuthorization());

        var foreign = await PostAsync(app, Door.ClientSecrets, 5, user: _ => "ann", change: (request, _) =>
        {
            request.Headers.Remove("Origin");
            request.Headers.Add("Origin", "https://evil.example");
        });
        var own = await PostAsync(app, Door.ClientSecrets, 3, user: _ => "ann");

        foreign.Should().AllBeEquivalentTo(403);
        own.Should().Equal(200, 200, 429);
    }

    /// <summary>Calls are not carried, so that only the rate of requests limits them.</summary>
    private static Task<TestApp> StartAsync(Action<WebApplication> map) => TestApp.StartAsync(map, builder => builder.Services.AddSingleton<IRealtimeCallHost>(new IdleCallHost()));

    private static RealtimeEndpointOptions Options(RealtimeRateLimit? limit) => new() { RateLimit = limit };

    private static async Task<List<int>> PostAsync(
        TestApp app, Door door, int count, Func<int, string?>? user = null, Action<HttpRequestMessage, int>? change = null)
    {
        var statuses = new List<int>();
        for (var number = 0; number < count; number++)
        {
            using var response = await door.SendAsync(app, "/door", user?.Invoke(number), request => change?.Invoke(request, number));
            statuses.Add((int)response.StatusCode);
        }
        return statuses;
    }
}
