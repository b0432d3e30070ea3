using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Conversations.Playback;

public sealed class AudioPlayerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStream _output = new();

    [Fact]
    public async Task Audio_leaves_at_the_pace_at_which_it_sounds()
    {
        await using var player = AudioPlayer.ToStream(_output, timeProvider: _time);
        var writing = player.WriteAsync(Audio(Second)).AsTask();
        var sent = new List<(int Milliseconds, long Bytes, TimeSpan Played)>();

        for (var i = 0; i < 4; i++)
        {
            sent.Add((i * 250, _output.Length, player.Played));
            Advance(250);
        }

        sent.Should().Equal(
            (0, Bytes(20), Milliseconds(0)), (250, Bytes(260), Milliseconds(250)), (500, Bytes(520), Milliseconds(500)), (750, Bytes(760), Milliseconds(750)));
        await writing.WithTimeout();
        player.Played.Should().Be(Second);
        _output.ToArray().Should().Equal(Audio(Second));
    }

    [Fact]
    public async Task A_stop_discards_the_rest_and_says_how_far_playback_came()
    {
        await using var player = AudioPlayer.ToStream(_output, timeProvider: _time);
        var writing = player.WriteAsync(Audio(Second)).AsTask();
        Advance(310);

        var played = await player.StopAsync().WithTimeout();

        await writing.WithTimeout();
        Advance(1_000);
        played.Should().Be(Milliseconds(310));
        player.Played.Should().Be(played);
        _output.Length.Should().Be(Bytes(320), "the piece that was sounding had left as a whole");
    }

    [Fact]
    public async Task What_is_written_after_a_stop_is_played_after_what_was_played_before()
    {
        await using var player = AudioPlayer.ToStream(_output, timeProvider: _time);
        var stopped = player.WriteAsync(Audio(Second)).AsTask();
        Advance(310);
        await player.StopAsync().WithTimeout();
        await stopped.WithTimeout();
        Advance(5_000);

        var writing = player.WriteAsync(Audio(Milliseconds(200))).AsTask();
        Advance(150);
        var during = player.Played;
        Advance(150);

        await writing.WithTimeout();
        during.Should().Be(Milliseconds(310 + 150));
        player.Played.Should().Be(Milliseconds(310 + 200));
    }

    [Fact]
    public async Task A_pause_between_two_writes_is_not_counted_as_played()
    {
        await using var player = AudioPlayer.Discard(_time);
        await player.WriteAsync(Audio(Milliseconds(100)));
        Advance(500);

        await player.WriteAsync(Audio(Milliseconds(100)));
        Advance(30);

        player.Played.Should().Be(Milliseconds(130));
    }

    [Fact]
    public async Task A_player_without_an_output_takes_all_audio_at_once_and_plays_it_by_the_clock()
    {
        await using var player = AudioPlayer.Discard(_time);

        for (var i = 0; i < 60; i++)
            await player.WriteAsync(Audio(Second));
        Advance(1_500);

        player.Played.Should().Be(1.5 * Second);
        (await player.StopAsync()).Should().Be(1.5 * Second);
        Advance(10_000);
        player.Played.Should().Be(1.5 * Second);
    }

    [Fact]
    public async Task Draining_completes_when_the_last_sample_has_sounded()
    {
        await using var player = AudioPlayer.Discard(_time);
        await player.WriteAsync(Audio(Second));
        var draining = player.DrainAsync();

        Advance(999);
        var tooEarly = draining.IsCompleted;
        Advance(1);

        await draining.WithTimeout();
        tooEarly.Should().BeFalse();
    }

    [Fact]
    public async Task Draining_completes_when_playback_is_stopped()
    {
        await using var player = AudioPlayer.Discard(_time);
        await player.WriteAsync(Audio(Second));
        var draining = player.DrainAsync();

        await player.StopAsync().WithTimeout();

        await draining.WithTimeout();
    }

    [Fact]
    public async Task A_canceled_drain_leaves_the_playback_alone()
    {
        await using var player = AudioPlayer.Discard(_time);
        await player.WriteAsync(Audio(Second));
        using var cancel = new CancellationTokenSource();
        var draining = player.DrainAsync(cancel.Token);

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => draining.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        Advance(700);
        player.Played.Should().Be(Milliseconds(700));
    }

    [Fact]
    public async Task An_output_that_is_stuck_holds_neither_the_clock_nor_a_stop()
    {
        var pipe = new Pipe(new(pauseWriterThreshold: Bytes(40), resumeWriterThreshold: Bytes(20), useSynchronizationContext: false));
        await using var player = AudioPlayer.ToPipe(pipe.Writer, timeProvider: _time);
        var writing = player.WriteAsync(Audio(Second)).AsTask();

        Advance(400);

        player.Played.Should().Be(Milliseconds(40), "nothing counts that the pipe has not been given");
        (await player.StopAsync().WithTimeout()).Should().Be(Milliseconds(40));
        await writing.WithTimeout();
    }

    [Fact]
    public async Task What_the_output_throws_is_thrown_by_the_write()
    {
        await using var player = AudioPlayer.ToStream(new BrokenStream(), timeProvider: _time);

        await FluentActions.Awaiting(() => player.WriteAsync(Audio(Second)).WithTimeout()).Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_canceled_write_is_canceled_and_what_was_played_stays_played()
    {
        await using var player = AudioPlayer.ToStream(_output, timeProvider: _time);
        using var cancel = new CancellationTokenSource();
        var writing = player.WriteAsync(Audio(Second), cancel.Token).AsTask();
        Advance(200);

        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => writing.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        Advance(1_000);
        player.Played.Should().Be(Milliseconds(220));
    }

    [Fact]
    public async Task Half_a_sample_is_refused()
    {
        await using var player = AudioPlayer.Discard(_time);

        await FluentActions.Awaiting(async () => await player.WriteAsync(new byte[3])).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task A_disposed_player_takes_no_audio_and_keeps_what_it_played()
    {
        var player = AudioPlayer.Discard(_time);
        await player.WriteAsync(Audio(Second));
        Advance(300);

        await player.DisposeAsync();
        await player.DisposeAsync();

        player.Played.Should().Be(Milliseconds(300));
        (await player.StopAsync()).Should().Be(Milliseconds(300));
        await player.DrainAsync().WithTimeout();
        await FluentActions.Awaiting(async () => await player.WriteAsync(Audio(Second))).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_telephone_line_is_played_in_its_own_format()
    {
        await using var player = AudioPlayer.ToStream(_output, SampleFormat.Pcmu(), _time);

        await player.WriteAsync(new byte[160]).WithTimeout();
        Advance(15);

        player.Format.Should().Be(SampleFormat.Pcmu());
        player.Played.Should().Be(Milliseconds(15));
    }

    private static TimeSpan Milliseconds(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static int Bytes(int milliseconds) => default(SampleFormat).BytesIn(Milliseconds(milliseconds));

    private static byte[] Audio(TimeSpan duration)
    {
        var audio = new byte[default(SampleFormat).BytesIn(duration)];
        for (var i = 0; i < audio.Length; i++)
            audio[i] = (byte)(i * 31);
        return audio;
    }

    /// <summary>Lets time pass as it does: a millisecond after the other.</summary>
    private void Advance(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i++)
            _time.Advance(Milliseconds(1));
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(new IOException("The device is gone."));
    }
}
