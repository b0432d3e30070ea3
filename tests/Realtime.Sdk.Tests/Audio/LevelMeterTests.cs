namespace Realtime.Sdk.Tests.Audio;

public sealed class LevelMeterTests
{
    [Fact]
    public void A_full_sine_is_3_decibels_below_full_scale()
    {
        short[] sine = [.. Enumerable.Range(0, 24_000).Select(i => (short)Math.Round(32_767 * Math.Sin(2 * Math.PI * i / 24)))];

        var level = LevelMeter.Measure(Signal.Bytes(sine), AudioFormat.Pcm);

        level.RmsDecibels.Should().BeApproximately(-3.01, 0.01);
        level.PeakDecibels.Should().BeApproximately(0, 0.01);
    }

    [Fact]
    public void The_level_is_what_the_sum_of_squares_says()
    {
        var noise = Signal.Noise(7, 1_001);
        var expected = Math.Sqrt(Signal.Power(noise.Select(sample => sample / 32_768.0)));

        var level = LevelMeter.Measure(Signal.Bytes(noise), AudioFormat.Pcm);

        level.Rms.Should().BeApproximately(expected, 1e-12);
        level.Peak.Should().Be(noise.Max(sample => Math.Abs(sample / 32_768.0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100)]
    public void The_most_negative_sample_is_full_scale(int samples)
    {
        short[] audio = [.. Enumerable.Repeat(short.MinValue, samples)];

        LevelMeter.Measure(Signal.Bytes(audio), AudioFormat.Pcm).Should().Be(new AudioLevel(1, 1));
    }

    [Fact]
    public void Silence_and_nothing_are_infinitely_quiet()
    {
        LevelMeter.Measure([], AudioFormat.Pcm).Should().Be(default(AudioLevel));
        LevelMeter.Measure([0xFF, 0x7F], AudioFormat.Pcmu).RmsDecibels.Should().Be(double.NegativeInfinity);
    }

    [Fact]
    public void G711_is_measured_by_what_it_sounds_like()
    {
        LevelMeter.Measure([0x80, 0x00], AudioFormat.Pcmu).Peak.Should().Be(32_124 / 32_768.0);
        LevelMeter.Measure([0xAA, 0x2A], AudioFormat.Pcma).Rms.Should().Be(32_256 / 32_768.0);
    }

    [Fact]
    public void Taking_the_level_begins_a_new_one_in_the_same_stream()
    {
        var meter = new LevelMeter(AudioFormat.Pcm);
        meter.Add([0x00, 0x80, 0x00]);

        meter.TakeLevel().Peak.Should().Be(1);
        meter.Add([0x40]);

        meter.Level.Peak.Should().Be(0.5);
        meter.Reset();
        meter.Level.Should().Be(default(AudioLevel));
    }

    [Fact]
    public void Half_a_sample_is_refused_in_one_piece()
    {
        FluentActions.Invoking(() => LevelMeter.Measure([1], AudioFormat.Pcm)).Should().Throw<ArgumentException>();
    }
}
