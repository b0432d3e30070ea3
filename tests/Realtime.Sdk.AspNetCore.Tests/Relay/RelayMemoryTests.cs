using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.AspNetCore.Tests.Hosting;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>
/// Many sessions, of which half have pages that read nothing while the service sends as fast as it can: 20, or 200 with REALTIME_SDK_EXHAUSTIVE=1. Alone in its collection: the
/// heap belongs to the whole process.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class RelayMemoryTests
{
    private const long MaxBuffered = 1024 * 1024, Overhead = 128 * 1024 * 1024;
    private const int Messages = 100;

    private static readonly int Sessions = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 200 : 20;

    private static readonly string Noise = $$"""{"type":"a.new.event","x":"{{new string('x', 16_000)}}"}""";

    private readonly ConcurrentBag<double> _delays = [];

    [Fact]
    public async Task Pages_that_do_not_read_cost_no_more_than_their_buffers()
    {
        await using var app = await StartAsync();
        var alone = await MeasureAsync(app, []);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var stalled = new List<RawRelayClient>();
        for (var i = 0; i < Sessions / 2; i++)
            stalled.Add(await RawRelayClient.ConnectAsync(app, $"stalled{i}"));

        var together = await MeasureAsync(app, stalled);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;

        TestContext.Current.SendDiagnosticMessage(
            "{0} sessions, {1} of them stalled: {2:0.0} MiB; p99 of the others {3:0.0} ms, without the stalled {4:0.0} ms", Sessions, stalled.Count, growth / 1024.0 / 1024, together, alone);
        growth.Should().BeLessThan((Sessions * MaxBuffered) + Overhead);
        foreach (var page in stalled)
            page.Reset();
        await app.WhenEmptyAsync();
    }

    /// <summary>Opens the pages that read, and returns the 99th percentile of the delay of their messages, in milliseconds.</summary>
    private async Task<double> MeasureAsync(TestApp app, List<RawRelayClient> stalled)
    {
        _delays.Clear();
        await Task.WhenAll(Enumerable.Range(0, Sessions / 2).Select(i => Task.Run(async () =>
        {
            await using var page = await RelayClient.ConnectAsync(app, $"reading{stalled.Count}-{i}");
            for (var received = 0; received < Messages; received++)
            {
                var sent = (await page.WhenAsync("a.timed.event")).GetProperty("sent").GetInt64();
                _delays.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
            await page.CloseAsync();
        })));
        var delays = _delays.Order().ToList();
        delays.Should().HaveCount(Sessions / 2 * Messages);
        return delays[delays.Count * 99 / 100];
    }

    private static async Task<TestApp> StartAsync()
    {
        var app = await RelayApp.StartAsync(
            new()
            {
                Relay = new() { MaxBufferedBytes = (int)MaxBuffered, SlowClientTimeout = TimeSpan.FromMinutes(1) },
                Prepare = (http, options, _) => new(options with { Connect = new() { SafetyIdentifier = http.User.Identity!.Name } }),
            },
            build: builder => builder.Services.AddRealtimeEndpoints(options => options.MaxCalls = 1_000),
            emulation: new() { KeepsHistory = false, ExpectTimeout = TimeSpan.FromMinutes(2) });
        app.Emulator.OnConnect(async session =>
        {
            await RelayLine.BeginAsync(session);
            var leaving = RelayLine.AcceptAsync(session);
            if (session.Request.Headers.Any(header => header.Value.Contains("stalled", StringComparison.Ordinal)))
            {
                while (!leaving.IsCompleted)
                    await session.SendTextAsync(Noise);
                return;
            }
            for (var i = 0; i < Messages; i++)
            {
                await session.DelayAsync(TimeSpan.FromMilliseconds(10));
                await session.SendTextAsync($$"""{"type":"a.timed.event","sent":{{Stopwatch.GetTimestamp()}}}""");
            }
            await leaving;
        });
        return app;
    }
}
