using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>Every request that differs from a valid one in up to three ways, to both endpoints.</summary>
public sealed class AccessMatrixTests
{
    private const string AllowedOrigin = "https://www.example.com", OtherOrigin = "https://evil.example", OtherHost = "evil.example";

    private static readonly string[] CorsHeaders = ["Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Vary"];

    private static readonly string[] KnownTitles =
    [
        "Pages of this origin may not use the endpoint.", "Too many requests.", "The body is not an SDP offer that the service accepts.",
        "The body of the request must be application/sdp.", "The body of the request must be application/json.",
        "The body of the request is larger than 65536 bytes.", "The body of the request is larger than 16384 bytes.",
    ];

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task Every_request_is_answered_in_the_documented_order(Door door)
    {
        await using var apps = await StartAsync(door);
        await using var fallback = await StartAsync(door, hasFallback: true);
        var deviations = new List<string>();

        foreach (var cell in Cell.All)
        {
            var app = cell.Access is Access.FallbackWithUser or Access.FallbackWithoutUser ? fallback : apps;
            var before = app.Emulator.Requests.Count;
            using var request = CreateRequest(door, cell, app);
            using var response = await app.Http.SendAsync(request).WithTimeout();
            var found = await CheckAsync(door, cell, response, app.Emulator.Requests.Skip(before).Select(sent => $"{sent.Method} {sent.Path}")).WithTimeout();
            deviations.AddRange(found.Select(deviation => $"{cell}: {deviation}"));
        }

        Cell.All.Count.Should().BeGreaterThan(700);
        string.Join('\n', deviations.Take(20)).Should().BeEmpty("these are the first of {0} deviations", deviations.Count);
        apps.Emulator.Violations.Concat(fallback.Emulator.Violations).Should().BeEmpty();
    }

    private static async Task<TestApp> StartAsync(Door door, bool hasFallback = false)
    {
        var app = await TestApp.StartAsync(
            app =>
            {
                app.UseCors();
                foreach (var quota in Enum.GetValues<Quota>())
                {
                    var options = new RealtimeEndpointOptions
                    {
                        AllowedOrigins = [AllowedOrigin],
                        RateLimit = new() { Requests = quota == Quota.Left ? 1_000_000 : 1, Period = TimeSpan.FromDays(1) },
                    };
                    if (hasFallback)
                    {
                        door.Map(app, $"/fallback/{quota}", options);
                        continue;
                    }
                    door.Map(app, $"/required/{quota}", options).RequireAuthorization();
                    door.Map(app, $"/anonymous/{quota}", options).AllowAnonymous();
                }
            },
            builder =>
            {
                builder.Configuration["AllowedHosts"] = "127.0.0.1";
                builder.Services.AddSingleton<IRealtimeCallHost>(new IdleCallHost());
                if (hasFallback)
                    builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });

        // Each user and the address use up their quota.
        foreach (var access in hasFallback ? new[] { Access.FallbackWithUser } : [Access.User, Access.Anonymous])
        {
            using var request = CreateRequest(door, new(default, access, Quota.Exhausted, default, default, default, default), app);
            using var response = await app.Http.SendAsync(request).WithTimeout();
            response.StatusCode.Should().Be(door.Success);
        }
        return app;
    }

    private static HttpRequestMessage CreateRequest(Door door, Cell cell, TestApp app)
    {
        var area = cell.Access switch { Access.User or Access.RequiredWithoutUser => "required", Access.Anonymous => "anonymous", _ => "fallback" };
        var request = new HttpRequestMessage(HttpMethod.Parse(cell.Verb.ToString()), $"/{area}/{cell.Quota}") { Content = CreateContent(door, cell) };
        if (cell.HasUser)
            request.Headers.Add(TestApp.UserHeader, "ann");
        if (cell.Size == Size.OverChunked)
            request.Headers.TransferEncodingChunked = true;

        // A page whose host name was rebound to this server has the origin of that name.
        var same = app.Address.GetLeftPart(UriPartial.Authority);
        if (cell.Host == HostName.Other)
        {
            request.Headers.Host = $"{OtherHost}:{app.Address.Port}";
            same = $"http://{request.Headers.Host}";
        }
        string[] origins = cell.Origin switch
        {
            Origin.Same => [same],
            Origin.Allowed => [AllowedOrigin],
            Origin.Other => [OtherOrigin],
            Origin.Null => ["null"],
            Origin.Twice => [same, OtherOrigin],
            _ => [],
        };
        foreach (var origin in origins)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        if (cell.Origin is Origin.AbsentCrossSite or Origin.AbsentSameOrigin)
            request.Headers.Add("Sec-Fetch-Site", cell.Origin == Origin.AbsentCrossSite ? "cross-site" : "same-origin");
        return request;
    }

    private static ByteArrayContent CreateContent(Door door, Cell cell)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(cell.Size switch
        {
            Size.Empty => "",
            Size.Valid => door.Body,
            Size.Limit => door.Pad(door.MaxBytes),
            _ => door.Pad(door.MaxBytes + 1),
        }));
        content.Headers.ContentType = cell.Type switch
        {
            BodyType.Right => new(door.MediaType),
            BodyType.WithCharset => new(door.MediaType, "utf-8"),
            BodyType.Wrong => new MediaTypeHeaderValue("text/plain"),
            _ => null,
        };
        return content;
    }

    private static async Task<List<string>> CheckAsync(Door door, Cell cell, HttpResponseMessage response, IEnumerable<string> upstream)
    {
        var (status, isOurs) = cell.Expect(door);
        var deviations = new List<string>();
        if ((int)response.StatusCode != status)
            deviations.Add($"expected {status}, was {(int)response.StatusCode}");
        var sent = string.Join(", ", upstream);
        if (sent != (status == (int)door.Success ? $"POST {door.UpstreamPath}" : ""))
            deviations.Add($"upstream got [{sent}]");
        if (isOurs && response.Headers.CacheControl?.ToString() != "no-store")
            deviations.Add("may be stored");
        if (status == 429 && response.Headers.RetryAfter?.Delta is not { TotalSeconds: >= 1 })
            deviations.Add("has no Retry-After");
        var unknown = response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Except(KnownHeaders(cell, status)).ToList();
        if (unknown.Count > 0)
            deviations.Add($"has the headers {string.Join(", ", unknown)}");
        var origins = response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? string.Join(", ", values) : "";
        if (isOurs && origins != (cell.Origin == Origin.Allowed ? AllowedOrigin : ""))
            deviations.Add($"may be read by pages of [{origins}]");
        if (isOurs && status >= 400)
            deviations.AddRange(CheckProblem(status, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync()));
        return deviations;
    }

    private static IEnumerable<string> KnownHeaders(Cell cell, int status)
    {
        string[] common = ["Date", "Server", "Content-Type", "Content-Length", "Transfer-Encoding", "Cache-Control"];
        string[] special = status switch { 201 => ["Location"], 405 => ["Allow"], 413 => ["Connection"], 429 => ["Retry-After"], _ => [] };
        return [.. common, .. special, .. cell.Origin == Origin.Allowed ? CorsHeaders : []];
    }

    private static IEnumerable<string> CheckProblem(int status, string? mediaType, string body)
    {
        if (mediaType != "application/problem+json")
        {
            yield return $"is {mediaType}, not a problem";
            yield break;
        }
        var problem = JsonDocument.Parse(body).RootElement;
        if (problem.EnumerateObject().Any(member => member.Name is not ("type" or "title" or "status" or "traceId")))
            yield return $"has other members: {body}";
        if (problem.GetProperty("status").GetInt32() != status || !KnownTitles.Contains(problem.GetProperty("title").GetString()))
            yield return $"has another problem: {body}";
    }
}
