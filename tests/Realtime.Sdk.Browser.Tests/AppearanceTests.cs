using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Realtime.Sdk.Testing;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>
/// The page at three sizes, light and dark: axe finds nothing, nothing is wider than the window, and a keyboard suffices. The screenshots in artifacts/screenshots are for people
/// to look at; they are not compared.
/// </summary>
public sealed class AppearanceTests : IAsyncLifetime
{
    private static readonly string Screenshots = Path.Combine(Repository.Root, "artifacts/screenshots");

    private RealtimeEmulator _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { Pace = EmulatorPace.Service } });
        _emulator.Model.When("").Says("Good evening, and welcome to the Harbor Kitchen. What can I bring you?");
        _emulator.Model.When("which").Says("Today there is tomato soup with basil, and pumpkin soup with ginger. Both come with warm bread. Which one would you like?");
        _emulator.Model.When("two").Calls("place_order", """{"dish":"tomato soup","count":2}""").Says("Two tomato soups. They will be with you in ten minutes.");
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("desktop", 1280, 800, ColorScheme.Light)]
    [InlineData("desktop", 1280, 800, ColorScheme.Dark)]
    [InlineData("tablet", 820, 1180, ColorScheme.Light)]
    [InlineData("tablet", 820, 1180, ColorScheme.Dark)]
    [InlineData("phone", 390, 844, ColorScheme.Light)]
    [InlineData("phone", 390, 844, ColorScheme.Dark)]
    public async Task The_page_is_accessible_and_fits(string device, int width, int height, ColorScheme colors)
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording, query: "?transport=relay", options: new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = colors,
        });
        var name = $"{device}-{colors}".ToLowerInvariant();

        await CheckAsync(visit, $"{name}-1-idle");
        await visit.CallAsync();
        await Expect(visit.Page.Locator(".heard").First).ToContainTextAsync("Good");
        await visit.TypeAsync("Which soups are there today?");
        await visit.Page.WaitForFunctionAsync("() => document.querySelectorAll('.agent .heard')[1]?.textContent.includes('basil')");
        await CheckAsync(visit, $"{name}-2-speaking");
        await visit.TypeAsync("Two tomato soups, please.");
        await Expect(visit.Page.Locator(".running")).ToBeVisibleAsync();
        await CheckAsync(visit, $"{name}-3-function");
        await Expect(visit.Page.Locator(".call")).ToContainTextAsync("A-17");
        visit.Server.Kill();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await CheckAsync(visit, $"{name}-4-lost");

        visit.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task The_page_is_operated_with_a_keyboard_and_with_less_motion()
    {
        using var recording = await Recording.CreateAsync(60);
        await using var visit = await Visit.StartAsync(_emulator, recording, query: "?transport=relay", options: new() { ReducedMotion = ReducedMotion.Reduce });
        var keyboard = visit.Page.Keyboard;

        await keyboard.PressAsync("Tab");
        await Expect(visit.Start).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Expect(visit.HangUp).ToBeFocusedAsync();
        await keyboard.PressAsync("Shift+Tab");
        await keyboard.PressAsync("Space");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Muted", Pressed = true })).ToBeFocusedAsync();
        await Expect(visit.Status).ToHaveTextAsync("Muted");

        (await visit.Page.EvaluateAsync<int>("document.getAnimations().length")).Should().Be(0);
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter");
        await Expect(visit.Status).ToHaveTextAsync("Call ended");
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Call ended.");
    }

    private static async Task CheckAsync(Visit visit, string name)
    {
        await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, $"{name}.png") }).WithTimeout();
        var result = await visit.Page.RunAxe().WithTimeout();
        var isTooWide = await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth");

        result.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}").Should().BeEmpty(name);
        isTooWide.Should().BeFalse(name);
    }
}
