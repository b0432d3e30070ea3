using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>A page that does not read, while the service sends.</summary>
public sealed class RelaySlowClientTests
{
    private static readonly string Message = $$"""{"type":"a.new.event","x":"{{new string('x', 16_000)}}"}""";

    private const string TooSlow = "The client reads too slowly.";

    private readonly FakeTimeProvider _time = new();
    private long _sent;

    [Fact]
    public async Task A_page_that_reads_again_learns_why_it_was_disconnected()
    {
        await using var app = await StartAsync();
        await using var page = await RelayClient.ConnectAsync(app);
        var session = app.Emulator.Sessions[0];

        await WhenStalledAsync();
        while (!session.Completion.IsCompleted)
        {
            // Enough for the timeout, and then no more: the time to close the connection must not pass.
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(session.Completion, Task.Delay(TimeSpan.FromSeconds(3)));
        }

        (await page.WhenClosedAsync()).Should().Be((1008, TooSlow));
        await app.WhenEmptyAsync();
    }

    [Fact]
    public async Task A_page_that_never_reads_again_is_cut_off()
    {
        await using var app = await StartAsync();
        using var page = await RawRelayClient.ConnectAsync(app, receiveBufferBytes: 4_096);

        await WhenStalledAsync();
        var ending = app.WhenEmptyAsync();
        while (!ending.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ending, Task.Delay(5));
        }
        await ending;

        (await Record.ExceptionAsync(() => page.ReadUntilAsync(TooSlow))).Should().NotBeNull();
    }

    [Fact]
    public async Task The_service_has_to_wait_until_the_page_reads_on()
    {
        await using var app = await StartAsync();
        await using var page = await RelayClient.ConnectAsync(app);

        await WhenStalledAsync();
        var sent = Interlocked.Read(ref _sent);
        while (Interlocked.Read(ref _sent) == sent)
            await page.WhenAsync("a.new.event");

        // The relay holds 64 KiB; the rest is in the buffers of the operating system.
        sent.Should().BeInRange(64 * 1024, 64 * 1024 * 1024);
    }

    private async Task<TestApp> StartAsync()
    {
        var app = await RelayApp.StartAsync(new()
        {
            Relay = new() { MaxBufferedBytes = 64 * 1024, SlowClientTimeout = TimeSpan.FromSeconds(10) },
            Prepare = (_, options, _) => new(options with { TimeProvider = _time }),
        }, emulation: new() { ExpectTimeout = TimeSpan.FromMinutes(2) });
        app.Emulator.OnConnect(async session =>
        {
            await RelayLine.BeginAsync(session);

            // Messages to a client that has left are not sent, and need no time.
            var leaving = RelayLine.AcceptAsync(session);
            while (!leaving.IsCompleted)
            {
                await session.SendTextAsync(Message);
                Interlocked.Add(ref _sent, Message.Length);
            }
        });
        return app;
    }

    /// <summary>Returns when the service could send nothing for a while, which only the real time shows.</summary>
    private async Task WhenStalledAsync()
    {
        using var deadline = new CancellationTokenSource(TestTimeout.Limit);
        for (var (sent, same) = (0L, 0); same < 10; same = sent > 0 && sent == Interlocked.Read(ref _sent) ? same + 1 : 0, sent = Interlocked.Read(ref _sent))
            await Task.Delay(10, deadline.Token);
    }
}
