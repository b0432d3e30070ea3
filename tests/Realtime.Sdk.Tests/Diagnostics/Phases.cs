using System.Diagnostics;
using System.Net.WebSockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Transport.WebSockets;
using Realtime.Sdk.Tests.Webhooks;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>
/// Everything that a client goes through, from the first byte to the last, as acts that always end the same way. Each tells what came of it.
/// </summary>
internal static class Phases
{
    private const string Unknown = """{"type":"some.day"}""", Malformed = "no json";

    public static IReadOnlyDictionary<string, Func<PhaseRun, Task<string>>> All { get; } = new Dictionary<string, Func<PhaseRun, Task<string>>>
    {
        ["a session is used and closed"] = UseAsync,
        ["a session is configured and disposed with events unread"] = ConfigureAsync,
        ["the configuration is refused"] = run => OpenAsync(run, RefuseUpdateAsync, new() { Session = Session }),
        ["the handshake is refused"] = RefuseHandshakeAsync,
        ["the first event is an error"] = run => OpenAsync(run, session => session.SendAsync(Error(null)), new() { Model = "gpt-realtime" }),
        ["the server closes before the first event"] = run => OpenAsync(run, session => session.CloseAsync(1011, "no"), new() { Model = "gpt-realtime" }),
        ["opening times out"] = run => InterruptAsync(run, (_, _) => run.Time.Advance(TimeSpan.FromSeconds(30))),
        ["opening is canceled"] = run => InterruptAsync(run, (_, cancellation) => cancellation.Cancel()),
        ["the client is disposed while it opens a connection"] = run => InterruptAsync(run, (client, _) => client.Dispose()),
        ["the server closes"] = run => EndAsync(run, session => session.CloseAsync(1011, "oops")),
        ["the server closes normally"] = run => EndAsync(run, session => session.CloseAsync(1000, "bye")),
        ["the server goes away"] = run => EndAsync(run, EndOfStream),
        ["the server sends a message that is too large"] = run => EndAsync(run, session => session.SendTextAsync(new string(' ', 10_000))),
        ["the server breaks the protocol"] = run => EndAsync(run, session => session.SendBytesAsync(new byte[] { 0xFF })),
        ["a connection is aborted under its reader"] = AbortAsync,
        ["a socket is taken over and aborted"] = TakeOverAsync,
        ["events are dropped"] = DropAsync,
        ["a translation is finished"] = TranslateAsync,
        ["a conversation is interrupted and ended"] = run => ConversationPhases.TalkAsync(run, isLost: false),
        ["a conversation is interrupted and lost"] = run => ConversationPhases.TalkAsync(run, isLost: true),
        ["a conversation continues another one"] = ConversationPhases.ContinueAsync,
        ["a conversation has recorders that fail"] = RecordingPhase.RunAsync,
        ["a relay refuses its client"] = RelayPhase.RunAsync,
        ["a request is answered"] = run => RequestAsync(run, new()),
        ["a request is refused"] = run => RequestAsync(run, new() { StatusCode = 401 }),
        ["a request is answered with nonsense"] = run => RequestAsync(run, new() { StatusCode = 200, Body = "{}"u8.ToArray() }),
        ["a request loses its connection"] = run => RequestAsync(run, new() { Fault = new() { End = ConnectionFailure.Fin } }),
        ["a request is repeated"] = RepeatAsync,
        ["a request times out"] = run => InterruptRequestAsync(run, (_, _) => run.Time.Advance(TimeSpan.FromSeconds(30))),
        ["a request is canceled"] = run => InterruptRequestAsync(run, (_, cancellation) => cancellation.Cancel()),
        ["the client is disposed during a request"] = run => InterruptRequestAsync(run, (client, _) => client.Dispose()),
        ["a request is odd"] = ReferAsync,
        ["a handler is left out"] = LeaveOutAsync,
        ["a named session is unusual"] = ResolveSessionAsync,
        ["a registered agent is unusual"] = ResolveAgentAsync,
        ["webhook options become invalid"] = ReloadWebhooksAsync,
    };

    private static RealtimeSessionConfiguration Session { get; } = new() { Model = "gpt-realtime", Instructions = "Be brief." };

    private static async Task<string> UseAsync(PhaseRun run)
    {
        run.Script(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.ExpectAsync<ResponseCreateEvent>();
            await session.SendTextAsync(Unknown);
            await session.SendTextAsync(Malformed);
            await session.SendAsync(new ResponseDoneEvent { Response = new() { Id = "resp_1" } });
        });
        await using var connection = await run.ConnectAsync();
        using var tap = connection.OnMessage((in _) => throw new InvalidOperationException("mine"));
        await connection.SendAsync(new ResponseCreateEvent { Response = new() { OutputModalities = ["smell"] } });
        var read = await PhaseRun.ReadAsync(connection, 4).WithTimeout();
        await connection.CloseAsync().WithTimeout();
        return $"{read}, {await PhaseRun.ReadToEndAsync(connection)}";
    }

    private static async Task<string> ConfigureAsync(PhaseRun run)
    {
        run.Script(session => session.RunModelAsync());
        var connection = await run.ConnectAsync(new() { Session = Session });
        var name = (connection.Session?.Configuration as RealtimeSessionConfiguration)?.Instructions;
        await connection.DisposeAsync().WithTimeout();
        return $"{name} {connection.UnreadBytes}";
    }

    private static async Task RefuseUpdateAsync(EmulatorSession session)
    {
        await session.SendSessionCreatedAsync();
        var update = await session.ExpectAsync<SessionUpdateEvent>();
        await session.SendAsync(Error(update.EventId));
    }

    private static Task<string> RefuseHandshakeAsync(PhaseRun run)
    {
        run.Emulator.RespondNext(401, """{"error":{"message":"No.","code":"invalid_api_key"}}""");
        return PhaseRun.TellAsync(async () =>
        {
            await run.ConnectAsync();
            return "open";
        });
    }

    private static Task<string> OpenAsync(PhaseRun run, Func<EmulatorSession, Task> script, RealtimeConnectOptions options)
    {
        run.Script(script);
        return PhaseRun.TellAsync(async () =>
        {
            await run.ConnectAsync(options);
            return "open";
        });
    }

    /// <summary>Interrupts the opening of a connection to a server that says nothing.</summary>
    private static async Task<string> InterruptAsync(PhaseRun run, Action<RealtimeClient, CancellationTokenSource> interrupt)
    {
        run.Script(_ => Task.CompletedTask);
        using var client = run.Client();
        using var cancellation = new CancellationTokenSource();
        var connecting = client.ConnectAsync("gpt-realtime", cancellation.Token);
        await run.Connected.WithTimeout();
        interrupt(client, cancellation);
        return await PhaseRun.TellAsync(async () =>
        {
            await connecting;
            return "open";
        });
    }

    /// <summary>Reads to the end that the server makes, and tries to send behind it.</summary>
    private static async Task<string> EndAsync(PhaseRun run, Func<EmulatorSession, Task> end)
    {
        run.Script(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.ExpectAsync<ResponseCancelEvent>();
            await end(session);
        });
        await using var connection = await run.ConnectAsync(new() { Model = "gpt-realtime", MaxMessageBytes = 8_000 });
        await connection.CancelResponseAsync();
        var read = await PhaseRun.ReadToEndAsync(connection);
        await connection.Completion.WithTimeout();
        var sent = await PhaseRun.TellAsync(async () =>
        {
            await connection.CancelResponseAsync();
            return "sent";
        });
        return $"{read}, {sent}";
    }

    private static Task EndOfStream(EmulatorSession session)
    {
        session.End(ConnectionFailure.Fin);
        return Task.CompletedTask;
    }

    private static async Task<string> AbortAsync(PhaseRun run)
    {
        run.Script(session => session.SendSessionCreatedAsync());
        await using var connection = await run.ConnectAsync();
        var read = await PhaseRun.ReadAsync(connection, 1).WithTimeout();
        var reading = PhaseRun.ReadToEndAsync(connection);
        using (new Activity("aborting").Start())
        {
            connection.Abort();
            Activity.Current?.OperationName.Should().Be("aborting");
        }
        return $"{read}, {await reading.WithTimeout()}";
    }

    private static async Task<string> TakeOverAsync(PhaseRun run)
    {
        run.Script(session => session.SendSessionCreatedAsync());
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {run.Emulator.ApiKey}");
        await socket.ConnectAsync(new UriBuilder($"{run.Emulator.BaseUrl}/realtime?model=gpt-realtime") { Scheme = "ws" }.Uri, CancellationToken.None).WithTimeout();
        var outer = Activity.Current;
        var connection = run.Watch(RealtimeConnection.FromWebSocket(socket, new() { LoggerFactory = run.Sinks }));
        Activity.Current.Should().BeSameAs(outer);
        var read = await PhaseRun.ReadAsync(connection, 1).WithTimeout();
        connection.Abort();
        Activity.Current.Should().BeSameAs(outer);
        await connection.DisposeAsync().WithTimeout();
        return read;
    }

    private static async Task<string> DropAsync(PhaseRun run)
    {
        const int events = 20;
        run.Script(async session =>
        {
            await session.SendSessionCreatedAsync();
            for (var i = 0; i < events; i++)
                await session.SendTextAsync($$"""{"type":"some.day","padding":"{{new string('x', 1_000)}}"}""");
        });
        var options = new RealtimeConnectOptions { Model = "gpt-realtime", MaxMessageBytes = 8_000, MaxUnreadBytes = 8_000 };
        options.DroppableEvents.Add("some.day");
        await using var connection = await run.ConnectAsync(options);
        await TransportUnderTest.UntilAsync(() => connection.DroppedEvents >= events / 2);
        return await PhaseRun.ReadAsync(connection, 2).WithTimeout();
    }

    private static async Task<string> TranslateAsync(PhaseRun run)
    {
        run.Script(session => session.RunModelAsync());
        using var client = run.Client();
        await using var connection = run.Watch(await client.ConnectTranslationAsync("gpt-realtime-translate").WithTimeout());
        return await PhaseRun.TellAsync(async () =>
        {
            await connection.AppendAudioAsync(new byte[4_800]);
            await connection.FinishAsync();
            return "finished";
        });
    }

    private static async Task<string> RequestAsync(PhaseRun run, EmulatorHttpResponse answer)
    {
        run.Emulator.RespondNext(answer);
        using var client = run.Client(options => options.MaxRetries = 0);
        return await PhaseRun.TellAsync(async () => (await client.CreateClientSecretAsync(Session)).Value[..3]);
    }

    private static async Task<string> RepeatAsync(PhaseRun run)
    {
        run.Emulator.RespondNext(503);
        using var client = run.Client(options => options.TimeProvider = new HastyTime());
        return await PhaseRun.TellAsync(async () => (await client.CreateClientSecretAsync(Session)).Value[..3]);
    }

    private static async Task<string> InterruptRequestAsync(PhaseRun run, Action<RealtimeClient, CancellationTokenSource> interrupt)
    {
        run.Emulator.RespondNext(new() { Delay = TimeSpan.FromHours(1) });
        var before = run.Emulator.Requests.Count;
        using var client = run.Client(options => options.MaxRetries = 0);
        using var cancellation = new CancellationTokenSource();
        var creating = client.CreateClientSecretAsync(Session, cancellation.Token);
        await run.Emulator.WhenReceivedAsync(before + 1).WithTimeout();
        interrupt(client, cancellation);
        return await PhaseRun.TellAsync(async () => (await creating).Value);
    }

    private static async Task<string> ReferAsync(PhaseRun run)
    {
        run.Emulator.RespondNext(200);
        using var client = run.Client();
        return await PhaseRun.TellAsync(async () =>
        {
            await client.Calls.ReferAsync("rtc_1", "mailto:somebody@example.com");
            return "referred";
        });
    }

    private static async Task<string> LeaveOutAsync(PhaseRun run)
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(run.Sinks).AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler());
        services.AddRealtimeClient(options => (options.ApiKey, options.BaseUrl) = (run.Emulator.ApiKey, run.Emulator.BaseUrl));
        await using var provider = services.BuildServiceProvider();
        return await PhaseRun.TellAsync(async () =>
        {
            var client = provider.GetRequiredService<RealtimeClient>();
            return (await client.CreateClientSecretAsync(Session)).Value[..3];
        });
    }

    private static async Task<string> ResolveSessionAsync(PhaseRun run)
    {
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(run.Sinks);
        services.AddRealtimeSession("support", new RealtimeSessionConfiguration { Model = "gpt-realtime", Audio = new() { Output = new() { Voice = "nova" } }, ParallelToolCalls = true });
        await using var provider = services.BuildServiceProvider();
        return await PhaseRun.TellAsync(() => Task.FromResult(provider.GetRequiredKeyedService<SessionConfiguration>("support").Type));
    }

    private static async Task<string> ResolveAgentAsync(PhaseRun run)
    {
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(run.Sinks);
        services.AddRealtimeAgent(new() { Name = "waiter", Session = new() { Model = "gpt-realtime", Audio = new() { Output = new() { Voice = "nova" } }, ParallelToolCalls = true } });
        await using var provider = services.BuildServiceProvider();
        return await PhaseRun.TellAsync(() => Task.FromResult(provider.GetRequiredKeyedService<RealtimeAgent>("waiter").Name));
    }

    private static async Task<string> ReloadWebhooksAsync(PhaseRun run)
    {
        using var configuration = new ConfigurationManager { ["Webhooks:Secrets:0"] = Delivery.Secret };
        var services = new ServiceCollection().AddSingleton<ILoggerFactory>(run.Sinks).AddRealtimeWebhooks(configuration.GetSection("Webhooks"));
        await using var provider = services.BuildServiceProvider();
        return await PhaseRun.TellAsync(() =>
        {
            var webhooks = provider.GetRequiredService<RealtimeWebhooks>();
            configuration["Webhooks:Secrets:0"] = "";
            ((IConfigurationRoot)configuration).Reload();
            return Task.FromResult(Delivery.Sign("{}", time: TimeProvider.System.GetUtcNow()).VerifiedBy(webhooks).ToString());
        });
    }

    private static ErrorEvent Error(string? blamed) => new() { Error = new() { Type = "invalid_request_error", Code = "nope", Message = "No.", EventId = blamed } };

    /// <summary>A clock on which short waits are over at once and long ones never.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(10) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, period);
    }
}
