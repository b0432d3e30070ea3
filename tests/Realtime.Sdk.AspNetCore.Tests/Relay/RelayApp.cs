using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>An application with a relay for the agent "waiter", without a limit of requests.</summary>
internal static class RelayApp
{
    public const string Path = "/realtime/relay";

    public static Task<TestApp> StartAsync(
        RealtimeEndpointOptions? options = null, Action<RealtimeAgentBuilder>? waiter = null, Action<WebApplicationBuilder>? build = null, RealtimeEmulatorOptions? emulation = null) =>
        TestApp.StartAsync(
            app => app.MapRealtimeRelay(Path, "waiter", (options ?? new()) with { RateLimit = null }).RequireAuthorization(), build, waiter, emulation ?? new());

    /// <summary>Returns when all relays have ended: the service has no open session, and the call host no place in use.</summary>
    public static async Task WhenEmptyAsync(this TestApp app)
    {
        var host = app.App.Services.GetRequiredService<CallHost>();
        using var deadline = new CancellationTokenSource(TestTimeout.Limit);
        foreach (var session in app.Emulator.Sessions)
            await session.Completion.WithTimeout();

        // The place is released a moment after everything that can be observed from outside.
        while (host.Places > 0)
            await Task.Delay(5, deadline.Token);
    }
}
