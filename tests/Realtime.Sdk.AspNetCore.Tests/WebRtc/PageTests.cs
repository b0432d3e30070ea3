using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.AspNetCore.Tests.Hosting;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.WebRtc;

/// <summary>What a page does with the <c>Location</c> of its call: it hangs up, and it pings.</summary>
public sealed class PageTests
{
    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/hangup")]
    public async Task A_page_hangs_up(string method, string path)
    {
        await using var world = await CallWorld.StartAsync();
        var page = await world.CallAsync();

        var first = await page.SendAsync(new(method), path);
        await world.ShouldHaveEndedAsync("hung_up_by_page");
        var second = await page.SendAsync(new(method), path);

        (first, second).Should().Be((HttpStatusCode.NoContent, HttpStatusCode.NoContent));
        world.Emulator.Calls.Single().EndedBy.Should().Be(EmulatedCallParty.Application);
        world.Emulator.Violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/hangup")]
    [InlineData("POST", "/ping")]
    public async Task A_ticket_is_only_for_its_user(string method, string path)
    {
        await using var world = await CallWorld.StartAsync();
        var page = await world.CallAsync();

        var other = await page.SendAsync(new(method), path, asUser: "bob");
        var anonymous = await world.App.SendAsync(new(method), page.Location + path, user: null);
        var own = await page.PingAsync();

        (other, anonymous.StatusCode, own).Should().Be((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized, HttpStatusCode.NoContent));
        world.CountHangUps().Should().Be(0);
        anonymous.Dispose();
    }

    [Theory]
    [InlineData("rtc_1")]
    [InlineData("%0A")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%E2%82%AC")]
    [InlineData("..%2f..")]
    [InlineData("a.b")]
    public async Task A_ticket_that_the_application_has_not_made_is_not_found(string ticket)
    {
        await using var world = await CallWorld.StartAsync();
        var page = await world.CallAsync();

        foreach (var (method, path) in new[] { ("DELETE", ""), ("POST", "/hangup"), ("POST", "/ping") })
        {
            using var response = await world.App.SendAsync(new(method), $"{TestApp.Call}/{ticket}{path}", "ann");
            response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        }

        (await page.SendAsync(HttpMethod.Post, "x/ping")).Should().Be(HttpStatusCode.NotFound);
        world.CountHangUps().Should().Be(0);
    }

    [Fact]
    public async Task A_ping_of_a_call_that_has_ended_is_not_found()
    {
        await using var world = await CallWorld.StartAsync();
        var page = await world.CallAsync();
        await page.DeleteAsync();

        (await page.PingAsync()).Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Another_node_hangs_up_and_the_one_that_carries_the_call_notices()
    {
        var keys = new EphemeralDataProtectionProvider();
        await using var world = await CallWorld.StartAsync(build: builder => builder.Services.AddSingleton<IDataProtectionProvider>(keys));
        await using var other = await CallWorld.StartAsync(build: builder =>
        {
            builder.Services.AddSingleton<IDataProtectionProvider>(keys);
            builder.Services.AddRealtimeClient(options => (options.BaseUrl, options.ApiKey) = (world.Emulator.BaseUrl, world.Emulator.ApiKey));
        });
        var page = await world.CallAsync();
        var elsewhere = new Page(other.App, page.Location, "ann");

        var pinged = await elsewhere.PingAsync();
        var hungUp = await elsewhere.DeleteAsync();

        (pinged, hungUp).Should().Be((HttpStatusCode.NotFound, HttpStatusCode.NoContent));
        await world.ShouldHaveEndedAsync("hung_up");
        (await elsewhere.DeleteAsync()).Should().Be(HttpStatusCode.NoContent);
        other.Watch.Ended.Should().BeEmpty();
    }

    [Theory]
    [InlineData(500, HttpStatusCode.ServiceUnavailable)]
    [InlineData(401, HttpStatusCode.BadGateway)]
    public async Task Another_node_reports_that_it_could_not_hang_up(int status, HttpStatusCode reported)
    {
        var keys = new EphemeralDataProtectionProvider();
        await using var world = await CallWorld.StartAsync(build: builder => builder.Services.AddSingleton<IDataProtectionProvider>(keys));
        await using var other = await CallWorld.StartAsync(build: builder => builder.Services.AddSingleton<IDataProtectionProvider>(keys));
        var page = await world.CallAsync();
        other.Emulator.RespondNext(status, """{"error":{"message":"secret","type":"server_error"}}""");

        using var response = await other.App.SendAsync(HttpMethod.Delete, page.Location, "ann");

        response.StatusCode.Should().Be(reported);
        (await response.Content.ReadAsStringAsync()).Should().NotContain("secret");
        other.Watch.Count(308).Should().Be(1);
    }

    [Fact]
    public async Task A_call_without_pings_is_hung_up()
    {
        var time = new FakeTimeProvider();
        await using var world = await CallWorld.StartAsync(new() { PingTimeout = TimeSpan.FromSeconds(30), Run = StayAsync }, time: time);
        var page = await world.CallAsync();
        time.Advance(TimeSpan.FromSeconds(29));
        (await page.PingAsync()).Should().Be(HttpStatusCode.NoContent);
        time.Advance(TimeSpan.FromSeconds(29));
        (await page.PingAsync()).Should().Be(HttpStatusCode.NoContent);

        time.Advance(TimeSpan.FromSeconds(30));

        await world.ShouldHaveEndedAsync("no_ping");
        world.CountHangUps().Should().Be(1);
    }

    [Theory]
    [InlineData(null, 300)]
    [InlineData(20, 20)]
    public async Task A_call_without_events_of_the_service_is_hung_up(int? timeout, int seconds)
    {
        var time = new FakeTimeProvider();
        var added = new SemaphoreSlim(0);
        await using var world = await CallWorld.StartAsync(
            new()
            {
                IdleTimeout = timeout is { } idle ? TimeSpan.FromSeconds(idle) : null,
                Run = async (conversation, stop) =>
                {
                    using var handler = conversation.OnEvent(serverEvent =>
                    {
                        if (serverEvent is ConversationItemDoneEvent)
                            added.Release();
                    });
                    await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                },
            },
            time: time);
        await world.CallAsync();
        using var client = world.Emulator.CreateClient();
        await using var sideband = await client.ConnectAsync(new RealtimeConnectOptions { CallId = world.Emulator.Calls.Single().Id }).WithTimeout();

        // Each item causes events of the service, with the last of which the time begins anew.
        for (var i = 0; i < 3; i++)
        {
            await sideband.SendTextAsync("Soup.").WithTimeout();
            (await added.WaitAsync(TestTimeout.Limit)).Should().BeTrue();
            time.Advance(TimeSpan.FromSeconds(seconds - 1));
        }
        await sideband.SendTextAsync("Soup.").WithTimeout();
        (await added.WaitAsync(TestTimeout.Limit)).Should().BeTrue();
        var before = world.Watch.Ended.Count;

        time.Advance(TimeSpan.FromSeconds(seconds));

        await world.ShouldHaveEndedAsync("idle");
        before.Should().Be(0);
        added.Dispose();
    }

    [Fact]
    public async Task A_call_without_an_idle_timeout_goes_on()
    {
        var time = new FakeTimeProvider();
        await using var world = await CallWorld.StartAsync(new() { IdleTimeout = Timeout.InfiniteTimeSpan, Run = StayAsync }, time: time);
        var page = await world.CallAsync();

        time.Advance(TimeSpan.FromDays(1));

        (await page.PingAsync()).Should().Be(HttpStatusCode.NoContent);
        world.Watch.Ended.Should().BeEmpty();
        await page.DeleteAsync();
    }

    private static Task StayAsync(RealtimeConversation conversation, CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, stop);
}
