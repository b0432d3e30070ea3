using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.AspNetCore.Tests.Endpoints;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>The places of relays at the call host: their limits, and their end with the application.</summary>
public sealed class RelayHostTests
{
    /// <summary>1,000 sessions with the environment variable REALTIME_SDK_EXHAUSTIVE=1.</summary>
    private static readonly int Rounds = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 125 : 10;

    /// <summary>The ways in which a session begins and ends, each with a user of its own.</summary>
    private static readonly string[] Ends = ["client-closes", "client-aborts", "client-violates", "service-closes", "service-aborts", "app-returns", "app-throws", "service-refuses"];

    [Fact]
    public async Task Counters_are_exact_after_many_sessions_that_ended_in_every_way()
    {
        await using var app = await TestApp.StartAsync(
            app =>
            {
                app.MapRealtimeRelay(RelayApp.Path, "waiter", Options(Run)).RequireAuthorization();
                app.MapRealtimeRelay("/refused", "refused", Options(null)).RequireAuthorization();
            },
            builder =>
            {
                builder.Services.AddRealtimeEndpoints(options => options.MaxCalls = Ends.Length);
                builder.Services.AddSingleton<IRealtimeCallHost>(provider => new WatchedCallHost(provider.GetRequiredService<CallHost>()));
                builder.Services.AddRealtimeAgent(new RealtimeAgent
                {
                    Name = "refused",
                    Session = new() { Model = "gpt-realtime-2.1" },
                    Prepare = (_, _) => throw new InvalidOperationException("The session is not opened."),
                });
            },
            emulation: new());
        var watch = (WatchedCallHost)app.App.Services.GetRequiredService<IRealtimeCallHost>();

        // Each user may have one session and the host has one place for each of them, so that a place that is kept refuses the next round.
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(Ends.Select(end => EndAsync(app, end)));
            for (var released = 0; released < Ends.Length; released++)
                await watch.WhenReleasedAsync();
            watch.Host.Places.Should().Be(0);
        }

        await app.WhenEmptyAsync();
        app.Emulator.Sessions.Should().HaveCount(Rounds * (Ends.Length - 1)).And.OnlyContain(session => session.Completion.IsCompleted);

        static RealtimeEndpointOptions Options(Func<RealtimeConversation, CancellationToken, Task>? run) => new() { MaxCallsPerUser = 1, RateLimit = null, Run = run, Prepare = (http, options, _) => new(options with { State = http.User.Identity!.Name }) };
    }

    [Fact]
    public async Task Limits_of_a_user_and_of_the_host_refuse_the_next_handshake()
    {
        await using var app = await RelayApp.StartAsync(
            build: builder => builder.Services.AddRealtimeEndpoints(options => options.MaxCalls = 3), options: new());
        var host = app.App.Services.GetRequiredService<CallHost>();
        var opened = new List<HttpResponseMessage>();
        foreach (var user in new[] { "ann", "ann", "bob" })
        {
            opened.Add(await Door.Relay.SendAsync(app, RelayApp.Path, user));
            if (opened.Count != 2)
                continue;
            using var tooMany = await Door.Relay.SendAsync(app, RelayApp.Path);
            await Problems.ExpectAsync(tooMany, 429, "Too many calls at the same time.");
            tooMany.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(10));
        }

        using var full = await Door.Relay.SendAsync(app, RelayApp.Path, "bob");

        opened.Should().OnlyContain(response => response.StatusCode == HttpStatusCode.SwitchingProtocols);
        await Problems.ExpectAsync(full, 503, "The server carries as many calls as it can.");
        full.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(10));
        (host.Places, app.Emulator.Requests.Count).Should().Be((3, 3));
        opened.ForEach(response => response.Dispose());
        await app.WhenEmptyAsync();
        using var again = await Door.Relay.SendAsync(app, RelayApp.Path);
        again.StatusCode.Should().Be(HttpStatusCode.SwitchingProtocols);
    }

    [Fact]
    public async Task Clients_are_closed_when_the_application_stops()
    {
        await using var app = await RelayApp.StartAsync();
        await using var ann = await RelayClient.ConnectAsync(app);
        await using var bob = await RelayClient.ConnectAsync(app, "bob");
        await ann.WhenAsync("session.updated");

        var stopping = app.App.StopAsync();

        (await ann.WhenClosedAsync()).Should().Be((1001, "The server is stopping."));
        (await bob.WhenClosedAsync()).Should().Be((1001, "The server is stopping."));
        await stopping.WithTimeout();
        app.App.Services.GetRequiredService<CallHost>().Places.Should().Be(0);
        foreach (var session in app.Emulator.Sessions)
            await session.Completion.WithTimeout();
    }

    [Fact]
    public async Task Relays_continue_while_the_host_drains_and_new_ones_are_refused()
    {
        var time = new FakeTimeProvider();
        await using var app = await StartAsync(time, TimeSpan.FromSeconds(10));
        var host = app.App.Services.GetRequiredService<CallHost>();
        await using var client = await RelayClient.ConnectAsync(app);
        await client.WhenAsync("session.updated");

        await host.StoppingAsync(CancellationToken.None).WithTimeout();
        using var refused = await Door.Relay.SendAsync(app, RelayApp.Path, "bob");
        time.Advance(TimeSpan.FromSeconds(9));
        await client.SendAsync("""{"type":"input_audio_buffer.clear"}""");
        await client.WhenAsync("input_audio_buffer.cleared");
        time.Advance(TimeSpan.FromSeconds(1));

        (await client.WhenClosedAsync()).Code.Should().Be(1001);
        await host.StopAsync(CancellationToken.None).WithTimeout();
        await Problems.ExpectAsync(refused, 503, "The server is stopping.");
        refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        host.Places.Should().Be(0);
        app.Emulator.Sessions.Should().ContainSingle();
    }

    [Fact]
    public async Task A_client_that_does_not_answer_the_close_does_not_delay_the_end_of_the_application()
    {
        var time = new FakeTimeProvider();
        await using var app = await StartAsync(time, TimeSpan.Zero);
        var host = app.App.Services.GetRequiredService<CallHost>();
        await using var client = await RelayClient.ConnectAsync(app);
        await client.WhenAsync("session.updated");

        await host.StoppingAsync(CancellationToken.None).WithTimeout();
        var stopped = host.StopAsync(CancellationToken.None);

        // The relay waits a few seconds for the client's answer, as soon as it has sent its close.
        while (await Task.WhenAny(stopped, Task.Delay(5)) != stopped)
            time.Advance(TimeSpan.FromSeconds(1));
        await stopped.WithTimeout();
        host.Places.Should().Be(0);
        await app.Emulator.Sessions.Single().Completion.WithTimeout();
    }

    private static Task<TestApp> StartAsync(FakeTimeProvider time, TimeSpan drainTimeout) => RelayApp.StartAsync(build: builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddRealtimeEndpoints(options => options.DrainTimeout = drainTimeout);
    });

    /// <summary>The code of the app: it returns or throws for the users that are named so, and otherwise waits for the end of the conversation.</summary>
    private static Task Run(RealtimeConversation conversation, CancellationToken _) => conversation.State switch
    {
        "app-returns" => Task.CompletedTask,
        "app-throws" => throw new InvalidOperationException("The code of the app fails."),
        _ => conversation.Completion,
    };

    private static async Task EndAsync(TestApp app, string end)
    {
        if (end == "service-refuses")
        {
            using var refused = await Door.Relay.SendAsync(app, "/refused", end);
            refused.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
            return;
        }
        await using var client = await RelayClient.ConnectAsync(app, end);
        if (end is "app-returns" or "app-throws")
        {
            (await client.WhenClosedAsync()).Code.Should().Be(1000);
            return;
        }
        var id = (await client.WhenAsync("session.created")).GetProperty("session").GetProperty("id").GetString();
        var session = app.Emulator.Sessions.Single(session => session.Id == id);
        switch (end)
        {
            case "client-closes":
                await client.CloseAsync();
                break;
            case "client-violates":
                await client.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary);
                (await client.WhenClosedAsync()).Code.Should().Be(1003);
                break;
            case "service-closes":
                await session.CloseAsync(1001, "The session is over.").WithTimeout();
                (await client.WhenClosedAsync()).Should().Be((1001, "The session is over."));
                break;
            case "service-aborts":
                session.End(ConnectionFailure.Reset);
                (await client.WhenClosedAsync()).Code.Should().Be(1011);
                break;
        }
    }
}
