using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.Testing.Tests.Time;

/// <summary>Connections in virtual time, healthy and broken: what counts, and what does not keep time from moving.</summary>
public class VirtualConnectionTests
{
    private const int MoreThanTheNetworkHolds = 14 * 1024 * 1024;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();

    [Theory]
    [InlineData(ConnectionFailure.Fin)]
    [InlineData(ConnectionFailure.Reset)]
    public async Task A_reader_learns_of_a_cut_at_the_instant_of_the_cut(ConnectionFailure failure)
    {
        await using var emulator = await StartAsync(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.DelayAsync(3 * Second);
            session.End(failure);
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        using var later = _time.CreateTimer(_ => { }, null, 3.001 * Second, Timeout.InfiniteTimeSpan);

        await _time.RunUntilAsync(ReadToEndAsync(connection)).WithTimeout();

        _time.Elapsed.Should().Be(3 * Second);
    }

    [Fact]
    public async Task A_close_of_the_server_takes_no_time()
    {
        await using var emulator = await StartAsync(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.CloseAsync();
        });
        using var client = emulator.CreateClient();

        // The response to the close is in transit for an instant that not every run hits.
        for (var i = 0; i < 100; i++)
        {
            await _time.RunUntilAsync(ConnectAndReadAsync()).WithTimeout();
            _time.Elapsed.Should().Be(TimeSpan.Zero);
        }

        async Task ConnectAndReadAsync()
        {
            await using var connection = await client.ConnectAsync("gpt-realtime-2");
            await ReadToEndAsync(connection);
        }
    }

    [Fact]
    public async Task A_silent_connection_does_not_keep_time_from_moving()
    {
        await using var emulator = await StartAsync(async session =>
        {
            await session.SendSessionCreatedAsync();
            session.End(ConnectionFailure.BlackHole);
            await session.SendTextAsync("""{"type":"lost"}""");
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        var reading = ReadToEndAsync(connection);

        await _time.AdvanceAsync(60 * Second).WithTimeout();

        reading.IsCompleted.Should().BeFalse();
        connection.Abort();
        await reading.WithTimeout();
    }

    [Fact]
    public async Task A_send_to_a_stalled_server_ends_at_its_timeout()
    {
        await using var emulator = await StartAsync(async session =>
        {
            session.StopReading();
            await session.SendSessionCreatedAsync();
            await session.TryNextAsync();
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");

        var sending = () => _time.RunUntilAsync(connection.AppendAudioAsync(new byte[MoreThanTheNetworkHolds]).AsTask()).WithTimeout();

        (await sending.Should().ThrowAsync<RealtimeConnectionException>()).WithMessage("*accepted no data for 30 s*");
        _time.Elapsed.Should().Be(30 * Second);
    }

    [Fact]
    public async Task A_message_that_a_stalled_server_reads_later_counts_again()
    {
        var (reads, received) = (new TaskCompletionSource<EmulatorSession>(), default(TimeSpan));
        await using var emulator = await StartAsync(async session =>
        {
            await session.SendSessionCreatedAsync();
            session.StopReading();
            reads.SetResult(session);
            await session.NextAsync();
            received = _time.Elapsed;
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        var session = await reads.Task.WithTimeout();
        await connection.CreateResponseAsync();
        using var resume = _time.CreateTimer(_ => session.ResumeReading(), null, 2 * Second, Timeout.InfiniteTimeSpan);

        await _time.AdvanceAsync(10 * Second).WithTimeout();

        received.Should().Be(2 * Second);
    }

    [Fact]
    public async Task A_close_without_an_answer_ends_at_its_timeout()
    {
        await using var emulator = await StartAsync(async session =>
        {
            session.AnswersClose = false;
            await session.SendSessionCreatedAsync();
            await session.TryNextAsync();
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        var reading = ReadToEndAsync(connection);

        await _time.RunUntilAsync(connection.CloseAsync()).WithTimeout();

        _time.Elapsed.Should().Be(5 * Second);
        await reading.WithTimeout();
    }

    [Fact]
    public async Task A_session_that_expires_ends_for_its_reader_at_that_instant()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        using var later = _time.CreateTimer(_ => { }, null, 3601 * Second, Timeout.InfiniteTimeSpan);

        await _time.RunUntilAsync(ReadToEndAsync(connection)).WithTimeout();

        _time.Elapsed.Should().Be(3600 * Second);
    }

    [Fact]
    public async Task A_client_that_counts_nothing_does_not_keep_time_from_moving()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time, Model = new() { Pace = EmulatorPace.Speech } });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.SendAsync("""{"type":"response.create"}""");
        await (await emulator.WhenConnectedAsync()).WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();

        await _time.AdvanceAsync(60 * Second).WithTimeout();

        (await caller.ReceiveTextAsync()).Should().Contain("session.created");
    }

    [Fact]
    public async Task A_connection_that_nobody_reads_does_not_keep_time_from_moving()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time, Model = new() { Pace = EmulatorPace.Speech } });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        await connection.CreateResponseAsync();

        await _time.AdvanceAsync(60 * Second).WithTimeout();

        connection.UnreadBytes.Should().BePositive();
    }

    [Fact]
    public async Task A_message_counts_until_its_reader_asks_for_the_next()
    {
        await using var emulator = await StartAsync(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.DelayAsync(2 * Second);
            await session.SendTextAsync("""{"type":"late"}""");
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        using var ticks = _time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));

        var handled = await _time.RunUntilAsync(HandleAsync()).WithTimeout();

        handled.Should().Be(2 * Second);

        async Task<TimeSpan> HandleAsync()
        {
            await foreach (var serverEvent in connection.ReadEventsAsync().ConfigureAwait(false))
            {
                for (var i = 0; i < 500; i++)
                    await Task.Yield();
                if (serverEvent.Type == "late")
                    return _time.Elapsed;
            }
            return default;
        }
    }

    [Fact]
    public async Task A_handshake_takes_the_time_that_its_answer_is_delayed()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time });
        emulator.RespondNext(new EmulatorHttpResponse { Delay = 2 * Second });
        using var client = emulator.CreateClient();

        await using var connection = await _time.RunUntilAsync(client.ConnectAsync("gpt-realtime-2")).WithTimeout();

        _time.Elapsed.Should().Be(2 * Second);
    }

    [Fact]
    public async Task A_handshake_without_an_answer_ends_at_its_timeout()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time });
        emulator.RespondNext(new EmulatorHttpResponse { Fault = new() { AfterBytes = 5, End = ConnectionFailure.BlackHole } });
        using var client = emulator.CreateClient();

        var connecting = () => _time.RunUntilAsync(client.ConnectAsync("gpt-realtime-2")).WithTimeout();

        await connecting.Should().ThrowAsync<RealtimeTimeoutException>();
        _time.Elapsed.Should().Be(30 * Second);
    }

    [Fact]
    public async Task A_refused_handshake_takes_no_time()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time });
        emulator.RespondNext(503);
        using var client = emulator.CreateClient();
        using var timer = _time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);

        var connecting = () => _time.RunUntilAsync(client.ConnectAsync("gpt-realtime-2")).WithTimeout();

        await connecting.Should().ThrowAsync<RealtimeApiException>();
        _time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_reply_takes_the_time_that_it_is_delayed()
    {
        await using var emulator = await StartAsync(async session =>
        {
            await session.SendSessionCreatedAsync();
            var asked = await session.SkipToAsync<InputAudioBufferClearEvent>();
            await session.DelayAsync(3 * Second);
            await session.SendAsync(new InputAudioBufferClearedEvent());
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        using var ticks = _time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));

        await _time.RunUntilAsync(connection.ClearAudioAndWaitAsync()).WithTimeout();

        _time.Elapsed.Should().Be(3 * Second);
    }

    [Fact]
    public async Task A_message_that_drips_arrives()
    {
        await using var emulator = await StartAsync(async session =>
        {
            await session.SendSessionCreatedAsync();
            session.Throttle(TimeSpan.FromMilliseconds(1));
            await session.SendTextAsync("""{"type":"late"}""");
            await session.CloseAsync();
        });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");

        await _time.RunUntilAsync(ReadToEndAsync(connection)).WithTimeout();

        _time.Elapsed.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds("""{"type":"late"}""".Length));
    }

    [Fact]
    public async Task An_expectation_ends_in_real_time_while_virtual_time_stands_still()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time, ExpectTimeout = TimeSpan.FromMilliseconds(50) });
        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync("gpt-realtime-2");
        var session = await emulator.WhenConnectedAsync();

        var expecting = () => session.WhenReceivedAsync<ResponseCreateEvent>().WithTimeout();

        await expecting.Should().ThrowAsync<EmulatorExpectationException>();
        _time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    private async Task<RealtimeEmulator> StartAsync(Func<EmulatorSession, Task> script)
    {
        var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = _time });
        emulator.OnConnect(script);
        return emulator;
    }

    private static async Task ReadToEndAsync(RealtimeConnection connection)
    {
        try
        {
            await foreach (var _ in connection.ReadEventsAsync().ConfigureAwait(false))
                continue;
        }
        catch (RealtimeConnectionException)
        {
            // However it ends.
        }
    }
}
