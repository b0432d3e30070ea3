using Realtime.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>The page over WebRTC, from its microphone to the functions on the server, with a second page as the peer.</summary>
public sealed class WebRtcPageTests : IAsyncLifetime
{
    private const string LongAnswer =
        "Today there is tomato soup with basil, and pumpkin soup with ginger, and onion soup with cheese, and fish soup with saffron. All of them come with warm bread.";

    private RealtimeEmulator _emulator = null!;

    public async ValueTask InitializeAsync() =>
        _emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { Pace = EmulatorPace.Service } });

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Both_sides_are_heard_and_functions_run_on_the_server()
    {
        _emulator.Model.When("").Says("Good evening.");
        _emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups. They will be with you in ten minutes.");
        _emulator.Model.Hears("Two soups, please.");
        using var recording = await Recording.CreateAsync(8);
        await using var visit = await Visit.StartAsync(_emulator, recording);
        var peer = await WebRtcPeer.StartAsync(_emulator, visit);

        await visit.CallAsync();
        await Expect(visit.Page.Locator("#transport")).ToHaveTextAsync("WebRTC");
        await Task.WhenAll(visit.WhenAudibleAsync("meter-agent"), visit.WhenAudibleAsync("meter-user"));
        await Expect(visit.Entries).ToContainTextAsync(["Good evening.", "Two soups, please.", "A-17", "Two soups. They will be with you in ten minutes."]);
        await Expect(visit.Status).ToHaveTextAsync("Speaking");
        await visit.WhenAudibleAsync("meter-agent");
        await Expect(visit.Status).ToHaveTextAsync("Listening");

        (await peer.ChannelLabel.WithTimeout()).Should().Be("oai-events");
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Active);
        visit.Errors.Should().BeEmpty();
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_interruption_is_shown_with_what_was_not_heard()
    {
        _emulator.Model.When("").Says(LongAnswer);
        _emulator.Model.When("wait").Says("Yes?");
        _emulator.Model.Hears("Please wait.");
        using var recording = await Recording.CreateAsync(7);
        await using var visit = await Visit.StartAsync(_emulator, recording);
        await WebRtcPeer.StartAsync(_emulator, visit);

        await visit.CallAsync();
        await Expect(visit.Page.Locator(".interrupted .cut")).ToContainTextAsync("The rest was not heard.");
        await Expect(visit.Entries).ToContainTextAsync([LongAnswer, "Please wait.", "Yes?"]);

        (await visit.Page.Locator(".interrupted .heard").InnerTextAsync()).Trim().Should().NotBeEmpty().And.NotBe(LongAnswer);
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Hanging_up_ends_the_call()
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording);
        var peer = await WebRtcPeer.StartAsync(_emulator, visit);

        await visit.CallAsync();
        await Expect(visit.Page.Locator("#transport")).ToHaveTextAsync("WebRTC");
        await visit.HangUp.ClickAsync();

        await Expect(visit.Status).ToHaveTextAsync("Call ended");
        await peer.Ended.WithTimeout();
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
    }

    [Fact]
    public async Task A_page_that_is_closed_hangs_up()
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording);
        var peer = await WebRtcPeer.StartAsync(_emulator, visit);

        await visit.CallAsync();
        await Expect(visit.Page.Locator("#transport")).ToHaveTextAsync("WebRTC");
        await visit.Page.CloseAsync().WithTimeout();

        await peer.Ended.WithTimeout();
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
    }

    [Fact]
    public async Task The_end_of_the_call_at_the_service_is_shown()
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording);
        await WebRtcPeer.StartAsync(_emulator, visit);
        using var client = _emulator.CreateClient();

        await visit.CallAsync();
        await Expect(visit.Page.Locator("#transport")).ToHaveTextAsync("WebRTC");
        await client.Calls.HangUpAsync(_emulator.Calls.Single().Id).WithTimeout();

        await Expect(visit.Status).ToHaveTextAsync("Call ended");
        await Expect(visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Without_WebRTC_the_call_goes_over_the_relay_and_the_page_says_so()
    {
        _emulator.Model.When("").Says("Good evening.");
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording);    // without a peer: the emulator answers no offer

        await visit.CallAsync();

        await Expect(visit.Page.Locator("#transport")).ToHaveTextAsync("Relay");
        await Expect(visit.Page.Locator("#notice")).ToContainTextAsync("goes through the relay");
        await Expect(visit.Entries).ToContainTextAsync(["Good evening."]);
    }
}
