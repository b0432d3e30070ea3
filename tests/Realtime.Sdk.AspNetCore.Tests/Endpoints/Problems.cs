using System.Text.Json;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>Problem details as pages get them.</summary>
internal static class Problems
{
    private static readonly string[] KnownHeaders = ["Date", "Server", "Content-Type", "Content-Length", "Transfer-Encoding", "Cache-Control", "Retry-After", "Connection"];

    /// <summary>Expects a problem with a title and nothing else, which must not be stored.</summary>
    public static async Task ExpectAsync(HttpResponseMessage response, int status, string title)
    {
        var body = await response.Content.ReadAsStringAsync().WithTimeout();
        ((int)response.StatusCode).Should().Be(status, body);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        response.Headers.CacheControl!.ToString().Should().Be("no-store");
        response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Should().BeSubsetOf(KnownHeaders);
        var problem = JsonDocument.Parse(body).RootElement;
        problem.EnumerateObject().Select(member => member.Name).Should().BeSubsetOf(["type", "title", "status", "traceId"]);
        problem.GetProperty("title").GetString().Should().Be(title);
        problem.GetProperty("status").GetInt32().Should().Be(status);
    }
}
