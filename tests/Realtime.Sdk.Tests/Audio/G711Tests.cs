namespace Realtime.Sdk.Tests.Audio;

/// <summary>
/// The expected values come from tables 1a, 1b, 2a and 2b of ITU-T G.711: a law is a list of intervals, each twice as wide as
/// those of the segment before; a code says which interval a magnitude lies in, and stands for the interval's middle.
/// </summary>
public sealed class G711Tests
{
    // µ-law, 14 bits: one interval of 1, fifteen of 2, then sixteen each of 4, 8 … 256. A 16-bit sample counts quarters.
    private static readonly int[] PcmuLevels = Levels(4, [(1, 1), (15, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128), (16, 256)]);

    // A-law, 13 bits: thirty-two intervals of 2 in 4096, then sixteen each of 4, 8 … 128. A 16-bit sample counts eighths.
    private static readonly int[] PcmaLevels = Levels(8, [(32, 2), (16, 4), (16, 8), (16, 16), (16, 32), (16, 64), (16, 128)]);

    [Fact]
    public void All_pcmu_codes_decode_as_the_standard_says()
    {
        var decoded = Decode(G711.DecodePcmu);

        for (var code = 0; code < 256; code++)
        {
            // Bits are sent inverted; the first interval of µ-law stands for zero itself.
            var interval = ~code & 0x7F;
            var magnitude = interval == 0 ? 0 : Middle(PcmuLevels, interval);
            decoded[code].Should().Be((short)((code & 0x80) != 0 ? magnitude : -magnitude), "code {0:X2}", code);
        }
    }

    [Fact]
    public void All_pcma_codes_decode_as_the_standard_says()
    {
        var decoded = Decode(G711.DecodePcma);

        for (var code = 0; code < 256; code++)
        {
            // Even bits are sent inverted.
            var magnitude = Middle(PcmaLevels, (code ^ 0x55) & 0x7F);
            decoded[code].Should().Be((short)((code & 0x80) != 0 ? magnitude : -magnitude), "code {0:X2}", code);
        }
    }

    [Fact]
    public void Landmarks_decode_to_the_published_numbers()
    {
        var pcmu = Decode(G711.DecodePcmu);
        var pcma = Decode(G711.DecodePcma);

        (pcmu[0x80], pcmu[0x00], pcmu[0xFF], pcmu[0x7F], pcmu[0xFE]).Should().Be((32124, -32124, 0, 0, 8));
        (pcma[0xAA], pcma[0x2A], pcma[0xD5], pcma[0x55]).Should().Be((32256, -32256, 8, -8));
    }

    [Fact]
    public void All_samples_encode_to_pcmu_as_the_standard_says() =>
        EveryEncoding(G711.EncodePcmu).Should().Equal(AllSamples().Select(sample =>
            (byte)~(Interval(PcmuLevels, sample) | (sample < 0 ? 0x80 : 0))));

    [Fact]
    public void All_samples_encode_to_pcma_as_the_standard_says() =>
        EveryEncoding(G711.EncodePcma).Should().Equal(AllSamples().Select(sample =>
            (byte)((Interval(PcmaLevels, sample) | (sample < 0 ? 0 : 0x80)) ^ 0x55)));

    [Fact]
    public void Decode_then_encode_is_identity_except_for_negative_zero()
    {
        var codes = AllCodes();
        var (pcmu, pcma) = (new byte[256], new byte[256]);

        G711.EncodePcmu(Decode(G711.DecodePcmu), pcmu);
        G711.EncodePcma(Decode(G711.DecodePcma), pcma);

        pcma.Should().Equal(codes);
        pcmu.Should().Equal(codes.Select(code => code == 0x7F ? (byte)0xFF : code));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    public void Short_spans_encode_as_long_ones(int length)
    {
        var samples = Signal.Noise(1, 330);
        var (whole, pieces) = (new byte[330], new byte[330]);

        G711.EncodePcmu(samples, whole);
        for (var i = 0; i < 330; i += length)
        {
            var count = Math.Min(length, 330 - i);
            G711.EncodePcmu(samples.AsSpan(i, count), pieces.AsSpan(i, count));
        }

        pieces.Should().Equal(whole);
    }

    [Fact]
    public void A_destination_too_short_is_refused()
    {
        FluentActions.Invoking(() => G711.DecodePcma(new byte[3], new short[2]))
            .Should().Throw<ArgumentException>().WithMessage("The destination has room for 2 samples, but 3 are needed.*");
        FluentActions.Invoking(() => G711.EncodePcmu(new short[3], new byte[2])).Should().Throw<ArgumentException>();
    }

    private delegate void Decoder(ReadOnlySpan<byte> source, Span<short> destination);

    private delegate void Encoder(ReadOnlySpan<short> source, Span<byte> destination);

    private static short[] Decode(Decoder decoder)
    {
        var samples = new short[256];
        decoder(AllCodes(), samples);
        return samples;
    }

    private static byte[] EveryEncoding(Encoder encoder)
    {
        var codes = new byte[65_536];
        encoder(AllSamples(), codes);
        return codes;
    }

    private static byte[] AllCodes() => [.. Enumerable.Range(0, 256).Select(code => (byte)code)];

    private static short[] AllSamples() => [.. Enumerable.Range(short.MinValue, 65_536).Select(sample => (short)sample)];

    /// <summary>The decision levels in 16-bit samples, from 0 to the end of the last interval.</summary>
    private static int[] Levels(int unit, (int Count, int Width)[] segments)
    {
        var levels = new List<int> { 0 };
        foreach (var (count, width) in segments)
        {
            for (var i = 0; i < count; i++)
                levels.Add(levels[^1] + (width * unit));
        }
        return [.. levels];
    }

    private static int Middle(int[] levels, int interval) => (levels[interval] + levels[interval + 1]) / 2;

    /// <summary>
    /// The interval a sample lies in, the last one for all beyond it. A sample on a decision level belongs to the interval above
    /// it (nearer to positive infinity), which for negative samples is the one of smaller magnitude: the standard leaves this open,
    /// and ITU-T's software tool library does so.
    /// </summary>
    private static int Interval(int[] levels, short sample)
    {
        var last = levels.Length - 2;
        return sample >= 0
            ? Math.Min(last, Array.FindLastIndex(levels, level => level <= sample))
            : Math.Min(last, Array.FindLastIndex(levels, level => level < -sample));
    }
}
