using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Conversations.Input;

public sealed class InputPacingTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingHost _host;
    private readonly InputPump _pump;

    public InputPacingTests()
    {
        _host = new RecordingHost(_time);
        _pump = new InputPump(_host, _time);
    }

    [Fact]
    public async Task A_file_leaves_in_pieces_of_20_ms_when_they_are_due()
    {
        var audio = Sounds.Speech(1);
        var listening = _pump.RunAsync(File(audio), default);

        Advance(980);
        var wasDone = listening.IsCompleted;
        Advance(20);

        await listening.WithTimeout();
        wasDone.Should().BeFalse("the last piece is sounding");
        _host.Commits.Should().Equal(TimeSpan.FromSeconds(1));
        _host.Pieces.Select(piece => (piece.At, piece.Length)).Should().Equal(
            Enumerable.Range(0, 50).Select(i => (TimeSpan.FromMilliseconds(20 * i), 960)));
        _host.Audio.Should().Equal(audio);
    }

    [Fact]
    public async Task A_wav_file_is_paced_and_converted()
    {
        var audio = Sounds.Speech(1, SampleFormat.Pcm(16_000));
        var file = new MemoryStream();
        await using (var writer = new WavWriter(file, SampleFormat.Pcm(16_000)))
            await writer.WriteAsync(audio);
        file.Position = 0;
        await using var wav = await WavReader.OpenAsync(file);

        var listening = _pump.RunAsync(AudioSource.FromWav(wav), default);
        var atOnce = _host.Audio.Length;
        Advance(1_000);

        await listening.WithTimeout();
        atOnce.Should().BeLessThanOrEqualTo(960);
        _host.Audio.Should().Equal(AudioConverter.Convert(audio, SampleFormat.Pcm(16_000), default));
    }

    [Fact]
    public void The_schedule_does_not_drift_and_never_runs_ahead()
    {
        // 11,025 Hz: 20 ms are not a whole number of samples.
        _host.InputFormat = SampleFormat.Pcm(11_025);
        _ = _pump.RunAsync(File(new byte[2 * 11_025 * 600]), default);

        for (var second = 1; second <= 599; second++)
        {
            Advance(1_000);
            var sent = _host.Pieces.Sum(piece => (long)piece.Length) / 2 / 11_025.0;
            sent.Should().BeInRange(second, second + 0.021);
        }
    }

    [Fact]
    public void A_late_timer_is_caught_up()
    {
        var time = new LateTimers();
        using var host = new RecordingHost(time);
        _ = new InputPump(host, time).RunAsync(File(Sounds.Speech(2)), default);

        time.MoveWithoutTimers(TimeSpan.FromMilliseconds(500));
        time.Fire();

        host.Pieces.Select(piece => piece.At.TotalMilliseconds).Should().Equal([0, .. Enumerable.Repeat(500.0, 25)]);
    }

    [Fact]
    public void The_time_of_a_connection_that_was_stuck_is_not_caught_up()
    {
        var stuck = new TaskCompletionSource();
        _host.OnAppend = (_, _) => _host.Pieces.Count == 1 ? new ValueTask(stuck.Task) : ValueTask.CompletedTask;
        _ = _pump.RunAsync(File(Sounds.Speech(60)), default);

        Advance(30_000);
        stuck.SetResult();
        var atOnce = _host.Pieces.Count;
        Advance(100);

        atOnce.Should().BeLessThanOrEqualTo(3);
        _host.Pieces.Should().HaveCount(atOnce + 5);
    }

    [Fact]
    public void Timers_that_fire_early_send_nothing_before_it_is_due()
    {
        var time = new Transport.WebSockets.EarlyTimers(TimeSpan.FromMilliseconds(3));
        using var host = new RecordingHost(time);
        _ = new InputPump(host, time).RunAsync(File(Sounds.Speech(1)), default);

        for (var i = 0; i < 200; i++)
            time.Advance(TimeSpan.FromMilliseconds(1));

        host.Pieces.Select(piece => (int)piece.At.TotalMilliseconds).Should().Equal(Enumerable.Range(0, 11).Select(i => 20 * i));
    }

    [Fact]
    public async Task A_file_that_is_read_byte_by_byte_still_leaves_in_pieces_of_20_ms()
    {
        var reads = Enumerable.Repeat(ScriptedSource.Gives([1]), 1_930).ToArray();
        var listening = _pump.RunAsync(new ScriptedSource(reads) { IsPaced = true }, default);

        Advance(100);

        await listening.WithTimeout();
        _host.Pieces.Select(piece => piece.Length).Should().Equal(960, 960, 10);
    }

    public void Dispose() => _host.Dispose();

    private static AudioSource File(byte[] audio) => AudioSource.FromStream(new MemoryStream(audio), isLive: false);

    private void Advance(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i += 20)
            _time.Advance(TimeSpan.FromMilliseconds(20));
    }

    /// <summary>A clock whose timers wait until a test fires them.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly List<Timer> _timers = [];
        private TimeSpan _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;

        public void MoveWithoutTimers(TimeSpan duration) => _now += duration;

        public void Fire()
        {
            foreach (var timer in _timers)
                timer.Fire();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(() => callback(state));
            _timers.Add(timer);
            return timer;
        }

        private sealed class Timer(Action fire) : ITimer
        {
            public void Fire() => fire();

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
