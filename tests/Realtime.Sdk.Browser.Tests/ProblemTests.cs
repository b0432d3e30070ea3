using Microsoft.Playwright;
using Realtime.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>The page explains what is wrong, and what to do.</summary>
public sealed class ProblemTests : IAsyncLifetime
{
    private RealtimeEmulator _emulator = null!;

    public async ValueTask InitializeAsync() => _emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { Pace = EmulatorPace.Service } });

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task A_user_without_a_microphone_can_type()
    {
        _emulator.Model.When("soups").Says("Tomato soup with basil.");
        await using var visit = await Visit.StartAsync(_emulator, recording: null);

        await visit.CallAsync();
        await Expect(ProblemOf(visit)).ToContainTextAsync("No microphone was found.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Type instead" }).ClickAsync();
        await Expect(ProblemOf(visit)).ToBeHiddenAsync();
        await visit.TypeAsync("Which soups are there?");

        await Expect(visit.Entries.Last).ToContainTextAsync("Tomato soup with basil.");
        await visit.WhenAudibleAsync("meter-agent");
        _emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_refused_microphone_is_explained()
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording, isAllowed: false);

        await visit.CallAsync();

        await Expect(ProblemOf(visit)).ToContainTextAsync("The microphone is blocked.");
        await Expect(visit.Start).ToBeEnabledAsync();
        _emulator.Sessions.Should().BeEmpty("nothing is opened that nothing would close");
    }

    [Fact]
    public async Task A_lost_connection_and_a_server_that_does_not_answer_are_explained()
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording, query: "?transport=relay");

        await visit.CallAsync();
        await Expect(visit.HangUp).ToBeVisibleAsync();
        visit.Server.Kill();
        await Expect(ProblemOf(visit)).ToContainTextAsync("The connection was lost.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Talk again" }).ClickAsync();

        await Expect(ProblemOf(visit)).ToContainTextAsync("The server does not answer.");
    }

    [Fact]
    public async Task A_key_that_the_service_refuses_is_explained()
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording, key: "sk-wrong");

        await visit.CallAsync();

        await Expect(ProblemOf(visit)).ToContainTextAsync("Check OPENAI_API_KEY.");
    }

    [Fact]
    public async Task Without_a_key_the_page_says_that_it_is_a_simulation_and_talks()
    {
        using var recording = await Recording.CreateAsync(10);
        await using var visit = await Visit.StartAsync(emulator: null, recording);

        await Expect(visit.Page.Locator("#notice")).ToContainTextAsync("OPENAI_API_KEY is not set");
        await visit.CallAsync();

        await Expect(visit.Page.Locator("#transport")).ToHaveTextAsync("Relay, simulated");
        await visit.WhenAudibleAsync("meter-agent");
        await Expect(visit.Entries).ToContainTextAsync(["This is the simulated waiter.", "What soups do you have today?", "Today there is tomato soup"]);
    }

    private static ILocator ProblemOf(Visit visit) => visit.Page.GetByRole(AriaRole.Alert);
}
