using System.Text.Json;
using Microsoft.Playwright;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>A user with a browser who visits the page of samples/VoicePage.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private static readonly string Pages = Path.Combine(AppContext.BaseDirectory, "Pages");

    private readonly List<string> _errors = [];

    private Visit(VoicePageServer server, IBrowser browser, IPage page) => (Server, Browser, Page) = (server, browser, page);

    public VoicePageServer Server { get; }

    public IBrowser Browser { get; }

    public IPage Page { get; }

    /// <summary>Errors of scripts, and what the Content-Security-Policy has blocked.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public ILocator Start => Page.GetByRole(AriaRole.Button, new() { Name = "Start talking" });

    public ILocator HangUp => Page.GetByRole(AriaRole.Button, new() { Name = "Hang up" });

    public ILocator Status => Page.Locator("#status");

    public ILocator Entries => Page.Locator(".entry");

    /// <summary>Starts the sample and a browser, and opens the page.</summary>
    /// <param name="emulator">The service; null for a sample without a key.</param>
    /// <param name="recording">The microphone; null for none.</param>
    /// <param name="isAllowed">Whether the user allows the page to use the microphone.</param>
    /// <param name="key">The key of the server; null for that of the emulator.</param>
    /// <param name="options">The options of the browser's context, such as its size.</param>
    /// <param name="query">The query of the page's address.</param>
    /// <param name="isProbed">Whether the sound of the page is recorded, see <see cref="ReadProbeAsync"/>.</param>
    public static async Task<Visit> StartAsync(
        RealtimeEmulator? emulator,
        Recording? recording,
        bool isAllowed = true,
        string? key = null,
        BrowserNewContextOptions? options = null,
        string query = "",
        bool isProbed = false)
    {
        var server = await VoicePageServer.StartAsync(emulator, key);
        try
        {
            var browser = await Chromium.StartAsync(recording?.Path, isAllowed);
            var context = await browser.NewContextAsync(options ?? new() { BypassCSP = isProbed }).WithTimeout();
            var visit = new Visit(server, browser, await context.NewPageAsync().WithTimeout());
            await visit.OpenAsync(query, isProbed);
            return visit;
        }
        catch
        {
            // Playwright ends the browser with this process, but the server would stay.
            server.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        Server.Dispose();
    }

    /// <summary>Shows a page of this project on the origin of the sample.</summary>
    /// <param name="page">The file of the page.</param>
    /// <param name="script">The file of its script.</param>
    public async Task ShowAsync(string page, string script)
    {
        await Page.RouteAsync($"**/{script}", route => route.FulfillAsync(new() { Path = Path.Combine(Pages, script) })).WithTimeout();

        // A document of the server is filled: one that the test supplies does not come from loopback, so the browser would not let it connect there.
        await Page.GotoAsync(new Uri(Server.Address, "voice").ToString()).WithTimeout();
        await Page.SetContentAsync(await File.ReadAllTextAsync(Path.Combine(Pages, page))).WithTimeout();
    }

    /// <summary>Starts a call.</summary>
    public Task CallAsync() => Start.ClickAsync();

    public async Task TypeAsync(string text)
    {
        await Page.GetByRole(AriaRole.Textbox).FillAsync(text);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Completes when a level meter of the page shows a voice.</summary>
    /// <param name="meter">The ID of the meter.</param>
    public Task WhenAudibleAsync(string meter) =>
        Page.WaitForFunctionAsync("meter => document.querySelector(`#${meter} i`).style.getPropertyValue('--level') > 0.3", meter);

    /// <summary>Reads what the probe has recorded on the audio clock, in seconds.</summary>
    public async Task<double[]> ReadProbeAsync(string member) => (await Page.EvaluateAsync<JsonElement>($"probe.{member}")).Deserialize<double[]>()!;

    private async Task OpenAsync(string query, bool isProbed)
    {
        Page.PageError += (_, error) => _errors.Add(error);
        Page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                _errors.Add(message.Text);
        };
        if (isProbed)
            await Page.AddInitScriptAsync(scriptPath: Path.Combine(Pages, "probe.js"));
        await Page.GotoAsync(new Uri(Server.Address, query).ToString()).WithTimeout();
    }
}
