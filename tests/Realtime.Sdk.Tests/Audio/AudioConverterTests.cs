namespace Realtime.Sdk.Tests.Audio;

public sealed class AudioConverterTests
{
    [Fact]
    public void A_call_goes_to_the_service_and_back_with_telephone_quality()
    {
        var tone = new byte[8_000];
        G711.EncodePcmu(Signal.Tone(1_000, 8_000, 8_000), tone);

        var service = AudioConverter.Convert(tone, AudioFormat.Pcmu, AudioFormat.Pcm);
        var line = AudioConverter.Convert(service, AudioFormat.Pcm, AudioFormat.Pcma);

        service.Should().HaveCount(48_000);
        line.Should().HaveCount(8_000);
        Signal.SignalToError(Signal.Samples(service).AsSpan(2_400, 19_200), 1_000, 24_000, 2_400).Should().BeGreaterThan(35);
        var heard = new short[8_000];
        G711.DecodePcma(line, heard);
        Signal.SignalToError(heard.AsSpan(800, 6_400), 1_000, 8_000, 800).Should().BeGreaterThan(33);
    }

    [Fact]
    public void The_same_format_comes_out_byte_for_byte()
    {
        var bytes = Signal.Bytes(Signal.Noise(1, 1_000));

        foreach (var format in new[] { SampleFormat.Pcm(), SampleFormat.Pcmu(), SampleFormat.Pcma() })
            AudioConverter.Convert(bytes, format, format).Should().Equal(bytes);
    }

    [Fact]
    public void Where_only_the_encoding_changes_nothing_waits()
    {
        var converter = new AudioConverter(AudioFormat.Pcmu, AudioFormat.Pcma);

        converter.Latency.Should().Be(TimeSpan.Zero);
        converter.Convert([0xFF, 0x00], new byte[2]).Should().Be(2);
    }

    [Fact]
    public void Silence_stays_silence()
    {
        byte[] silence = [.. Enumerable.Repeat((byte)0xFF, 800)];

        AudioConverter.Convert(silence, AudioFormat.Pcmu, AudioFormat.Pcm).Should().OnlyContain(sample => sample == 0);
    }

    [Fact]
    public void Half_a_sample_at_the_end_is_refused()
    {
        var converter = new AudioConverter(AudioFormat.Pcm, AudioFormat.Pcmu);
        converter.Convert([1, 2, 3], new byte[10]);

        converter.Invoking(c => c.Flush(new byte[100]))
            .Should().Throw<InvalidDataException>().WithMessage("The audio ends in the middle of a sample: one byte is left over.");
        converter.Reset();
        converter.Flush(new byte[100]).Should().Be(0);
        FluentActions.Invoking(() => AudioConverter.Convert([1, 2, 3], AudioFormat.Pcm, AudioFormat.Pcmu))
            .Should().Throw<ArgumentException>().WithMessage("3 bytes are not a whole number of 2-byte samples.*");
    }

    [Fact]
    public void An_output_too_short_is_refused_and_nothing_is_lost()
    {
        var converter = new AudioConverter(AudioFormat.Pcmu, AudioFormat.Pcm);
        var input = new byte[160];
        input.AsSpan().Fill(0x80);
        var expected = new byte[converter.MaxOutput(160)];
        var length = new AudioConverter(AudioFormat.Pcmu, AudioFormat.Pcm).Convert(input, expected);

        converter.Invoking(c => c.Convert(input, new byte[length - 1]))
            .Should().Throw<ArgumentException>().WithMessage($"The output has room for {length - 1} bytes, but {length} are needed.*");
        var output = new byte[length];
        converter.Convert(input, output).Should().Be(length);

        output.Should().Equal(expected[..length]);
        converter.Invoking(c => c.Flush(new byte[1])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void An_output_that_overlaps_the_input_is_refused()
    {
        var buffer = new byte[4_000];

        new AudioConverter(AudioFormat.Pcmu, AudioFormat.Pcm).Invoking(c => c.Convert(buffer.AsSpan(0, 160), buffer))
            .Should().Throw<ArgumentException>().WithMessage("The output must not overlap the input.*");
    }
}
