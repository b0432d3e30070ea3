using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Realtime.Sdk;
using Realtime.Sdk.Testing;
using Xunit;

namespace TestATelephoneCall;

/// <summary>The tests of the app: an emulated caller talks with it, without a key or a telephone.</summary>
public sealed class PhoneAgentTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;
    private PhoneAgent _agent = null!;
    private WebApplication _app = null!;
    private EmulatedWebhookOptions _webhook = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { SpeaksInTones = true } });
        _client = _emulator.CreateClient();
        _agent = new(_client, new RealtimeWebhooks(new RealtimeWebhookOptions { Secrets = { Secret } }));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _agent.Map(_app);
        _app.Urls.Add("http://127.0.0.1:0");
        await _app.StartAsync();
        _webhook = new() { Url = new($"{_app.Urls.Single()}/openai/webhook"), Secret = new(Secret) };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task A_caller_orders_a_soup()
    {
        _emulator.Model.When("").Says("Good evening.");
        _emulator.Model.When("soup").Calls("place_order", """{"dish":"soup"}""").Says("It will be ready in a moment.");

        var caller = await _emulator.PlaceCallAsync(new() { Webhook = _webhook });
        await caller.WhenHeardAsync("Good evening.");
        await caller.SayAsync("A soup, please.");
        await caller.WhenHeardAsync("ready in a moment.");
        caller.HangUp();

        Assert.Equal("""{"dish":"soup"}""", Assert.Single(_agent.Orders));
        Assert.Empty(_agent.Failures);
        Assert.Empty(_emulator.Violations);
    }

    [Fact]
    public async Task The_key_0_transfers_the_call_to_the_manager()
    {
        var caller = await _emulator.PlaceCallAsync(new() { Webhook = _webhook });
        await caller.WhenHeardAsync("Hello");
        caller.Press("0");

        Assert.Equal(PhoneAgent.Manager, (await caller.WhenEndedAsync()).ReferredTo);
    }

    [Fact]
    public async Task Forged_and_old_webhooks_are_refused_and_repeated_ones_are_answered_once()
    {
        var forged = await _emulator.PlaceCallAsync(new() { Webhook = _webhook with { HasInvalidSignature = true } });
        var old = await _emulator.PlaceCallAsync(new() { Webhook = _webhook with { TimestampAge = TimeSpan.FromMinutes(6) } });
        var repeated = await _emulator.PlaceCallAsync(new() { Webhook = _webhook with { Repetitions = 1 } });

        Assert.Equal([400, 400, 200, 200], new[] { forged, old, repeated }.SelectMany(caller => caller.Deliveries).Select(delivery => delivery.StatusCode!.Value));
        Assert.Equal(EmulatedCallState.Active, repeated.Call.State);
    }
}
