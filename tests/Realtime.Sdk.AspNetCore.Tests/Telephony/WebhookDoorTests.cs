using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Telephony;

/// <summary>The answers of the webhook of telephone calls to what it must not act on.</summary>
public sealed class WebhookDoorTests
{
    [Fact]
    public async Task A_forged_or_old_delivery_is_refused_without_a_reason_for_the_sender()
    {
        await using var app = await TelephoneApp.StartAsync();

        var forged = await app.CallAsync(webhook => webhook with { HasInvalidSignature = true });
        var old = await app.CallAsync(webhook => webhook with { TimestampAge = TimeSpan.FromMinutes(6) });
        using var unsigned = await app.App.Http.PostAsync(TelephoneApp.Path, new StringContent("{}")).WithTimeout();

        new[] { forged, old }.SelectMany(caller => caller.Deliveries).Select(delivery => delivery.StatusCode).Should().Equal(400, 400);
        unsigned.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        JsonDocument.Parse(await unsigned.Content.ReadAsStringAsync()).RootElement.EnumerateObject().Select(member => (member.Name, $"{member.Value}"))
            .Should().Contain(("title", "The delivery could not be verified.")).And.NotContain(member => member.Name == "detail");
        app.Watch.Entries.Where(entry => entry.Id == 311).Select(entry => entry.Members["Status"]).Should().Equal(WebhookStatus.WrongSignature, WebhookStatus.TooOld, WebhookStatus.MissingHeader);
        new[] { forged, old }.Select(caller => caller.Call.State).Should().OnlyContain(state => state == EmulatedCallState.Ringing);
        app.Records.Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"type":"response.completed","data":{"id":"resp_1"}}""")]
    [InlineData("""{"type":"live.call.incoming","data":{"session_id":"live_1","sip_headers":[{"name":"Call-ID","value":"1@sip.example.com"}]}}""")]
    [InlineData("""{"type":"live.transport.incoming","data":{"session_id":"live_1","type":"sip","sip_headers":[]}}""")]
    [InlineData("""{"type":"live.transport.connected","data":{"session_id":"live_1","type":"webrtc"}}""")]
    public async Task A_delivery_about_something_else_is_acknowledged_and_nothing_is_claimed(string body)
    {
        var claims = new WatchedClaims();
        await using var app = await TelephoneApp.StartAsync(build: claims.AddTo);

        (await app.DeliverAsync(body)).Should().Be(HttpStatusCode.NoContent);

        claims.Keys.Should().BeEmpty();
        app.Emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("{}")]
    [InlineData("""{"type":"realtime.call.incoming","data":{}}""")]
    [InlineData("""{"type":"realtime.call.incoming","data":{"call_id":" "}}""")]
    public async Task A_genuine_delivery_that_cannot_be_read_is_acknowledged_and_logged(string body)
    {
        await using var app = await TelephoneApp.StartAsync();

        (await app.DeliverAsync(body)).Should().Be(HttpStatusCode.NoContent);

        app.Watch.Entries.Should().ContainSingle(entry => entry.Id == 312).Which.Members["DeliveryId"]!.ToString().Should().Be("wh_1");
        app.Emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_body_is_refused_before_it_is_hashed_if_it_is_too_large()
    {
        await using var app = await TelephoneApp.StartAsync();
        var limit = 64 * 1024;
        const string start = """{"type":"a","pad":""", end = "\"}";

        var largest = await app.DeliverAsync($"{start}\"{new string('x', limit - start.Length - end.Length - 1)}{end}");
        var larger = await app.DeliverAsync($"{start}\"{new string('x', limit - start.Length - end.Length)}{end}");
        var unannounced = await app.DeliverAsync($"{start}\"{new string('x', limit)}{end}", change: request => request.Headers.TransferEncodingChunked = true);

        new[] { largest, larger, unannounced }.Should().Equal(HttpStatusCode.NoContent, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task The_signature_is_the_authentication_even_if_the_application_requires_users()
    {
        await using var app = await TelephoneApp.StartAsync(
            build: builder => builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));

        var caller = await app.CallAsync();

        caller.Deliveries.Should().ContainSingle().Which.StatusCode.Should().Be(204);
    }

    [Fact]
    public async Task A_page_of_another_site_is_refused()
    {
        await using var app = await TelephoneApp.StartAsync();

        (await app.DeliverAsync("{}", change: request => request.Headers.Add("Origin", "https://www.example.com"))).Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Requests_are_limited_only_if_the_application_limits_them()
    {
        await using var app = await TelephoneApp.StartAsync();
        await using var limited = await TelephoneApp.StartAsync(new() { RateLimit = new() { Requests = 1 } });

        for (var i = 0; i < 30; i++)
            (await app.DeliverAsync("""{"type":"a"}""", $"wh_{i}")).Should().Be(HttpStatusCode.NoContent);
        (await limited.DeliverAsync("""{"type":"a"}""")).Should().Be(HttpStatusCode.NoContent);
        (await limited.DeliverAsync("""{"type":"a"}""")).Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task An_application_without_the_verification_of_webhooks_does_not_start()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        await using var app = TestApp.Build(emulator, app => app.MapRealtimeIncomingCalls(TelephoneApp.Path, "waiter"));

        var starting = () => app.StartAsync().WithTimeout();

        (await starting.Should().ThrowAsync<InvalidOperationException>()).WithMessage("MapRealtimeIncomingCalls(\"/openai/webhook\", \"waiter\") cannot verify webhooks: call builder.Services.AddRealtimeWebhooks(…).");
    }

    [Fact]
    public async Task Deliveries_are_refused_while_the_application_stops_so_that_another_server_gets_them()
    {
        var claims = new WatchedClaims();
        await using var app = await TelephoneApp.StartAsync(build: claims.AddTo);
        await app.App.App.Services.GetRequiredService<CallHost>().StoppingAsync(CancellationToken.None);

        var caller = await app.CallAsync();

        caller.Deliveries.Should().ContainSingle().Which.StatusCode.Should().Be(503);
        caller.Call.State.Should().Be(EmulatedCallState.Ringing);
        claims.Released.Should().HaveCount(2).And.Equal(claims.Keys.Reverse());
    }

    [Fact]
    public async Task A_failing_Prepare_releases_the_call_for_the_next_delivery()
    {
        var failures = 1;
        var claims = new WatchedClaims();
        await using var app = await TelephoneApp.StartAsync(
            new() { Prepare = (_, options, _) => failures-- > 0 ? throw new TimeZoneNotFoundException("The database is broken.") : new(options) }, build: claims.AddTo);

        var caller = await app.CallAsync(webhook => webhook with { Repetitions = 2 });

        caller.Deliveries.Select(delivery => delivery.StatusCode).Should().Equal(500, 204, 204);
        (await caller.WhenAcceptedAsync().WithTimeout()).State.Should().Be(EmulatedCallState.Active);
        claims.Released.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_Prepare_that_does_not_return_is_left_behind()
    {
        await using var app = await TelephoneApp.StartAsync(new() { Prepare = async (_, options, _) => { await new TaskCompletionSource().Task; return options; }, PrepareTimeout = TimeSpan.FromMilliseconds(50) });

        var caller = await app.CallAsync();

        caller.Deliveries.Should().ContainSingle().Which.StatusCode.Should().Be(503);
        app.Watch.Count(318).Should().Be(1);
        caller.Call.State.Should().Be(EmulatedCallState.Ringing);
    }

    [Fact]
    public async Task A_claim_store_that_fails_refuses_the_delivery_and_the_next_one_is_handled()
    {
        var claims = new WatchedClaims { Failures = 1 };
        await using var app = await TelephoneApp.StartAsync(build: claims.AddTo);

        var caller = await app.CallAsync(webhook => webhook with { Repetitions = 1 });

        caller.Deliveries.Select(delivery => delivery.StatusCode).Should().Equal(503, 204);
        app.Watch.Count(314).Should().Be(1);
        await caller.WhenAcceptedAsync().WithTimeout();
    }

    [Fact]
    public async Task A_call_that_is_announced_twice_is_answered_once()
    {
        var claims = new WatchedClaims();
        await using var app = await TelephoneApp.StartAsync(build: claims.AddTo);

        var caller = await app.CallAsync(webhook => webhook with { IncludesLiveWebhook = true, Repetitions = 1 });
        var again = await app.DeliverAsync(RealtimeJson.Serialize(caller.Webhook), "wh_other");

        caller.Deliveries.Select(delivery => (delivery.Type, delivery.StatusCode)).Should().Equal(
            ("realtime.call.incoming", 204), ("realtime.call.incoming", 204), ("live.call.incoming", 204), ("live.call.incoming", 204));
        again.Should().Be(HttpStatusCode.NoContent);
        await caller.WhenAcceptedAsync().WithTimeout();
        app.Emulator.Requests.Should().ContainSingle(request => request.Path.EndsWith("/accept", StringComparison.Ordinal));
        claims.Keys.Distinct().Should().HaveCount(3).And.OnlyContain(key => key.Length <= 100 && key.All(char.IsAscii)).And.NotContain(key => key.Contains(caller.CallId));
        claims.Released.Should().BeEmpty();
    }

    [Fact]
    public async Task Of_ten_thousand_concurrent_replays_one_is_handled()
    {
        var prepared = 0;
        await using var app = await TelephoneApp.StartAsync(new() { Prepare = (_, options, _) => { Interlocked.Increment(ref prepared); return new(options); } });
        var caller = await app.Emulator.PlaceCallAsync().WithTimeout();
        var body = RealtimeJson.Serialize(caller.Webhook);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 100; i++)
            statuses.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(j => app.DeliverAsync(body, j % 2 == 0 ? "wh_1" : $"wh_{i}_{j}"))));

        statuses.Should().HaveCount(10_000).And.OnlyContain(status => status == HttpStatusCode.NoContent);
        prepared.Should().Be(1);
        await caller.WhenAcceptedAsync().WithTimeout();
        app.Emulator.Requests.Should().ContainSingle(request => request.Path.EndsWith("/accept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Numbers_and_headers_of_callers_are_not_logged()
    {
        const string number = "+14155557712", name = "Zacharias";
        await using var app = await TelephoneApp.StartAsync(new() { Prepare = (_, _, _) => default });

        await app.CallAsync(caller: new() { From = number, SipHeaders = [new() { Name = "X-Name", Value = name }] });
        var missing = await app.DeliverAsync($$$"""{"type":"realtime.call.incoming","data":{"sip_headers":[{"name":"From","value":"{{{number}}}"}]}}""", "wh_2");
        await app.CallAsync(webhook => webhook with { HasInvalidSignature = true }, new() { From = number });

        missing.Should().Be(HttpStatusCode.NoContent);
        var logged = string.Join("\n", app.App.Logs.GetSnapshot().Select(entry => $"{entry.Message} {entry.Exception} {string.Join(' ', entry.StructuredState ?? [])}"));
        logged.Should().NotBeEmpty().And.NotContain(number[1..]).And.NotContain(name).And.NotContain(Encoding.UTF8.GetString(Convert.FromBase64String(TelephoneApp.Secret[6..])));
    }
}
