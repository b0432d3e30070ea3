using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Hosting;

/// <summary>An application that carries WebRTC calls without a limit of requests, and what it says about them.</summary>
internal sealed class CallWorld : IAsyncDisposable
{
    private readonly Func<Task>? _nextRun;

    private CallWorld(TestApp app, CallWatch watch, Func<Task>? nextRun) => (App, Watch, _nextRun) = (app, watch, nextRun);

    public TestApp App { get; }

    public CallWatch Watch { get; }

    public CallHost Host => App.App.Services.GetRequiredService<CallHost>();

    public RealtimeEmulator Emulator => App.Emulator;

    /// <summary>Canceled when the application begins to stop.</summary>
    public CancellationToken Stopping => App.App.Lifetime.ApplicationStopping;

    public IReadOnlyList<string> Reasons => [.. Watch.Ended.Select(ended => ended.Reason)];

    public static async Task<CallWorld> StartAsync(
        RealtimeEndpointOptions? options = null, Action<RealtimeCallHostOptions>? host = null, TimeProvider? time = null, Action<WebApplicationBuilder>? build = null,
        Action<WebApplication>? map = null)
    {
        var (watch, runs) = (new CallWatch(), new SemaphoreSlim(0));
        if (options?.Run is { } run)
        {
            options = options with
            {
                Run = (conversation, stop) =>
                {
                    try
                    {
                        return run(conversation, stop);
                    }
                    finally
                    {
                        // After the code has registered its handlers, so that no event of the test comes before.
                        runs.Release();
                    }
                },
            };
        }
        var app = await TestApp.StartAsync(
            app =>
            {
                app.MapRealtimeWebRtc(TestApp.Call, "waiter", (options ?? new()) with { RateLimit = null }).RequireAuthorization();
                map?.Invoke(app);
            },
            builder =>
            {
                builder.Logging.AddProvider(watch);
                if (time is not null)
                    builder.Services.AddSingleton(time);
                builder.Services.AddRealtimeEndpoints(options => host?.Invoke(options));
                build?.Invoke(builder);
            });
        return new(app, watch, options?.Run is null ? null : async () => (await runs.WaitAsync(TestTimeout.Limit)).Should().BeTrue());
    }

    /// <summary>Begins a call and returns when the code of the app has its conversation or, without such code, when the service has its session.</summary>
    public async Task<Page> CallAsync(string user = "ann")
    {
        var number = Emulator.Sessions.Count + 1;
        var page = await OfferAsync(user);
        var session = await Emulator.WhenConnectedAsync(number).WithTimeout();
        await session.WhenReceivedAsync<SessionUpdateEvent>(_ => true).WithTimeout();
        if (_nextRun is not null)
            await _nextRun();
        return page;
    }

    /// <summary>Begins a call.</summary>
    public async Task<Page> OfferAsync(string user = "ann")
    {
        using var response = await App.OfferAsync(user);
        response.StatusCode.Should().Be(HttpStatusCode.Created);
        return new(App, response.Headers.Location!.OriginalString, user);
    }

    /// <summary>Returns when calls have ended in every way.</summary>
    public Task WhenEndedAsync(int count = 1) => Watch.WhenAsync(() => Watch.Ended.Count >= count && Host.Places == 0);

    public int CountHangUps() => Emulator.Requests.Count(request => request.Path.EndsWith("/hangup", StringComparison.Ordinal));

    /// <summary>Checks that calls have ended once, each for a reason, and that nothing of them is left.</summary>
    public async Task ShouldHaveEndedAsync(params string[] reasons)
    {
        await WhenEndedAsync(reasons.Length);
        Reasons.Should().BeEquivalentTo(reasons);
        Emulator.Calls.Select(call => call.State).Should().OnlyContain(state => state == EmulatedCallState.Ended);
        foreach (var session in Emulator.Sessions)
            await session.Completion.WithTimeout();
        foreach (var call in Emulator.Calls)
            (await Host.PingAsync(call.Id).WithTimeout()).Should().BeFalse();
    }

    /// <summary>Stops the application, with the timeout of its host.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => ((IHost)App.App).StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        Watch.Dispose();
    }
}

/// <summary>The page of a user in a call.</summary>
internal sealed class Page(TestApp app, string location, string user)
{
    public string Location => location;

    public async Task<HttpStatusCode> SendAsync(HttpMethod method, string path = "", string? asUser = null)
    {
        using var response = await app.SendAsync(method, location + path, asUser ?? user);
        return response.StatusCode;
    }

    public Task<HttpStatusCode> DeleteAsync() => SendAsync(HttpMethod.Delete);

    public Task<HttpStatusCode> HangUpAsync() => SendAsync(HttpMethod.Post, "/hangup");

    public Task<HttpStatusCode> PingAsync() => SendAsync(HttpMethod.Post, "/ping");
}
