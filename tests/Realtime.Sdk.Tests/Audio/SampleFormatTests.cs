using CsCheck;

namespace Realtime.Sdk.Tests.Audio;

public sealed class SampleFormatTests
{
    [Fact]
    public void The_default_is_pcm_at_24_khz()
    {
        default(SampleFormat).Should().Be(SampleFormat.Pcm(24_000));

        default(SampleFormat).Rate.Should().Be(24_000);
        default(SampleFormat).ToString().Should().Be("audio/pcm, 24000 Hz");
    }

    [Fact]
    public void The_records_of_the_wire_convert()
    {
        SampleFormat pcm = AudioFormat.Pcm, pcmu = AudioFormat.Pcmu, pcma = AudioFormat.Pcma;

        pcm.Should().Be(SampleFormat.Pcm(24_000));
        pcmu.Should().Be(SampleFormat.Pcmu(8_000));
        pcma.Should().Be(SampleFormat.Pcma(8_000));
        new PcmAudioFormat { Rate = 16_000 }.ToSampleFormat().Should().Be(SampleFormat.Pcm(16_000));
        new PcmAudioFormat().ToSampleFormat().Should().Be(pcm);
        ((AudioFormat)AudioFormat.Pcmu).ToSampleFormat().Should().Be(pcmu);
        ((AudioFormat)AudioFormat.Pcma).ToSampleFormat().Should().Be(pcma);
    }

    [Fact]
    public void A_format_this_version_does_not_know_has_no_samples()
    {
        var format = new UnknownAudioFormat("audio/opus", default);

        format.Invoking(f => f.ToSampleFormat())
            .Should().Throw<NotSupportedException>().WithMessage("The audio format 'audio/opus' has no known sample format.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-8_000)]
    [InlineData(SampleFormat.MaxRate + 1)]
    public void A_rate_out_of_range_is_refused(int rate)
    {
        FluentActions.Invoking(() => SampleFormat.Pcm(rate)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(rate));
    }

    [Fact]
    public void Twenty_milliseconds_are_the_bytes_everyone_knows()
    {
        var packet = TimeSpan.FromMilliseconds(20);

        SampleFormat.Pcm().BytesIn(packet).Should().Be(960);
        SampleFormat.Pcmu().BytesIn(packet).Should().Be(160);
        SampleFormat.Pcma().BytesIn(packet).Should().Be(160);
        SampleFormat.Pcm(8_000).SamplesIn(packet).Should().Be(160);
        SampleFormat.Pcm().DurationOf(960).Should().Be(packet);
        SampleFormat.Pcm().BytesPerSecond.Should().Be(48_000);
    }

    [Fact]
    public void Bytes_to_duration_and_back_are_the_same_bytes()
    {
        Gen.Select(AnyFormat.AtAnyRate, Gen.Int[0, Array.MaxLength / 2]).Sample((format, samples) =>
        {
            var bytes = (long)samples * format.BytesPerSample;

            return format.SamplesIn(bytes) == samples && format.BytesIn(format.DurationOf(bytes)) == bytes;
        });
    }

    [Fact]
    public void Half_a_sample_is_refused()
    {
        FluentActions.Invoking(() => SampleFormat.Pcm().DurationOf(961))
            .Should().Throw<ArgumentException>().WithMessage("961 bytes are not a whole number of 2-byte samples.*");
        SampleFormat.Pcmu().SamplesIn(961).Should().Be(961);
    }

    [Fact]
    public void Negative_amounts_and_impossible_ones_are_refused()
    {
        FluentActions.Invoking(() => SampleFormat.Pcm().SamplesIn(-2)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => SampleFormat.Pcm().BytesIn(TimeSpan.FromTicks(-1))).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => SampleFormat.Pcmu(1).DurationOf(long.MaxValue)).Should().Throw<OverflowException>();
        FluentActions.Invoking(() => SampleFormat.Pcm(SampleFormat.MaxRate).SamplesIn(TimeSpan.MaxValue)).Should().NotThrow();
    }

    [Fact]
    public void Bytes_are_counted_in_int_because_arrays_and_spans_are()
    {
        var longest = SampleFormat.Pcmu().DurationOf(Array.MaxLength);

        new byte[10].AsMemory(0, SampleFormat.Pcmu().BytesIn(TimeSpan.FromMilliseconds(1))).Length.Should().Be(8);
        SampleFormat.Pcmu().BytesIn(longest).Should().Be(Array.MaxLength);
        FluentActions.Invoking(() => SampleFormat.Pcm().BytesIn(longest)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("duration");
    }
}
