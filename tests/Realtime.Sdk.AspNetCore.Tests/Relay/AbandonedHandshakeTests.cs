using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.AspNetCore.Tests.Endpoints;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>Clients that leave before their WebSocket is open: nothing of them remains.</summary>
public sealed class AbandonedHandshakeTests
{
    [Fact]
    public async Task An_abandoned_handshake_cancels_the_handshake_with_the_service()
    {
        await using var service = new BareService();
        await using var app = await StartAsync(service: service);
        using var leave = new CancellationTokenSource();
        var abandoned = BeginAsync(app, leave.Token);
        await service.WhenReceivedAsync();
        var taken = Watch(app).Host.Places;

        await leave.CancelAsync();

        await service.WhenEndedAsync();
        await ShouldBeGoneAsync(app, abandoned);
        taken.Should().Be(1);
    }

    [Fact]
    public async Task A_session_whose_client_leaves_before_its_first_event_is_closed()
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync();
        app.Emulator.OnConnect(_ => never.Task);
        using var leave = new CancellationTokenSource();
        var abandoned = BeginAsync(app, leave.Token);
        await app.Emulator.WhenConnectedAsync().WithTimeout();

        await leave.CancelAsync();

        await ShouldBeGoneAsync(app, abandoned);
        never.SetResult();
        await app.Emulator.Sessions.Single().Completion.WithTimeout();
    }

    [Fact]
    public async Task A_client_that_leaves_while_the_code_of_the_app_prepares_reaches_neither_the_host_nor_the_service()
    {
        var (asked, canceled) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var app = await StartAsync(async (_, options, token) =>
        {
            // The code of the app ignores its token, and returns after the client has left.
            using var left = token.UnsafeRegister(_ => canceled.SetResult(), null);
            asked.SetResult();
            await canceled.Task;
            return options;
        });
        using var leave = new CancellationTokenSource();
        var abandoned = BeginAsync(app, leave.Token);
        await asked.Task.WithTimeout();

        await leave.CancelAsync();

        await canceled.Task.WithTimeout();
        await FluentActions.Awaiting(() => abandoned.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await app.App.StopAsync().WithTimeout();
        app.Emulator.Requests.Should().BeEmpty();
        Watch(app).Host.Places.Should().Be(0);
        app.Logs.GetSnapshot().Should().NotContain(entry => entry.Level >= LogLevel.Error);
    }

    private static WatchedCallHost Watch(TestApp app) => (WatchedCallHost)app.App.Services.GetRequiredService<IRealtimeCallHost>();

    private static Task<TestApp> StartAsync(
        Func<Microsoft.AspNetCore.Http.HttpContext, RealtimeConversationOptions, CancellationToken, ValueTask<RealtimeConversationOptions?>>? prepare = null, BareService? service = null) =>
        RelayApp.StartAsync(new() { Prepare = prepare }, build: builder =>
        {
            builder.Services.AddSingleton<IRealtimeCallHost>(provider => new WatchedCallHost(provider.GetRequiredService<CallHost>()));
            if (service is not null)
                builder.Services.PostConfigureAll<RealtimeClientOptions>(options => options.BaseUrl = service.BaseUrl);
        });

    private static async Task BeginAsync(TestApp app, CancellationToken leave)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, RelayApp.Path);
        request.Headers.Add("Origin", app.Address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add(TestApp.UserHeader, "ann");
        Door.AddHandshake(request);
        using var response = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave);
    }

    /// <summary>Checks that the place is free again, and that the application considers the end of the client no failure.</summary>
    private static async Task ShouldBeGoneAsync(TestApp app, Task abandoned)
    {
        await Watch(app).WhenReleasedAsync();
        Watch(app).Host.Places.Should().Be(0);
        await FluentActions.Awaiting(() => abandoned.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await app.App.StopAsync().WithTimeout();
        app.Logs.GetSnapshot().Should().NotContain(entry => entry.Level >= LogLevel.Error);
    }
}
