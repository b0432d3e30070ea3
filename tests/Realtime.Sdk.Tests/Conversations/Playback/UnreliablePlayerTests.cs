using static Realtime.Sdk.Tests.Conversations.Playback.PlaybackHarness;

namespace Realtime.Sdk.Tests.Conversations.Playback;

public sealed class UnreliablePlayerTests
{
    private static readonly TaskCompletionSource Never = new();

    [Fact]
    public async Task A_player_that_is_early_is_never_ahead_of_what_it_was_given()
    {
        var gate = new TaskCompletionSource();
        await using var playback = Create(time => new TestPlayer(time) { OnPlayed = _ => TimeSpan.MaxValue, OnWrite = (_, _) => new(gate.Task) });
        playback.Add("a", 1_000);
        await playback.Time.IdleAsync();

        var played = playback.Playback.GetPlayed("a");
        var stopping = playback.StopAsync();
        gate.SetResult();
        var cut = await stopping;

        played.Should().Be(TimeSpan.Zero, "at the first write, what it says is where it begins");
        cut.Should().ContainSingle().Which.Played.Should().BeLessThanOrEqualTo(Ms(200));
    }

    [Fact]
    public async Task A_position_that_goes_backwards_takes_nothing_back()
    {
        var offset = TimeSpan.Zero;
        await using var playback = Create(time => new TestPlayer(time)
        {
            OnPlayed = position => position - offset,
            OnStop = async (player, _) => await player.StopDeviceAsync() - offset,
        });
        playback.Add("a", 1_000);
        await playback.Time.AdvanceAsync(400);
        var before = playback.Playback.GetPlayed("a");

        offset = Ms(300);
        var after = playback.Playback.GetPlayed("a");
        var cut = await playback.StopAsync();

        (before, after).Should().Be((Ms(400), Ms(400)));
        cut[0].Played.Should().Be(Ms(400));
    }

    [Fact]
    public async Task A_player_that_reports_no_progress_is_replaced_when_its_audio_is_over()
    {
        await using var playback = Create(time => new TestPlayer(time) { OnPlayed = _ => TimeSpan.Zero });
        playback.AddWhole("a", 500);

        await playback.Time.AdvanceAsync(499);
        var before = playback.Log;
        await playback.Time.AdvanceAsync(20);

        before.Should().Equal("started a");
        playback.Log.Should().Equal("started a", "played a 0", "idle", "replaced");
    }

    [Fact]
    public async Task A_drain_that_never_ends_is_given_up_five_seconds_after_the_audio()
    {
        await using var playback = Create(time => new TestPlayer(time)
        {
            OnPlayed = position => position < Ms(300) ? position : Ms(300),
            OnDrain = (_, _) => Never.Task,
        });
        playback.AddWhole("a", 500);

        await playback.Time.AdvanceAsync(5_499);
        var before = playback.Log;
        await playback.Time.AdvanceAsync(2);

        before.Should().Equal("started a");
        playback.Log.Should().Equal("started a", "played a 300", "idle", "replaced");
    }

    [Fact]
    public async Task A_drain_that_ends_at_once_does_not_end_the_playback()
    {
        await using var playback = Create(time => new TestPlayer(time) { OnDrain = (_, _) => Task.CompletedTask });
        playback.AddWhole("a", 500);

        await playback.Time.AdvanceAsync(400);
        var cut = await playback.StopAsync();

        cut.Should().ContainSingle().Which.Played.Should().Be(Ms(400));
    }

    [Fact]
    public async Task A_drain_in_progress_does_not_hold_new_audio()
    {
        await using var playback = Create(time => new TestPlayer(time) { OnDrain = (_, _) => Never.Task });
        playback.AddWhole("a", 200);
        await playback.Time.AdvanceAsync(100);

        playback.AddWhole("b", 200);
        await playback.Time.AdvanceAsync(301);

        playback.Log.Should().Equal("started a", "started b", "played a 200", "played b 200", "idle");
    }

    public static TheoryData<string> Members => ["format", "played", "write", "drain"];

    [Theory]
    [MemberData(nameof(Members))]
    public async Task A_player_that_throws_is_replaced_and_playback_goes_on_by_the_clock(string member)
    {
        var isBroken = member == "format";
        T Throw<T>() => throw new IOException("The device is gone.");
        await using var playback = Create(time => new TestPlayer(time)
        {
            OnFormat = () => member == "format" ? Throw<SampleFormat>() : default,
            OnPlayed = position => member == "played" && isBroken ? Throw<TimeSpan>() : position,
            OnWrite = (_, _) => member == "write" && isBroken ? Throw<ValueTask>() : ValueTask.CompletedTask,
            OnDrain = (player, _) => member == "drain" && isBroken ? Throw<Task>() : Never.Task,
        });
        playback.Add("a", 300);
        await playback.Time.AdvanceAsync(100);
        isBroken = true;

        playback.AddWhole("a", 300);
        playback.AddWhole("b", 100);
        await playback.Time.AdvanceAsync(702);

        playback.Log.Should().BeEquivalentTo("started a", "started b", "replaced", "played a 600", "played b 100", "idle");
        playback.Failure.Should().BeOfType<IOException>();
        playback.Pool.Rented.Should().Be(0);
    }

    [Fact]
    public async Task A_write_that_blocks_holds_neither_the_loop_nor_a_stop()
    {
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        await using var playback = Create(time => new TestPlayer(time)
        {
            OnWrite = (_, _) =>
            {
                entered.Set();
                gate.Wait(CancellationToken.None);
                return ValueTask.CompletedTask;
            },
        });
        playback.Add("a", 1_000);
        entered.Wait(TestTimeout.Limit).Should().BeTrue();

        playback.Add("a", 1_000);
        playback.Time.Elapse(100);
        var stopping = playback.StopAsync();
        await AdvanceUntilAsync(playback, stopping, 250);

        (await stopping).Should().ContainSingle().Which.Should().Match<Sdk.Internal.StoppedItem>(item => item.Played <= Ms(200) && item.Received == Ms(2_000));
        playback.Log.Should().Equal("started a", "replaced", "idle");
        gate.Set();
        await playback.Time.IdleAsync();
        playback.Pool.Rented.Should().Be(0);
    }

    [Fact]
    public async Task A_write_that_never_completes_is_canceled_by_a_stop()
    {
        await using var playback = Create(time => new TestPlayer(time) { OnWrite = (_, token) => new(Never.Task.WaitAsync(token)) });
        playback.Add("a", 1_000);
        await playback.Time.AdvanceAsync(100);

        var cut = await playback.StopAsync();
        playback.AddWhole("b", 100, response: "r2");

        cut.Should().ContainSingle().Which.Played.Should().Be(TimeSpan.Zero);
        playback.Log.Should().NotContain("replaced");
        await playback.StopAsync();
        await playback.Time.IdleAsync();
        playback.Pool.Rented.Should().Be(0);
    }

    [Fact]
    public async Task A_write_that_takes_five_seconds_more_than_its_audio_is_given_up()
    {
        await using var playback = Create(time => new TestPlayer(time) { OnWrite = (_, token) => new(Never.Task.WaitAsync(token)) });
        playback.AddWhole("a", 1_000);

        await playback.Time.AdvanceAsync(5_199);
        var before = playback.Log;
        await playback.Time.AdvanceAsync(2_000);

        before.Should().Equal("started a");
        playback.Log.Should().Equal("started a", "replaced", "played a 1000", "idle");
    }

    [Fact]
    public async Task A_stop_that_hangs_is_over_after_250_ms_with_the_clocks_estimate()
    {
        await using var playback = Create(time => new TestPlayer(time) { OnStop = (_, _) => new(new TaskCompletionSource<TimeSpan>().Task) });
        playback.AddWhole("a", 2_000);
        await playback.Time.AdvanceAsync(300);

        var stopping = playback.StopAsync();
        await playback.Time.AdvanceAsync(249);
        var before = stopping.IsCompleted;
        await playback.Time.AdvanceAsync(1);

        before.Should().BeFalse();
        (await stopping).Should().ContainSingle().Which.Played.Should().Be(Ms(550));
        playback.Log.Should().Equal("started a", "replaced", "idle");
    }

    [Fact]
    public async Task A_stop_that_throws_replaces_the_player()
    {
        await using var playback = Create(time => new TestPlayer(time) { OnStop = (_, _) => throw new IOException("The device is gone.") });
        playback.AddWhole("a", 2_000);
        await playback.Time.AdvanceAsync(300);

        var cut = await playback.StopAsync();

        cut.Should().ContainSingle().Which.Played.Should().Be(Ms(300));
        playback.Failure.Should().BeOfType<IOException>();
    }

    [Fact]
    public async Task A_slow_stop_holds_new_audio_back_and_drops_none_of_it()
    {
        var stop = new TaskCompletionSource();
        await using var playback = Create(time => new TestPlayer(time)
        {
            OnStop = async (player, _) =>
            {
                await stop.Task;
                return await player.StopDeviceAsync();
            },
        });
        playback.Add("a", 1_000);
        await playback.Time.AdvanceAsync(100);

        var first = playback.StopAsync();
        playback.AddWhole("b", 100, response: "r2");
        playback.AddWhole("c", 100, response: "r3");
        var second = playback.StopAsync("r3");
        playback.Add("a", 100);
        await playback.Time.AdvanceAsync(50);
        var during = playback.Log;
        stop.SetResult();
        var cuts = await Task.WhenAll(first, second);
        await playback.Time.AdvanceAsync(101);

        during.Should().Equal("started a");
        cuts[0].Should().Equal([new("r", "a", Ms(1_000), Ms(150), WasComplete: false)]);
        cuts[1].Should().Equal([new("r3", "c", Ms(100), Ms(0), WasComplete: true)]);
        playback.Log.Should().Equal("started a", "started b", "played b 100", "idle");
    }

    [Fact]
    public async Task A_player_that_its_owner_disposed_is_replaced()
    {
        await using var playback = Create(AudioPlayer.Discard);
        await playback.Player!.DisposeAsync();

        playback.AddWhole("a", 100);
        await playback.Time.AdvanceAsync(101);

        playback.Log.Should().BeEquivalentTo("started a", "replaced", "played a 100", "idle");
    }

    private static PlaybackHarness Create(Func<CountingTime, AudioPlayer> player) => new(player);

    /// <summary>Lets time pass while a thread is blocked: nobody can say when nothing is in hand.</summary>
    private static async Task AdvanceUntilAsync(PlaybackHarness playback, Task task, int milliseconds)
    {
        while (!task.IsCompleted)
        {
            playback.Time.Elapse(milliseconds);
            await Task.Yield();
        }
    }
}
