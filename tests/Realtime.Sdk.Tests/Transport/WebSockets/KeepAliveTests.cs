using System.Net.WebSockets;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Transport.WebSockets;

/// <summary>The pings of a client, over real loopback connections whose time is that of the test.</summary>
public sealed class KeepAliveTests
{
    private static readonly byte[] Ping = [0x89, 0x80, 0, 0, 0, 0];
    private static readonly byte[] Pong = [0x8A, 0x00];
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15), AnswerTime = TimeSpan.FromSeconds(15), Tick = TimeSpan.FromSeconds(2);

    private readonly TimersOfOneTest _time = new();
    private readonly KeepAliveClock _clock;

    public KeepAliveTests() => _clock = new(_time);

    [Fact]
    public async Task A_quiet_connection_gets_a_ping_in_every_interval_while_the_server_answers()
    {
        await using var link = await LinkAsync();

        for (var i = 0; i < 3; i++)
        {
            await _time.PassAsync(Interval + Tick);
            (await link.ReadAsync(Ping.Length)).Should().Equal(Ping);
            await link.AnswerAsync();
        }

        link.Core.End.Should().BeNull();
    }

    [Fact]
    public async Task A_server_that_stops_answering_is_noticed_after_the_timeout_and_not_before()
    {
        await using var link = await LinkAsync();
        await _time.PassAsync(Interval + Tick);
        await link.ReadAsync(Ping.Length);

        await _time.PassAsync(AnswerTime - Tick - Tick);
        var before = link.Core.End;
        await _time.PassAsync(Tick * 4);

        before.Should().BeNull();
        link.Core.End!.Message.Should().Be("The connection was lost: the server stopped responding to pings.");
        link.Core.End.IsTransient.Should().BeTrue();
    }

    [Fact]
    public async Task Without_a_timeout_pings_are_sent_and_no_answer_is_awaited()
    {
        await using var link = await LinkAsync(timeout: Timeout.InfiniteTimeSpan);

        await _time.PassAsync(Interval + Tick);
        await link.ReadAsync(Ping.Length);
        await _time.PassAsync(TimeSpan.FromHours(1));

        link.Core.End.Should().BeNull();
    }

    [Fact]
    public async Task Whatever_arrives_counts_as_an_answer()
    {
        await using var link = await LinkAsync();

        for (var i = 0; i < 8; i++)
        {
            await _time.PassAsync(Interval - Tick - Tick);
            await link.AnswerAsync(ServerBytes.Text("{}"));
        }

        link.Core.End.Should().BeNull();
        link.Pair.ServerTcp.Available.Should().Be(0, "a connection with traffic needs no pings");
    }

    [Fact]
    public async Task A_machine_that_has_slept_gives_the_server_time_to_answer()
    {
        await using var link = await LinkAsync();
        await _time.PassAsync(Interval + Tick);
        await link.ReadAsync(Ping.Length);

        // One jump, as of a laptop whose lid was closed.
        _time.Advance(TimeSpan.FromHours(8));
        var awake = link.Core.End;
        await link.AnswerAsync();
        await _time.PassAsync(AnswerTime - Tick);

        awake.Should().BeNull();
        link.Core.End.Should().BeNull();
    }

    [Fact]
    public async Task A_server_is_not_blamed_while_the_application_reads_slowly()
    {
        var waits = new TimersOfOneTest();
        await using var link = new Link(await SocketPair.CreateAsync(), new()
        {
            MaxUnreadBytes = 1_000, Time = waits, KeepAlive = _clock, KeepAliveInterval = Interval, KeepAliveTimeout = AnswerTime,
        });
        for (var i = 0; i < 20; i++)
            await link.Pair.ServerStream.WriteAsync(ServerBytes.Text(new string('x', 300)));

        // Its first timer is that of the wait for space: from now on, nothing is received.
        await TransportUnderTest.UntilAsync(() => waits.Created > 0);
        await _time.PassAsync(Interval + AnswerTime + AnswerTime);

        link.Core.End.Should().BeNull();
        link.Core.UnreadBytes.Should().Be(900);
    }

    [Fact]
    public async Task One_timer_serves_all_connections_until_the_last_one_ends()
    {
        var links = new List<Link>();
        for (var i = 0; i < 20; i++)
            links.Add(await LinkAsync());

        await _time.PassAsync(Interval + Tick);
        foreach (var link in links)
            (await link.ReadAsync(Ping.Length)).Should().Equal(Ping);
        var (timers, isRunning) = (_time.Created, _time.IsRunning);
        foreach (var link in links)
            await link.DisposeAsync();

        (timers, isRunning, _time.IsRunning).Should().Be((1, true, false));
    }

    [Fact]
    public async Task A_connection_with_a_shorter_interval_does_not_wait_for_the_others()
    {
        await using var slow = await LinkAsync();
        await using var fast = await LinkAsync(interval: TimeSpan.FromSeconds(1));

        await _time.PassAsync(TimeSpan.FromSeconds(1.25));

        (await fast.ReadAsync(Ping.Length)).Should().Equal(Ping);
        slow.Pair.ServerTcp.Available.Should().Be(0);
    }

    [Fact]
    public async Task Pings_never_interrupt_a_message()
    {
        // Real time, so that thousands of pings meet thousands of messages.
        await using var link = await LinkAsync(interval: TimeSpan.FromMilliseconds(1), timeout: Timeout.InfiniteTimeSpan, clock: new(TimeProvider.System));
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
                await link.SendAsync(i);
        });

        var (received, buffer) = (0, new byte[70_000]);
        while (received < 2000)
        {
            var (length, part) = (0, default(ValueWebSocketReceiveResult));
            while (!part.EndOfMessage)
            {
                part = await link.Pair.Server.ReceiveAsync(buffer.AsMemory(length), default).AsTask().WithTimeout();
                length += part.Count;
            }
            buffer.AsSpan(0, length).IndexOfAnyExcept((byte)('a' + received % 26)).Should().Be(-1);
            length.Should().Be(Link.LengthOf(received++));
        }
        await sending.WithTimeout();
    }

    private async Task<Link> LinkAsync(TimeSpan? interval = null, TimeSpan? timeout = null, KeepAliveClock? clock = null)
    {
        var pair = await SocketPair.CreateAsync();
        return new(pair, new() { KeepAlive = clock ?? _clock, KeepAliveInterval = interval ?? Interval, KeepAliveTimeout = timeout ?? AnswerTime });
    }

    /// <summary>A connection with pings, and the other end of its socket.</summary>
    private sealed class Link : IAsyncDisposable
    {
        public Link(SocketPair pair, WebSocketTransportSettings settings)
        {
            Pair = pair;
            Stream = new(pair.ClientStream, BlockPool.Shared);
            Core = new(WebSocket.CreateFromStream(Stream, new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero }), settings with { Source = Stream });
            Core.Start();
        }

        public SocketPair Pair { get; }

        public ReadAheadStream Stream { get; }

        public WebSocketTransport Core { get; }

        public static int LengthOf(int message) => 1 + message * 37 % 69_000;

        public async Task<byte[]> ReadAsync(int count)
        {
            var bytes = new byte[count];
            await Pair.ServerStream.ReadExactlyAsync(bytes).AsTask().WithTimeout();
            return bytes;
        }

        /// <summary>Sends a pong or other bytes, and returns when they have arrived.</summary>
        public async Task AnswerAsync(byte[]? bytes = null)
        {
            var reads = Stream.Reads;
            await Pair.ServerStream.WriteAsync(bytes ?? Pong);
            await TransportUnderTest.UntilAsync(() => Stream.Reads != reads);
        }

        public Task SendAsync(int message)
        {
            var writer = Core.RentWriter();
            var length = LengthOf(message);
            writer.GetSpan(length)[..length].Fill((byte)('a' + message % 26));
            writer.Advance(length);
            return Core.SendAsync(writer, null, null, default).AsTask().WithTimeout();
        }

        public async ValueTask DisposeAsync()
        {
            Core.Abort();
            await Core.DisposeAsync();
            await Pair.DisposeAsync();
        }
    }

    /// <summary>A clock of the test that counts its timers.</summary>
    private sealed class TimersOfOneTest : TimeProvider
    {
        private readonly FakeTimeProvider _time = new();
        private int _created;

        public int Created => _created;

        public bool IsRunning { get; private set; }

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override long GetTimestamp() => _time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _created);
            return new CountedTimer(this, _time.CreateTimer(callback, state, dueTime, period));
        }

        public void Advance(TimeSpan time) => _time.Advance(time);

        /// <summary>Lets time pass in small steps, as it does in a process that runs.</summary>
        public async Task PassAsync(TimeSpan time)
        {
            for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(125))
            {
                _time.Advance(TimeSpan.FromMilliseconds(125));
                await Task.Yield();
            }
        }

        private sealed class CountedTimer(TimersOfOneTest time, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                time.IsRunning = dueTime != Timeout.InfiniteTimeSpan;
                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
