using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>
/// Either connection of a relay is cut after any number of bytes: no session of the service is left, and no place. By default at a sample of the bytes, at all with
/// REALTIME_SDK_EXHAUSTIVE=1.
/// </summary>
public sealed class RelayCutTests
{
    private const int AtOnce = 24;

    private static readonly bool IsExhaustive = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1";

    private static readonly string[] Answers =
    [
        """{"type":"response.created","event_id":"1","response":{"id":"resp_1","status":"in_progress"}}""",
        $$"""{"type":"response.output_audio.delta","event_id":"2","response_id":"resp_1","item_id":"i","output_index":0,"content_index":0,"delta":"{{Convert.ToBase64String(new byte[150])}}"}""",
        """{"type":"response.done","event_id":"3","response":{"id":"resp_1","status":"completed"}}""",
    ];

    /// <summary>The platform finds out about silence after 30 seconds of real time.</summary>
    public static TheoryData<string> Ends => IsExhaustive ? ["FIN", "RST", "silence"] : ["FIN", "RST"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_page_that_is_cut_off_at_any_byte_leaves_no_session(string end)
    {
        await using var app = await StartAsync(async session =>
        {
            // The page can be gone before the session is configured.
            if (await Record.ExceptionAsync(() => RelayLine.BeginAsync(session)) is null)
                await RelayLine.AcceptAsync(session);
        });
        byte[][] parts =
        [
            RawRelayClient.Handshake(app), RawRelayClient.Text("""{"type":"input_audio_buffer.append","audio":"AAAA"}"""),
            RawRelayClient.Text("""{"type":"input_audio""", isLast: false), RawRelayClient.Text("""_buffer.commit"}""", isFirst: false),
            RawRelayClient.Text("""{"type":"response.create"}"""), RawRelayClient.Text("""{"type":"session.update"}"""), RawRelayClient.Close(1000),
        ];
        byte[] bytes = [.. parts.SelectMany(part => part)];
        var offsets = Offsets(bytes.Length, parts.Select(part => part.Length)).Where(offset => end != "silence" || offset >= parts[0].Length);
        TestContext.Current.SendDiagnosticMessage("{0} of {1} bytes, {2}", offsets.Count(), bytes.Length, end);

        foreach (var some in offsets.Chunk(end == "silence" ? int.MaxValue : AtOnce))
        {
            var pages = new ConcurrentBag<RawRelayClient>();
            await Task.WhenAll(some.Select(offset => Task.Run(async () =>
            {
                var page = await RawRelayClient.OpenAsync(app);
                pages.Add(page);
                await page.SendAsync(bytes.AsMemory(0, offset));

                // Sometimes before the session is open, sometimes after it.
                if (offset >= parts[0].Length && offset % 2 == 0)
                    await page.ReadUntilAsync("session.updated");
                if (end == "FIN")
                    page.Finish();
                else if (end == "RST")
                    page.Reset();
            })));
            if (end == "silence")
                await Task.WhenAll(app.Emulator.Sessions.Select(session => session.Completion)).WaitAsync(TimeSpan.FromMinutes(2));
            await app.WhenEmptyAsync();
            foreach (var page in pages)
                page.Dispose();
        }

        app.Emulator.Sessions.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData(ConnectionFailure.Fin)]
    [InlineData(ConnectionFailure.Reset)]
    public async Task A_service_that_is_cut_off_at_any_byte_leaves_no_page(ConnectionFailure failure)
    {
        var length = 0L;
        await using (var whole = await StartAsync(AnswerAsync, traffic => Interlocked.Add(ref length, traffic.IsFromClient ? 0 : traffic.Bytes.Length + (traffic.Bytes.Length < 126 ? 2 : 4))))
            (await TalkAsync(whole, "ann")).Should().Be(1000);
        var cuts = new ConcurrentQueue<int>();
        await using var app = await StartAsync(async session =>
        {
            cuts.TryDequeue(out var cut);
            session.End(failure, cut);
            try
            {
                await AnswerAsync(session);
            }
            catch (EmulatorExpectationException)
            {
                // The relay has noticed the cut.
            }
        });
        var offsets = Offsets((int)length, []).ToList();
        TestContext.Current.SendDiagnosticMessage("{0} of {1} bytes, {2}", offsets.Count, length, failure);

        foreach (var some in offsets.Chunk(AtOnce))
        {
            foreach (var offset in some)
                cuts.Enqueue(offset);
            var codes = await Task.WhenAll(some.Select((_, i) => Task.Run(() => TalkAsync(app, $"user{i}"))));
            await app.WhenEmptyAsync();

            // Null is a failed handshake, because the session was not configured.
            codes.Should().OnlyContain(code => code == null || code == 1011);
        }

        app.Emulator.Sessions.Should().HaveCount(offsets.Count);
    }

    /// <summary>Talks with the agent until the relay closes the connection, and returns its code; null if no connection was opened.</summary>
    private static async Task<int?> TalkAsync(TestApp app, string user)
    {
        RelayClient page;
        try
        {
            page = await RelayClient.ConnectAsync(app, user);
        }
        catch (WebSocketException)
        {
            return null;
        }
        await using (page)
        {
            await Record.ExceptionAsync(() => page.SendAsync("""{"type":"response.create"}"""));
            return (await page.WhenClosedAsync()).Code;
        }
    }

    private static async Task AnswerAsync(EmulatorSession session)
    {
        await RelayLine.BeginAsync(session);
        await session.ExpectAsync<ResponseCreateEvent>();
        foreach (var answer in Answers)
            await session.SendTextAsync(answer);
        await session.CloseAsync();
    }

    private static IEnumerable<int> Offsets(int length, IEnumerable<int> parts)
    {
        if (IsExhaustive)
            return Enumerable.Range(0, length + 1);
        var edges = parts.Aggregate(new List<int> { 0, length }, (ends, part) => [.. ends, ends[^1] == length ? part : ends[^1] + part]);
        return edges.SelectMany(edge => Enumerable.Range(edge - 2, 5)).Concat(Enumerable.Range(0, length).Where(offset => offset % 67 == 0))
            .Where(offset => offset >= 0 && offset <= length).Distinct().Order();
    }

    private static async Task<TestApp> StartAsync(Func<EmulatorSession, Task> serve, Action<EmulatorTraffic>? onTraffic = null)
    {
        var app = await RelayApp.StartAsync(
            new() { MaxCallsPerUser = 10_000 },
            build: builder =>
            {
                builder.Services.AddRealtimeEndpoints(options => options.MaxCalls = 10_000);
                builder.Services.PostConfigureAll<RealtimeClientOptions>(options => options.MaxRetries = 0);
            },
            emulation: new() { OnTraffic = onTraffic });
        app.Emulator.OnConnect(serve);
        return app;
    }
}
