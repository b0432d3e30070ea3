using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Sdk.Browser.Tests;

/// <summary>The modules that other pages can use, without the page of the sample.</summary>
public sealed partial class ModuleTests
{
    [Fact]
    public async Task The_page_of_the_guide_talks()
    {
        using var recording = await Recording.CreateAsync(9);
        await using var visit = await Visit.StartAsync(emulator: null, recording);
        await visit.ShowAsync("guide.html", "guide.js");

        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Button).ClickAsync();

        await Expect(visit.Page.Locator("output")).ToHaveTextAsync("speaking");
        await Expect(visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Listitem)).ToContainTextAsync(["This is the simulated waiter.", "What soups do you have today?", "Today there is"]);
        visit.Errors.Should().BeEmpty();
    }

    [Fact]
    public void The_script_of_the_guide_is_the_one_that_is_tested()
    {
        var script = Squeeze(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Pages/guide.js")));

        var parts = Script().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/voice-page.md"))).Select(match => Squeeze(match.Groups[1].Value)).ToList();

        parts.Should().NotBeEmpty().And.OnlyContain(part => script.Contains(part, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(48_000, 24_000)]
    [InlineData(44_100, 24_000)]
    [InlineData(16_000, 24_000)]
    [InlineData(24_000, 48_000)]
    [InlineData(24_000, 44_100)]
    public async Task Audio_is_resampled_the_same_in_pieces_of_any_length_and_keeps_its_level(int from, int to)
    {
        await using var visit = await Visit.StartAsync(emulator: null, recording: null);

        var result = await visit.Page.EvaluateAsync<double[]>(
            """
            async ([from, to]) => {
              const { Resampler } = await import("/realtime/resampler.js");
              const tone = Float32Array.from({ length: from }, (_, index) => 0.5 * Math.sin(2 * Math.PI * 1000 * index / from));
              const whole = new Resampler(from, to).process(tone);
              const resampler = new Resampler(from, to);
              const pieces = [];
              for (let at = 0, length = 1; at < tone.length; at += length, length = (length * 7 + 3) % 401)
                pieces.push(...resampler.process(tone.subarray(at, at + length)));
              const rms = Math.hypot(...whole.subarray(1000, 11000)) / 100;
              const difference = Math.max(...pieces.slice(0, to - 100).map((sample, index) => Math.abs(sample - whole[index])));
              return [whole.length, pieces.length, difference, rms];
            }
            """,
            new[] { from, to });

        result[0].Should().BeInRange(to - 60, to, "the end waits for more audio");
        result[1].Should().BeApproximately(result[0], 1, "positions between samples are rounded");
        result[2].Should().BeLessThan(1e-4);
        result[3].Should().BeApproximately(0.5 / Math.Sqrt(2), 0.005);
    }

    [Fact]
    public async Task Frequencies_that_the_service_cannot_represent_are_removed()
    {
        await using var visit = await Visit.StartAsync(emulator: null, recording: null);

        var rms = await visit.Page.EvaluateAsync<double>(
            """
            async () => {
              const { Resampler } = await import("/realtime/resampler.js");
              const tone = Float32Array.from({ length: 48000 }, (_, index) => 0.5 * Math.sin(2 * Math.PI * 15000 * index / 48000));
              return Math.hypot(...new Resampler(48000, 24000).process(tone).subarray(1000, 11000)) / 100;
            }
            """);

        rms.Should().BeLessThan(0.0005, "an alias below -60 dB is not heard");
    }

    [Fact]
    public async Task Samples_become_base64_and_back()
    {
        await using var visit = await Visit.StartAsync(emulator: null, recording: null);

        var equal = await visit.Page.EvaluateAsync<bool>(
            """
            async () => {
              const { fromBase64, toBase64, toInt16, toFloat32 } = await import("/realtime/pcm.js");
              const samples = Int16Array.from({ length: 20001 }, (_, index) => index * 7919);
              const text = toBase64(samples);
              const clipped = toInt16(Float32Array.of(-2, -1, 0, 1, 2));
              return fromBase64(text).every((sample, index) => sample === samples[index]) && fromBase64(text).length === samples.length
                && text === btoa(Array.from(new Uint8Array(samples.buffer), (byte) => String.fromCharCode(byte)).join(""))
                && clipped.join() === "-32768,-32768,0,32767,32767" && toFloat32(clipped)[0] === -1;
            }
            """);

        equal.Should().BeTrue();
    }

    private static string Squeeze(string text) => Space().Replace(text, " ").Trim();

    [GeneratedRegex("```js\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("\\s+")]
    private static partial Regex Space();
}
