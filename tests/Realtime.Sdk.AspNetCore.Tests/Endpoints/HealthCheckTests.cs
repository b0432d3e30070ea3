using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

public sealed class HealthCheckTests
{
    [Fact]
    public async Task The_check_reports_whether_calls_are_accepted()
    {
        await using var app = await TestApp.StartAsync(
            app => app.MapRealtimeWebRtc(TestApp.Call, "waiter").RequireAuthorization(),
            builder =>
            {
                builder.Services.AddRealtimeEndpoints(options => options.MaxCalls = 1);
                builder.Services.AddHealthChecks().AddRealtimeCalls(tags: ["ready"]);
            });

        await ExpectAsync(app, HealthStatus.Healthy, "The call host accepts calls.", calls: 0);
        using (var response = await app.OfferAsync())
            response.StatusCode.Should().Be(HttpStatusCode.Created);
        await ExpectAsync(app, HealthStatus.Degraded, "The call host carries as many calls as it may.", calls: 1);
        using (var response = await app.OfferAsync("bob"))
            await Problems.ExpectAsync(response, 503, "The server carries as many calls as it can.");
        await app.App.StopAsync().WithTimeout();
        await ExpectAsync(app, HealthStatus.Unhealthy, "The call host is stopping.", calls: 0);
    }

    [Fact]
    public async Task The_check_sends_nothing_to_the_service()
    {
        await using var app = await TestApp.StartAsync(
            app =>
            {
                app.MapRealtimeWebRtc(TestApp.Call, "waiter").RequireAuthorization();
                app.MapHealthChecks("/health").AllowAnonymous();
            },
            builder => builder.Services.AddHealthChecks().AddRealtimeCalls("calls"));

        using var response = await app.SendAsync(HttpMethod.Get, "/health", user: null);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).Should().Be("Healthy");
        app.Emulator.Requests.Should().BeEmpty();
    }

    private static async Task ExpectAsync(TestApp app, HealthStatus status, string description, int calls)
    {
        var report = await app.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync().WithTimeout();
        var entry = report.Entries["realtime_calls"];
        entry.Status.Should().Be(status);
        entry.Description.Should().Be(description);
        entry.Tags.Should().Equal("ready");
        entry.Data.Should().BeEquivalentTo(new Dictionary<string, object> { ["calls"] = calls, ["max_calls"] = 1 });
    }
}
