using static Realtime.Sdk.Tests.Conversations.Playback.PlaybackHarness;

namespace Realtime.Sdk.Tests.Conversations.Playback;

public sealed class PlaybackTests
{
    public static TheoryData<string> Players => ["none", "discard", "foreign", "stream"];

    [Theory]
    [MemberData(nameof(Players))]
    public async Task Items_are_reported_when_each_was_played_to_its_end(string player)
    {
        await using var playback = Create(player);
        playback.AddWhole("a", 300);
        playback.AddWhole("b", 200);
        playback.Playback.CompleteResponse("r");

        await playback.Time.AdvanceAsync(299);
        var before = playback.Log;
        await playback.Time.AdvanceAsync(20);
        var between = playback.Log.Where(entry => entry.StartsWith("played", StringComparison.Ordinal)).ToArray();
        await playback.Time.AdvanceAsync(200);

        before.Should().NotContain("played a 300");
        between.Should().Equal("played a 300");
        playback.Log.Should().BeEquivalentTo("started a", "started b", "played a 300", "played b 200", "idle").And.EndWith(["played b 200", "idle"]);
        playback.Playback.IsPlaying.Should().BeFalse();
        playback.ReportedOutsideWork.Should().BeFalse();
        playback.Time.WentNegative.Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Players))]
    public async Task An_interruption_during_the_playback_tail_stops_what_is_heard(string player)
    {
        await using var playback = Create(player);
        playback.AddWhole("a", 1_000);
        playback.Playback.CompleteResponse("r");
        await playback.Time.AdvanceAsync(600);

        var cut = await playback.StopAsync();

        cut.Should().ContainSingle().Which.Should().Match<Sdk.Internal.StoppedItem>(item => item.ItemId == "a" && item.WasComplete && item.Received == Ms(1_000));
        cut[0].Played.Should().BeCloseTo(Ms(600), Ms(20));
        playback.Log.Should().Equal("started a", "idle");
        playback.Pool.Rented.Should().Be(0);
    }

    [Fact]
    public async Task The_position_counts_what_was_played_and_not_the_time_that_passed()
    {
        await using var playback = Create("none");
        playback.Add("a", 100);
        await playback.Time.AdvanceAsync(3_000);
        playback.Add("a", 100);
        await playback.Time.AdvanceAsync(50);

        var (played, received) = (playback.Playback.GetPlayed("a"), playback.Playback.GetReceived("a"));
        var cut = await playback.StopAsync();

        (played, received).Should().Be((Ms(150), Ms(200)));
        cut.Should().Equal([new("r", "a", Ms(200), Ms(150), WasComplete: false)]);
    }

    [Fact]
    public async Task Nothing_is_played_of_an_item_before_its_first_audio()
    {
        await using var playback = Create("none");
        await playback.Time.AdvanceAsync(500);

        playback.Playback.CompleteItem("r", "a");
        var cut = await playback.StopAsync();

        cut.Should().BeEmpty();
        playback.Log.Should().BeEmpty();
        playback.Playback.GetPlayed("a").Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Items_behind_the_one_that_sounds_are_cut_with_nothing_played()
    {
        await using var playback = Create("foreign");
        playback.AddWhole("a", 300);
        playback.AddWhole("b", 300);
        playback.AddWhole("c", 300, response: "r2");
        await playback.Time.AdvanceAsync(100);

        var cut = await playback.StopAsync();

        cut.Select(item => (item.ItemId, item.Played)).Should().Equal(("a", Ms(100)), ("b", Ms(0)), ("c", Ms(0)));
        playback.Pool.Rented.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Players))]
    public async Task Audio_after_a_stop_begins_where_the_player_stopped(string player)
    {
        await using var playback = Create(player);
        playback.AddWhole("a", 1_000);
        await playback.Time.AdvanceAsync(333);
        await playback.StopAsync();
        await playback.Time.AdvanceAsync(700);

        playback.AddWhole("b", 200, response: "r2");
        await playback.Time.AdvanceAsync(100);
        var during = playback.Playback.GetPlayed("b");
        await playback.Time.AdvanceAsync(120);

        during.Should().BeCloseTo(Ms(100), Ms(1));
        playback.Log.Should().EndWith(["started b", "played b 200", "idle"]);
    }

    [Fact]
    public async Task A_response_is_handed_over_when_the_one_before_was_played()
    {
        await using var playback = Create("foreign");
        playback.AddWhole("a", 100);
        playback.AddWhole("b", 100, response: "r2");
        await playback.Time.AdvanceAsync(99);
        var buffered = playback.Playback.Buffered;

        await playback.Time.AdvanceAsync(20);

        buffered.Should().Be(Ms(100));
        playback.Log.Should().Equal("started a", "played a 100", "started b");
        playback.Playback.Buffered.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_stop_of_a_response_that_sounds_lets_the_next_one_play()
    {
        await using var playback = Create("foreign");
        playback.AddWhole("a", 1_000);
        playback.AddWhole("b", 100, response: "r2");
        await playback.Time.AdvanceAsync(50);

        var cut = await playback.StopAsync("r");
        await playback.Time.AdvanceAsync(101);

        cut.Should().ContainSingle().Which.ItemId.Should().Be("a");
        playback.Log.Should().Equal("started a", "started b", "played b 100", "idle");
    }

    [Fact]
    public async Task A_stop_of_a_response_that_waits_leaves_the_player_alone()
    {
        await using var playback = Create("foreign");
        playback.AddWhole("a", 200);
        playback.AddWhole("b", 100, response: "r2");
        await playback.Time.AdvanceAsync(50);

        var cut = await playback.StopAsync("r2");
        await playback.Time.AdvanceAsync(151);

        cut.Should().Equal([new("r2", "b", Ms(100), Ms(0), WasComplete: true)]);
        ((TestPlayer)playback.Player!).Stops.Should().Be(0);
        playback.Log.Should().Equal("started a", "played a 200", "idle");
    }

    [Fact]
    public async Task Audio_beyond_the_bound_drops_the_rest_of_its_response_once()
    {
        var gate = new TaskCompletionSource();
        await using var playback = new PlaybackHarness(
            time => new TestPlayer(time) { OnWrite = (_, _) => new(gate.Task) }, maxBufferedBytes: default(SampleFormat).BytesIn(Ms(1_000)));

        for (var i = 0; i < 30; i++)
            playback.Add("a", 100);
        await playback.Time.IdleAsync();
        var (buffered, rented) = (playback.Playback.Buffered, playback.Pool.Rented);
        playback.Playback.CompleteResponse("r");
        gate.SetResult();
        await playback.Time.AdvanceAsync(1_300);

        buffered.Should().BeLessThanOrEqualTo(Ms(1_000));
        rented.Should().BeLessThanOrEqualTo(6, "a second of audio is three blocks of 16 KB, and one buffer is being written from");
        playback.Log.Where(entry => entry == "full r").Should().HaveCount(1);
        playback.Played.Should().ContainSingle().Which.Played.Should().BeCloseTo(Ms(1_100), Ms(100));
        playback.Log[^1].Should().Be("idle");
    }

    [Fact]
    public async Task Audio_of_no_duration_ends_at_once()
    {
        await using var playback = Create("foreign");
        playback.Playback.Add("r", "a", [1], default);
        playback.Playback.Add("r", "b", [], default);

        playback.Playback.CompleteResponse("r");

        await playback.Time.IdleAsync();
        playback.Log.Should().Equal("played a 0", "idle");
        playback.Pool.Rented.Should().Be(0);
    }

    [Theory]
    [InlineData(24_000)]
    [InlineData(48_000)]
    [InlineData(8_000)]
    public async Task The_player_gets_what_was_received_in_its_own_format_however_it_is_split(int rate)
    {
        var format = SampleFormat.Pcm(rate);
        await using var playback = new PlaybackHarness(time => new TestPlayer(time, format));
        var audio = Speech(700);
        for (var start = 0; start < audio.Length; start += 333)
            playback.Playback.Add("r", "a", audio.AsSpan(start, Math.Min(333, audio.Length - start)), default);
        playback.Playback.Add("r", "a", [7], default);

        playback.Playback.CompleteItem("r", "a");
        await playback.Time.AdvanceAsync(701);

        var player = (TestPlayer)playback.Player!;
        player.Written.Should().Equal(AudioConverter.Convert(audio, default, format));
        player.LongestWrite.Should().BeLessThanOrEqualTo(format.BytesIn(Ms(210)));
        player.WritesOverlapped.Should().BeFalse();
        playback.Log.Should().Equal("started a", "played a 700", "idle");
    }

    [Fact]
    public async Task A_player_that_has_played_before_starts_at_its_position()
    {
        await using var playback = new PlaybackHarness(time => new TestPlayer(time));
        await playback.Player!.WriteAsync(Speech(500));
        await playback.Time.AdvanceAsync(500);

        playback.AddWhole("a", 200);
        await playback.Time.AdvanceAsync(50);

        playback.Playback.GetPlayed("a").Should().Be(Ms(50));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("discard")]
    public async Task Audio_at_real_pace_allocates_nothing(string player)
    {
        await using var playback = new PlaybackHarness(time => player == "none" ? null : AudioPlayer.Discard(time));
        await using var own = new Sdk.Internal.Playback(playback.Player, playback, playback.Time, 1_000_000);
        var delta = Speech(20);
        for (var i = 0; i < 100; i++)
            own.Add("r", "a", delta, default);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            own.Add("r", "a", delta, default);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public async Task Audio_without_a_player_was_played_when_the_timer_fires_a_little_early()
    {
        await using var playback = Create("none");
        var time = new EarlyTime(Ms(10));
        await using var own = new Sdk.Internal.Playback(player: null, playback, time, 1_000_000);
        own.Add("r", "a", Speech(300), default);
        own.CompleteItem("r", "a");

        time.Advance(Ms(290));

        playback.Log.Should().Equal("started a", "played a 300", "idle");
    }

    [Fact]
    public async Task Disposal_stops_the_player_and_leaves_it_to_its_owner()
    {
        var playback = Create("foreign");
        playback.AddWhole("a", 1_000);
        await playback.Time.AdvanceAsync(100);

        await playback.DisposeAsync();
        await playback.DisposeAsync();
        playback.Add("b", 100);

        var player = (TestPlayer)playback.Player!;
        (player.Stops, player.WasDisposed).Should().Be((1, false));
        playback.Pool.Rented.Should().Be(0);
        playback.Log.Should().Equal("started a", "idle");
    }

    private static PlaybackHarness Create(string player) => new(time => player switch
    {
        "discard" => AudioPlayer.Discard(time),
        "foreign" => new TestPlayer(time),
        "stream" => AudioPlayer.ToStream(new MemoryStream(), timeProvider: time),
        _ => null,
    });
}
