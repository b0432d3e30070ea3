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

    private readonly PhoneAgent _agent = new();
    private RealtimeEmulator _emulator = null!;
    private WebApplication _app = null!;
    private EmulatedWebhookOptions _webhook = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { SpeaksInTones = true } });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Realtime:BaseUrl"] = _emulator.BaseUrl.ToString();
        builder.Configuration["Realtime:ApiKey"] = _emulator.ApiKey;
        builder.Configuration["RealtimeWebhooks:Secrets:0"] = Secret;
        _agent.AddTo(builder);
        _app = builder.Build();
        _agent.MapTo(_app);
        _app.Urls.Add("http://127.0.0.1:0");
        await _app.StartAsync();
        _webhook = new() { Url = new($"{_app.Urls.Single()}/openai/webhook"), Secret = new(Secret) };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
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
        Assert.Empty(_emulator.Violations);
        await _app.StopAsync();      // waits for the records of the calls
        Assert.Equal(CallOutcome.Answered, Assert.Single(_agent.Calls).Outcome);
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

        Assert.Equal([400, 400, 204, 204], new[] { forged, old, repeated }.SelectMany(caller => caller.Deliveries).Select(delivery => delivery.StatusCode!.Value));
        Assert.Equal(EmulatedCallState.Active, (await repeated.WhenAcceptedAsync()).State);
    }
}
