namespace Realtime.Sdk.Testing.Tests.Sockets;

public sealed class ExpectationTests
{
    private const string Commit = """{"type":"input_audio_buffer.commit"}""", Clear = """{"type":"input_audio_buffer.clear"}""";

    [Fact]
    public async Task An_unmet_expectation_says_what_was_expected_and_what_came()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.ExpectAsync<InputAudioBufferClearEvent>();
            await session.ExpectAsync<ResponseCreateEvent>();
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.SendAsync(Clear);
        await caller.SendAsync(Commit);
        var close = await caller.ReceiveBytesAsync();
        var session = await emulator.WhenConnectedAsync();

        var completion = await Record.ExceptionAsync(() => session.Completion.WithTimeout());
        var disposal = await Record.ExceptionAsync(() => emulator.DisposeAsync().AsTask());

        close.Should().BeNull();
        ((int)caller.Socket.CloseStatus!).Should().Be(1011);
        completion.Should().BeOfType<EmulatorExpectationException>().Which.Message.Should().Be(
            """
            Expected ResponseCreateEvent, but received input_audio_buffer.commit (36 bytes). Received on this session:
              1. input_audio_buffer.clear (35 bytes)
              2. input_audio_buffer.commit (36 bytes)
            """);
        disposal.Should().BeSameAs(completion);
    }

    [Fact]
    public async Task An_expectation_ends_when_the_client_leaves()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => session.ExpectAsync<ResponseCreateEvent>());
        using (var caller = await SocketCaller.ConnectAsync(emulator))
            await caller.CloseAsync();
        var session = await emulator.WhenConnectedAsync();

        var failure = await Record.ExceptionAsync(() => session.Completion.WithTimeout());

        failure.Should().BeOfType<EmulatorExpectationException>().Which.Message.Should().Be(
            "Expected ResponseCreateEvent, but the client closed with 1000. Received on this session: nothing");
        await Record.ExceptionAsync(() => emulator.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task An_expectation_ends_when_nothing_comes_in_time()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { ExpectTimeout = TimeSpan.FromMilliseconds(50) });
        emulator.OnConnect(_ => Task.CompletedTask);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var session = await emulator.WhenConnectedAsync();

        var expect = await Record.ExceptionAsync(() => session.ExpectAsync<ResponseCreateEvent>());
        var watch = await Record.ExceptionAsync(() => session.WhenReceivedAsync<ResponseCreateEvent>());

        expect.Should().BeOfType<EmulatorExpectationException>().Which.Message.Should().StartWith("Expected ResponseCreateEvent, but nothing was received within 0.05 seconds.");
        watch.Should().BeOfType<EmulatorExpectationException>();
    }

    [Fact]
    public async Task Skipping_passes_over_what_is_not_asked_for()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(_ => Task.CompletedTask);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var session = await emulator.WhenConnectedAsync();

        await caller.SendAsync(Clear);
        await caller.SendAsync(Clear);
        await caller.SendAsync(Commit);
        await caller.SendAsync(Clear);
        await session.SkipToAsync<InputAudioBufferCommitEvent>();
        var next = await session.NextAsync();

        next.Type.Should().Be("input_audio_buffer.clear");
        session.Received.Should().HaveCount(4);
    }

    [Fact]
    public async Task What_a_script_wants_after_the_emulators_own_end_is_no_failure()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(async session =>
        {
            await session.CloseAsync(1001);
            await session.ExpectAsync<ResponseCreateEvent>();
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveBytesAsync();
        await caller.CloseAsync();

        var session = await emulator.WhenConnectedAsync();

        await session.Completion.WithTimeout();
    }

    [Fact]
    public async Task An_emulator_that_goes_away_ends_scripts_that_still_wait()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => session.ExpectAsync<ResponseCreateEvent>());
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var session = await emulator.WhenConnectedAsync();

        await emulator.DisposeAsync();

        session.Completion.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public async Task Failures_of_several_scripts_are_told_together()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => throw new InvalidOperationException(session.Id));
        for (var i = 1; i <= 2; i++)
        {
            using var caller = await SocketCaller.ConnectAsync(emulator);
            await Record.ExceptionAsync(async () => await (await emulator.WhenConnectedAsync(i)).Completion.WithTimeout());
        }

        var disposal = await Record.ExceptionAsync(() => emulator.DisposeAsync().AsTask());

        disposal.Should().BeOfType<AggregateException>().Which.InnerExceptions.Select(e => e.Message).Should().Equal(emulator.Sessions.Select(s => s.Id));
    }
}
