using NAudio.Codecs;
using NAudio.Dsp;
using NAudio.Wave;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>Ours beside NAudio: G.711, WAV files in both directions, and resampling.</summary>
public sealed class NAudioTests
{
    private const byte NegativeZero = 0x7F;

    private static readonly byte[] Codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
    private static readonly short[] Samples = [.. Enumerable.Range(short.MinValue, 65_536).Select(sample => (short)sample)];

    public static TheoryData<string, WaveFormat> Formats => new()
    {
        { "8", new WaveFormat(8_000, 8, 1) },
        { "16", new WaveFormat(24_000, 16, 1) },
        { "16 stereo", new WaveFormat(24_000, 16, 2) },
        { "24", new WaveFormat(48_000, 24, 1) },
        { "32", new WaveFormat(48_000, 32, 2) },
        { "float", WaveFormat.CreateIeeeFloatWaveFormat(44_100, 1) },
        { "float stereo", WaveFormat.CreateIeeeFloatWaveFormat(44_100, 2) },
        { "extensible", new WaveFormatExtensible(44_100, 24, 2) },
    };

    [Fact]
    public void All_g711_codes_decode_as_naudio_decodes_them()
    {
        var (pcmu, pcma) = (new short[256], new short[256]);

        G711.DecodePcmu(Codes, pcmu);
        G711.DecodePcma(Codes, pcma);

        // The negative zero of µ-law is -1 there. It is 0 in the standard, and the difference cannot be heard.
        pcmu.Should().Equal(Codes.Select(code => code == NegativeZero ? (short)0 : MuLawDecoder.MuLawToLinearSample(code)));
        pcma.Should().Equal(Codes.Select(ALawDecoder.ALawToLinearSample));
    }

    [Fact]
    public void All_samples_encode_to_pcmu_as_naudio_encodes_them() =>
        CompareCodes(G711.EncodePcmu, MuLawEncoder.LinearToMuLawSample, MuLawDecoder.MuLawToLinearSample);

    [Fact]
    public void All_samples_encode_to_pcma_as_naudio_encodes_them() =>
        CompareCodes(G711.EncodePcma, ALawEncoder.LinearToALawSample, ALawDecoder.ALawToLinearSample);

    [Theory, MemberData(nameof(Formats))]
    public async Task What_naudio_writes_is_read_as_naudio_reads_it(string name, WaveFormat format)
    {
        var audio = new byte[format.BlockAlign * 2_000];
        new Random(1).NextBytes(audio);
        if (format.Encoding == WaveFormatEncoding.IeeeFloat)
            audio = [.. Signal.Noise(1, audio.Length / 4).SelectMany(sample => BitConverter.GetBytes(sample / 30_000f))];
        var stream = new MemoryStream();
        WaveFileWriter.WriteWavFileToStream(stream, new RawSourceWaveStream(audio, 0, audio.Length, format));
        stream.Position = 0;
        using var theirReader = new WaveFileReader(stream);
        var theirs = new float[4_000 * format.Channels];
        var count = theirReader.ToSampleProvider().Read(theirs);
        stream.Position = 0;

        await using var reader = await WavReader.OpenAsync(stream);
        var ours = Signal.Samples(await reader.ReadToEndAsync());

        // Theirs is cut off to whole ticks, ours is rounded.
        reader.Duration.Should().BeCloseTo(theirReader.TotalTime, TimeSpan.FromTicks(1));
        ours.Should().HaveCount(count / format.Channels);
        for (var i = 0; i < ours.Length; i++)
        {
            var mean = theirs.AsSpan(i * format.Channels, format.Channels).ToArray().Average(sample => sample * 32_768.0);
            ((double)ours[i]).Should().BeApproximately(Math.Clamp(mean, short.MinValue, short.MaxValue), 0.51, name);
        }
    }

    [Theory]
    [InlineData(SampleEncoding.Pcm, WaveFormatEncoding.Pcm)]
    [InlineData(SampleEncoding.Pcmu, WaveFormatEncoding.MuLaw)]
    [InlineData(SampleEncoding.Pcma, WaveFormatEncoding.ALaw)]
    public async Task What_is_written_is_read_by_naudio(SampleEncoding encoding, WaveFormatEncoding theirs)
    {
        var format = encoding switch
        {
            SampleEncoding.Pcmu => SampleFormat.Pcmu(),
            SampleEncoding.Pcma => SampleFormat.Pcma(),
            _ => SampleFormat.Pcm(24_000),
        };
        var audio = new byte[3_334];
        new Random(1).NextBytes(audio);
        var stream = new MemoryStream();
        await using (var writer = new WavWriter(stream, format))
            await writer.WriteAsync(audio);
        stream.Position = 0;

        using var reader = new WaveFileReader(stream);
        var heard = new byte[10_000];
        var count = reader.Read(heard);

        reader.WaveFormat.Encoding.Should().Be(theirs);
        reader.WaveFormat.SampleRate.Should().Be(format.Rate);
        reader.WaveFormat.Channels.Should().Be(1);
        heard[..count].Should().Equal(audio);
    }

    /// <summary>Its windowed sinc as long as it goes, with the edge near to ours: five tones of the pass band at once, and no delay.</summary>
    [Theory]
    [InlineData(8_000, 24_000)]
    [InlineData(16_000, 24_000)]
    [InlineData(24_000, 8_000)]
    [InlineData(24_000, 16_000)]
    [InlineData(24_000, 48_000)]
    [InlineData(44_100, 24_000)]
    [InlineData(48_000, 24_000)]
    public void Tones_are_resampled_as_naudio_resamples_them(int from, int to)
    {
        double[] shares = [0.03, 0.11, 0.29, 0.53, 0.71];
        var tones = shares.Select(share => Signal.Tone(share * Math.Min(from, to) / 2, from, from)).ToArray();
        short[] input = [.. Enumerable.Range(0, from).Select(i => (short)(tones.Sum(tone => tone[i]) / tones.Length))];
        var resampler = new WdlResampler();
        resampler.SetMode(true, 0, true, 256, 256);
        resampler.SetFilterParms(0.97f);
        resampler.SetFeedMode(true);
        resampler.SetRates(from, to);
        resampler.ResamplePrepare(from, 1, out var theirInput);
        for (var i = 0; i < input.Length; i++)
            theirInput[i] = input[i];
        var theirs = new float[to + 1];
        resampler.ResampleOut(theirs, from, theirs.Length, 1);

        var ours = Signal.Samples(AudioConverter.Convert(Signal.Bytes(input), SampleFormat.Pcm(from), SampleFormat.Pcm(to)));

        // The tones start and stop at once, which each filter smooths in its own way.
        var edge = to / 20;
        var middle = Enumerable.Range(edge, to - (2 * edge)).ToArray();
        var error = Signal.Power(middle.Select(i => ours[i] - (double)theirs[i]));
        var agreement = Signal.Decibels(Signal.Power(middle.Select(i => (double)ours[i])) / error);
        TestContext.Current.SendDiagnosticMessage("{0} to {1} Hz: {2:F1} dB over the difference to NAudio", from, to, agreement);
        agreement.Should().BeGreaterThan(80);
    }

    private delegate void Encoder(ReadOnlySpan<short> source, Span<byte> destination);

    /// <summary>
    /// All but 128 codes are the same. 127 negative samples lie on a decision level, which the standard leaves open: ours are as near or
    /// nearer. The last is -32768, where NAudio's encoders overflow and give silence.
    /// </summary>
    private static void CompareCodes(Encoder encode, Func<short, byte> theirs, Func<byte, short> decode)
    {
        var codes = new byte[Samples.Length];

        encode(Samples, codes);

        var differing = Samples.Zip(codes).Where(pair => theirs(pair.First) != pair.Second).ToArray();
        differing.Should().HaveCount(128);
        differing.Should().OnlyContain(pair => Math.Abs(decode(pair.Second) - pair.First) <= Math.Abs(decode(theirs(pair.First)) - pair.First));
    }
}
