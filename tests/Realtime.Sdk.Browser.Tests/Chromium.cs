using Microsoft.Playwright;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>Debian's Chromium. Each browser has its own microphone, because the recording is an argument of the process.</summary>
internal static class Chromium
{
    private static readonly Lazy<Task<IPlaywright>> Playwright = new(Microsoft.Playwright.Playwright.CreateAsync);

    /// <summary>Starts a browser.</summary>
    /// <param name="microphone">The WAV file that its microphone hears, once; null for a computer without a microphone.</param>
    /// <param name="isAllowed">Whether the user allows the page to use the microphone.</param>
    public static async Task<IBrowser> StartAsync(string? microphone, bool isAllowed = true)
    {
        var playwright = await Playwright.Value.WithTimeout();
        Assertions.SetDefaultExpectTimeout((float)TestTimeout.Limit.TotalMilliseconds);
        List<string> arguments =
        [
            // No sandbox, because CI is root; no background networking, because only loopback is reached.
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
            // Two pages of one machine connect to each other over its loopback interface.
            "--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns",
        ];
        if (microphone is not null)
            arguments.AddRange(["--use-fake-device-for-media-stream", $"--use-file-for-fake-audio-capture={microphone}%noloop"]);
        if (isAllowed)
            arguments.Add("--use-fake-ui-for-media-stream");
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = arguments,
        }).WithTimeout();
    }
}
