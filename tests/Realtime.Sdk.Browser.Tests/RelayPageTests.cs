using Microsoft.Playwright;
using Realtime.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>The page over the relay: the audio passes through the server, and the page plays it.</summary>
public sealed class RelayPageTests : IAsyncLifetime
{
    private const string LongAnswer =
        "Today there is tomato soup with basil, and pumpkin soup with ginger, and onion soup with cheese, and fish soup with saffron. All of them come with warm bread.";

    private RealtimeEmulator _emulator = null!;

    public async ValueTask InitializeAsync() =>
        _emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { Pace = EmulatorPace.Service } });

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Both_sides_are_heard_and_have_captions()
    {
        _emulator.Model.When("").Says("Good evening.");
        _emulator.Model.When("soups").Says("Tomato soup with basil.");
        _emulator.Model.Hears("What soups do you have?");
        using var recording = await Recording.CreateAsync(6);
        await using var visit = await Visit.StartAsync(_emulator, recording, query: "?transport=relay");

        await visit.CallAsync();
        await Task.WhenAll(visit.WhenAudibleAsync("meter-agent"), visit.WhenAudibleAsync("meter-user"));
        await Expect(visit.Entries).ToContainTextAsync(["Good evening.", "What soups do you have?", "Tomato soup with basil."]);
        await Expect(visit.Status).ToHaveTextAsync("Listening");

        (await visit.Page.Locator("#reply-time").InnerTextAsync()).Should().MatchRegex("^[0-9.]+ m?s$");
        await Expect(visit.Page.Locator("#transport")).ToHaveTextAsync("Relay");
        visit.Errors.Should().BeEmpty();
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task An_interruption_cuts_playback_within_200_ms_and_the_page_shows_what_was_not_heard()
    {
        _emulator.Model.When("").Says(LongAnswer);
        _emulator.Model.When("wait").Says("Yes?");
        _emulator.Model.Hears("Please wait.");
        using var recording = await Recording.CreateAsync(5);
        await using var visit = await Visit.StartAsync(_emulator, recording, query: "?transport=relay", isProbed: true);

        await visit.CallAsync();
        await Expect(visit.Page.Locator(".interrupted .cut")).ToContainTextAsync("You interrupted after");
        await Expect(visit.Entries).ToContainTextAsync([LongAnswer, "Please wait.", "Yes?"]);

        var interrupted = (await visit.ReadProbeAsync("arrivals")).First();
        var loud = await visit.ReadProbeAsync("loud");
        loud.Should().Contain(time => time < interrupted && time > interrupted - 0.5, "the agent was speaking");
        var cut = loud.Where(time => time < interrupted + 1.5).Max();
        (cut - interrupted).Should().BeLessThan(0.2, "of the audio clock");
        TestContext.Current.TestOutputHelper?.WriteLine($"Playback was cut {(cut - interrupted) * 1000:0} ms after the event.");

        var heard = await visit.Page.Locator(".interrupted .heard").InnerTextAsync();
        var unheard = await visit.Page.Locator(".interrupted s.unheard").InnerTextAsync();
        $"{heard.Trim()} {unheard.Trim()}".Should().Be(LongAnswer);
        heard.Trim().Should().NotBeEmpty();
        var truncated = await _emulator.Sessions.Single().WhenReceivedAsync<ConversationItemTruncateEvent>(_ => true).WithTimeout();
        truncated.AudioEnd.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(cut - loud[0] + 0.05), "more was not played");
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_call_is_shown_with_its_arguments_and_its_output()
    {
        _emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups.");
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording, query: "?transport=relay");

        await visit.CallAsync();
        await Expect(visit.Status).ToHaveTextAsync("Speaking");
        await visit.TypeAsync("Two soups, please.");

        var call = visit.Page.Locator(".call");
        await Expect(call).ToContainTextAsync("place_order");
        await Expect(call).ToContainTextAsync("soup");
        await Expect(call).ToContainTextAsync("A-17");
        await Expect(visit.Entries.Last).ToContainTextAsync("Two soups.");
        await Expect(visit.Page.Locator("#reply-time")).ToContainTextAsync("s");
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_muted_microphone_sends_silence()
    {
        _emulator.Model.When("").Says("Good evening.");
        using var recording = await Recording.CreateAsync(6);
        await using var visit = await Visit.StartAsync(_emulator, recording, query: "?transport=relay");

        await visit.CallAsync();
        var mute = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Mute" });
        await mute.ClickAsync();
        await Expect(visit.Status).ToHaveTextAsync("Muted");
        var session = _emulator.Sessions.Single();
        await Expect(visit.Page.Locator("#duration")).ToHaveTextAsync("0:10");

        session.Received.Should().Contain(message => message.Type == "input_audio_buffer.append");
        await Expect(visit.Page.Locator(".entry.user")).ToHaveCountAsync(0);
        await mute.ClickAsync();
        await Expect(visit.Status).ToHaveTextAsync("Listening");
    }

    [Fact]
    public async Task Hanging_up_ends_the_session()
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording, query: "?transport=relay");

        await visit.CallAsync();
        await visit.HangUp.ClickAsync();

        await Expect(visit.Status).ToHaveTextAsync("Call ended");
        await _emulator.Sessions.Single().Completion.WithTimeout();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Talk again" })).ToBeFocusedAsync();
    }
}
