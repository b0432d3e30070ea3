using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>Telephone calls in an application whose code blocks, fails in unusual ways or does not return, and deliveries that are abandoned.</summary>
public sealed class HostileCodeTests
{
    [Fact]
    public async Task A_delivery_that_the_service_abandons_is_handled_because_the_next_one_is_acknowledged()
    {
        var (entered, released) = (NewSignal(), NewSignal());
        await using var app = await TelephoneApp.StartAsync(new()
        {
            Prepare = async (_, options, cancellationToken) =>
            {
                entered.TrySetResult();
                await released.Task.WaitAsync(cancellationToken);
                return options;
            },
        });
        var caller = await app.Emulator.PlaceCallAsync().WithTimeout();
        var body = RealtimeJson.Serialize(caller.Webhook);
        using var leaving = new CancellationTokenSource();

        var first = app.DeliverAsync(body, cancellationToken: leaving.Token);
        await entered.Task.WithTimeout();
        (await app.DeliverAsync(body)).Should().Be(HttpStatusCode.NoContent);
        await leaving.CancelAsync();
        await first.ContinueWith(_ => { }, TaskScheduler.Default).WithTimeout();
        released.SetResult();

        await app.WhenTalkingAsync();
        caller.HangUp();
        (await app.WhenEndedAsync()).Should().ContainSingle().Which.EndReason.Should().Be(CallEndReason.HungUp);
    }

    [Fact]
    public async Task A_Prepare_that_blocks_is_left_behind()
    {
        using var released = new ManualResetEventSlim();
        var claims = new WatchedClaims();
        await using var app = await TelephoneApp.StartAsync(
            new()
            {
                Prepare = (_, options, _) =>
                {
                    released.Wait(CancellationToken.None);
                    return new(options);
                },
                PrepareTimeout = TimeSpan.FromMilliseconds(50),
            },
            build: claims.AddTo);

        var caller = await app.CallAsync();
        released.Set();

        caller.Deliveries.Should().ContainSingle().Which.StatusCode.Should().Be(503);
        claims.Released.Should().HaveCount(2);
        Places(app).Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_claim_store_that_does_not_return_refuses_the_delivery_and_its_late_claim_is_released(bool blocks)
    {
        var (time, claims) = (new FakeTimeProvider(DateTimeOffset.UtcNow), new StuckClaims(blocks));
        await using var app = await TelephoneApp.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(time).AddSingleton<IRealtimeClaimStore>(claims));
        var caller = await app.Emulator.PlaceCallAsync().WithTimeout();
        var body = RealtimeJson.Serialize(caller.Webhook);

        var first = app.DeliverAsync(body);
        await claims.Entered.Task.WithTimeout();
        time.Advance(TimeSpan.FromSeconds(5));

        (await first).Should().Be(HttpStatusCode.ServiceUnavailable);
        claims.Continue();
        await claims.Released.Task.WithTimeout();
        (await app.DeliverAsync(body)).Should().Be(HttpStatusCode.NoContent);
        await caller.WhenAcceptedAsync().WithTimeout();
    }

    [Fact]
    public async Task An_application_whose_claim_store_cannot_be_created_does_not_start()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        await using var app = TestApp.Build(emulator, app => app.MapRealtimeIncomingCalls(TelephoneApp.Path, "waiter"), builder =>
        {
            builder.Services.AddRealtimeWebhooks(webhooks => webhooks.Secrets.Add(TelephoneApp.Secret));
            builder.Services.AddSingleton<IRealtimeClaimStore>(_ => throw new TimeZoneNotFoundException("There is no store."));
        });

        var starting = () => app.StartAsync().WithTimeout();

        (await starting.Should().ThrowAsync<InvalidOperationException>()).WithMessage("MapRealtimeIncomingCalls(\"/openai/webhook\", \"waiter\"): There is no store.");
    }

    [Fact]
    public async Task An_agent_whose_Prepare_does_not_return_does_not_keep_the_place_of_the_call()
    {
        var (time, entered) = (new FakeTimeProvider(DateTimeOffset.UtcNow), NewSignal());
        using var released = new ManualResetEventSlim();
        await using var app = await TelephoneApp.StartAsync(
            agent: new()
            {
                Name = "stuck",
                Session = new() { Model = "gpt-realtime-2.1" },
                Prepare = (context, _) =>
                {
                    entered.TrySetResult();
                    released.Wait(CancellationToken.None);
                    return new(context.Agent);
                },
            },
            build: builder => builder.Services.AddSingleton<TimeProvider>(time));

        var caller = await app.CallAsync();
        await entered.Task.WithTimeout();
        time.Advance(TimeSpan.FromMinutes(1));

        var record = (await app.WhenEndedAsync()).Should().ContainSingle().Which;
        (record.EndReason, caller.Call.RejectedWith).Should().Be((CallEndReason.NotAccepted, 503));
        await app.Watch.WhenAsync(() => Places(app) == 0);
        released.Set();
        app.Emulator.Requests.Should().ContainSingle().Which.Path.Should().EndWith("/reject");
    }

    [Theory]
    [InlineData("accept", 0)]
    [InlineData("accept reject", 2)]
    public async Task A_handler_of_the_app_that_throws_an_exception_of_its_own_ends_the_call_once(string verbs, int releases)
    {
        var claims = new WatchedClaims();
        await using var app = await TelephoneApp.StartAsync(build: builder =>
        {
            claims.AddTo(builder);
            builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new OpenCircuit(verbs.Split(' '))));
        });

        var caller = await app.CallAsync();

        (await app.WhenEndedAsync()).Should().ContainSingle().Which.EndReason.Should().Be(CallEndReason.NotAccepted);
        await app.Watch.WhenAsync(() => Places(app) == 0);
        caller.Call.RejectedWith.Should().Be(releases > 0 ? null : 503);
        claims.Released.Should().HaveCount(releases);
    }

    [Fact]
    public async Task A_handler_of_the_app_that_throws_while_a_call_is_rejected_refuses_the_delivery()
    {
        await using var app = await TelephoneApp.StartAsync(
            new() { Prepare = (_, _, _) => default },
            build: builder => builder.Services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new OpenCircuit(["reject"]))));

        var caller = await app.CallAsync();

        caller.Deliveries.Should().ContainSingle().Which.StatusCode.Should().Be(503);
        app.Watch.Count(317).Should().Be(1);
        app.Records.Should().BeEmpty();
    }

    [Fact]
    public async Task The_request_is_not_kept_while_the_call_continues()
    {
        WeakReference? item = null;
        await using var app = await TelephoneApp.StartAsync(new()
        {
            Prepare = (http, options, _) =>
            {
                item = AddItem(http);
                return new(options);
            },
        });
        var caller = await app.TalkAsync();

        // The server uses the context again for the next request of the connection, without the items of this one.
        await app.DeliverAsync("""{"type":"a"}""", "wh_other");
        for (var i = 0; i < 10 && item!.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        item!.IsAlive.Should().BeFalse();
        caller.Call.State.Should().Be(EmulatedCallState.Active);
    }

    [Fact]
    public async Task A_call_can_have_as_many_headers_as_a_delivery_has_room_for()
    {
        var count = 0;
        await using var app = await TelephoneApp.StartAsync(new()
        {
            Prepare = (http, _, _) =>
            {
                var call = http.Features.Get<IRealtimeIncomingCallFeature>()!.Call;
                (count, _) = (call.SipHeaders.Count, call.From);
                return default;
            },
        });

        (await app.DeliverAsync(Body(2_000))).Should().Be(HttpStatusCode.NoContent);
        (await app.DeliverAsync(Body(10_000), "wh_2")).Should().Be(HttpStatusCode.RequestEntityTooLarge);

        count.Should().Be(2_000);
    }

    private static string Body(int headers) => new StringBuilder("""{"type":"realtime.call.incoming","data":{"call_id":"rtc_1","sip_headers":[""")
        .AppendJoin(',', Enumerable.Repeat("""{"name":"A","value":"b"}""", headers)).Append("]}}").ToString();

    private static int Places(TelephoneApp app) => app.App.App.Services.GetRequiredService<CallHost>().Places;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference AddItem(HttpContext http)
    {
        var item = new object();
        http.Items["item"] = item;
        return new(item);
    }

    /// <summary>A handler for resilience, with exceptions of its own.</summary>
    private sealed class OpenCircuit(string[] verbs) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            verbs.Contains(request.RequestUri!.AbsolutePath.Split('/')[^1]) ? throw new TimeZoneNotFoundException("The circuit is open.") : base.SendAsync(request, cancellationToken);
    }

    /// <summary>A store whose first claim arrives late.</summary>
    private sealed class StuckClaims(bool blocks) : IRealtimeClaimStore
    {
        private readonly InMemoryClaimStore _claims = new();
        private readonly ManualResetEventSlim _continue = new();
        private readonly TaskCompletionSource _continued = NewSignal();
        private int _count;

        public TaskCompletionSource Entered { get; } = NewSignal();

        public TaskCompletionSource Released { get; } = NewSignal();

        public void Continue()
        {
            _continue.Set();
            _continued.SetResult();
        }

        public ValueTask<RealtimeClaim?> TryClaimAsync(string key, TimeSpan duration, CancellationToken cancellationToken = default)
        {
            if (Interlocked.Increment(ref _count) > 1)
                return _claims.TryClaimAsync(key, duration, cancellationToken);
            Entered.SetResult();
            if (blocks)
                _continue.Wait(CancellationToken.None);
            return TakeLaterAsync(key, duration);
        }

        private async ValueTask<RealtimeClaim?> TakeLaterAsync(string key, TimeSpan duration)
        {
            await _continued.Task;
            var claim = await _claims.TryClaimAsync(key, duration);
            return new(async token =>
            {
                await claim!.ReleaseAsync(token);
                Released.SetResult();
            });
        }
    }
}
