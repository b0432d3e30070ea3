namespace Realtime.Sdk.Tests.Audio;

public sealed class ResamplerTests
{
    private static readonly int[] Rates = [8_000, 16_000, 24_000, 48_000];

    public static TheoryData<int, int> Pairs => [.. Rates.SelectMany(from => Rates, (from, to) => (from, to)).Where(pair => pair.from != pair.to)];

    [Theory, MemberData(nameof(Pairs))]
    public void Tones_of_the_pass_band_keep_80_decibels_over_the_error(int from, int to)
    {
        foreach (var share in new[] { 0.01, 0.1, 0.25, 0.5, 0.7, 0.8, 0.85, 0.9 })
        {
            var frequency = share * Math.Min(from, to) / 2;

            var heard = Resample(Signal.Tone(frequency, from, from / 2), from, to);

            // The tone starts and stops at once, which is no tone: its ends are left out.
            var edge = to / 20;
            Signal.SignalToError(heard.AsSpan(edge..^edge), frequency, to, edge).Should().BeGreaterThan(80, "at {0} Hz", frequency);
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Tones_that_the_lower_rate_cannot_hold_are_70_decibels_down(int from, int to)
    {
        foreach (var share in new[] { 1.0, 1.01, 1.05, 1.2, 1.5, 1.7, 1.99, 2.5, 2.9 })
        {
            var frequency = share * to / 2;
            if (frequency >= from / 2.0)
                continue;

            var heard = Resample(Signal.Tone(frequency, from, from / 2), from, to);

            var edge = to / 20;
            Signal.OverTone(heard.AsSpan(edge..^edge)).Should().BeLessThan(-70, "at {0} Hz", frequency);
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void The_output_has_exactly_the_length_of_the_input(int from, int to)
    {
        foreach (var samples in new[] { 0, 1, 2, 3, 100, 799, 1600, 4801 })
        {
            var heard = Resample(new short[samples], from, to);

            heard.Should().HaveCount((int)Math.Ceiling((double)samples * to / from));
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void An_output_waits_for_the_latency_stated_and_no_longer(int from, int to)
    {
        var resampler = new Resampler(from, to);
        var output = new short[resampler.MaxOutput(1)];
        var inputs = 1;

        while (resampler.Process([1], output) == 0)
            inputs++;

        TimeSpan.FromSeconds((inputs - 1) / (double)from).Should().Be(resampler.Latency);
        resampler.Latency.Should().BeLessThanOrEqualTo(TimeSpan.FromMilliseconds(7));
    }

    [Theory, MemberData(nameof(Pairs))]
    public void A_constant_stays_what_it_is(int from, int to)
    {
        short[] input = [.. Enumerable.Repeat((short)12_345, from / 10)];

        var heard = Resample(input, from, to);

        heard[(to / 50)..^(to / 50)].Should().OnlyContain(sample => sample == 12_345);
    }

    [Fact]
    public void A_square_wave_at_full_scale_is_clipped_and_does_not_wrap_around()
    {
        short[] square = [.. Enumerable.Range(0, 800).Select(i => i / 100 % 2 == 0 ? short.MaxValue : short.MinValue)];

        var heard = Resample(square, 8_000, 24_000);

        for (var i = 0; i < heard.Length; i++)
        {
            if (i % 300 is > 5 and < 295)
                heard[i].Should().Match(sample => i / 300 % 2 == 0 ? sample > 20_000 : sample < -20_000);
        }
    }

    [Theory]
    [InlineData(44_100, 24_000)]
    [InlineData(22_050, 24_000)]
    [InlineData(11_025, 8_000)]
    [InlineData(24_000, 44_100)]
    public void Rates_of_recordings_are_changed_too(int from, int to)
    {
        var heard = Resample(Signal.Tone(1_000, from, from / 2), from, to);

        var edge = to / 20;
        Signal.SignalToError(heard.AsSpan(edge..^edge), 1_000, to, edge).Should().BeGreaterThan(80);
    }

    [Fact]
    public void The_same_rate_copies_at_once()
    {
        var resampler = new Resampler(16_000, 16_000);
        var input = Signal.Noise(1, 1_000);
        var output = new short[1_000];

        resampler.Process(input, output).Should().Be(1_000);

        output.Should().Equal(input);
        resampler.Latency.Should().Be(TimeSpan.Zero);
        resampler.Flush([]).Should().Be(0);
    }

    [Fact]
    public void After_a_flush_or_a_reset_it_is_as_new()
    {
        var resampler = new Resampler(8_000, 24_000);
        var (noise, tone) = (Signal.Noise(1, 500), Signal.Tone(400, 8_000, 500));
        var fresh = Resample(tone, 8_000, 24_000);
        Resample(resampler, noise);

        var afterFlush = Resample(resampler, tone);
        resampler.Process(noise, new short[1_500]);
        resampler.Reset();
        var afterReset = Resample(resampler, tone);

        afterFlush.Should().Equal(fresh);
        afterReset.Should().Equal(fresh);
    }

    [Fact]
    public void An_output_too_short_is_refused_and_nothing_is_lost()
    {
        var resampler = new Resampler(8_000, 24_000);
        var tone = Signal.Tone(400, 8_000, 500);

        resampler.Invoking(r => r.Process(tone, new short[1_331]))
            .Should().Throw<ArgumentException>().WithMessage("The output has room for 1331 samples, but 1332 are needed.*");

        Resample(resampler, tone).Should().Equal(Resample(tone, 8_000, 24_000));
    }

    [Fact]
    public void An_output_that_overlaps_the_input_is_refused()
    {
        var buffer = new short[4_000];

        new Resampler(8_000, 24_000).Invoking(r => r.Process(buffer.AsSpan(0, 500), buffer.AsSpan(499)))
            .Should().Throw<ArgumentException>().WithMessage("The output must not overlap the input.*");
    }

    [Fact]
    public void A_ratio_that_needs_megabytes_is_refused()
    {
        FluentActions.Invoking(() => new Resampler(47_999, 48_000))
            .Should().Throw<ArgumentException>().WithMessage("A change of rate by 48000:47999 requires a filter that is too large*");
        FluentActions.Invoking(() => new Resampler(0, 8_000)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static short[] Resample(short[] input, int from, int to) => Resample(new Resampler(from, to), input);

    private static short[] Resample(Resampler resampler, short[] input)
    {
        var output = new short[resampler.MaxOutput(input.Length)];
        var written = resampler.Process(input, output);
        written += resampler.Flush(output.AsSpan(written));
        return output[..written];
    }
}
