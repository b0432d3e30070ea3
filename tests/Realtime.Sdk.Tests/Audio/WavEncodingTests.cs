using System.Buffers.Binary;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>Every encoding a WAV file may have becomes 16-bit samples, rounded to the nearest and clipped.</summary>
public sealed class WavEncodingTests
{
    [Fact]
    public async Task Unsigned_8_bit_samples_have_their_silence_at_128() =>
        (await SamplesAsync(WavFile.Format(WavFile.Pcm, 8), [0, 1, 127, 128, 129, 255])).Should().Equal(-32768, -32512, -256, 0, 256, 32512);

    [Fact]
    public async Task Samples_of_24_bits_are_rounded_to_16() =>
        (await SamplesAsync(WavFile.Format(WavFile.Pcm, 24), [0, 0, 0, 0x7F, 1, 0, 0x81, 1, 0, 0xFF, 0xFF, 0x7F, 0, 0, 0x80, 0xFF, 0xFF, 0xFF]))
            .Should().Equal(0, 1, 2, 32767, -32768, 0);

    [Fact]
    public async Task Samples_of_32_bits_are_rounded_to_16() =>
        (await SamplesAsync(WavFile.Format(WavFile.Pcm, 32), [.. Ints(0, 0x7FFF, 0x8001, 0x0001_8001, int.MaxValue, int.MinValue, -1)]))
            .Should().Equal(0, 0, 1, 2, 32767, -32768, 0);

    [Fact]
    public async Task Samples_of_64_bits_are_rounded_to_16() =>
        (await SamplesAsync(WavFile.Format(WavFile.Pcm, 64), [.. WavFile.Long(long.MaxValue), .. WavFile.Long(long.MinValue), .. WavFile.Long(3L << 48)]))
            .Should().Equal(32767, -32768, 3);

    [Fact]
    public async Task Samples_of_12_bits_fill_the_upper_bits_of_16() =>
        (await SamplesAsync(WavFile.Format(WavFile.Pcm, 12), [0xF0, 0x7F, 0x10, 0x80])).Should().Equal(0x7FF0, -0x7FF0);

    /// <summary>A float file is made for more than full scale; a broken one may hold anything.</summary>
    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public async Task Floating_point_is_scaled_and_clipped_and_what_is_not_a_number_is_silence(int bits)
    {
        double[] values =
        [
            0, 1, -1, 0.5, -0.5, 1.0 / 32768, 0.4 / 32768, -0.6 / 32768, 2, -100, float.MaxValue,
            double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, float.Epsilon,
        ];

        var samples = await SamplesAsync(WavFile.Format(WavFile.Float, bits), [.. values.SelectMany(value => FloatBytes(value, bits))]);

        samples.Should().Equal(0, 32767, -32768, 16384, -16384, 1, 0, -1, 32767, -32768, 32767, 0, 32767, -32768, 0, 0);
    }

    [Theory]
    [InlineData(WavFile.Pcm, 8, 8)]
    [InlineData(WavFile.Pcm, 24, 24)]
    [InlineData(WavFile.Pcm, 24, 20)]
    [InlineData(WavFile.Pcm, 32, 24)]
    [InlineData(WavFile.Float, 32, 32)]
    public async Task An_extensible_header_with_fewer_valid_bits_gives_what_a_plain_one_gives(int tag, int bits, int validBits)
    {
        var audio = new byte[240];
        new Random(1).NextBytes(audio);

        var extensible = await SamplesAsync(WavFile.Format(tag, bits, extensible: true, validBits: validBits), audio);

        extensible.Should().Equal(await SamplesAsync(WavFile.Format(tag, bits), audio));
        extensible.Should().HaveCount(1_920 / bits);
    }

    /// <summary>The bits of G.711 are 8, whatever is written there; the oldest header does not even have that field.</summary>
    [Theory]
    [InlineData(WavFile.Pcma)]
    [InlineData(WavFile.Pcmu)]
    public async Task G711_is_read_with_wrong_bits_and_with_the_shortest_header(int tag)
    {
        var format = WavFile.Format(tag, 8);

        (await WavFile.ReadAsync(WavFile.Of([.. format[..14], 16, 0], [1, 2, 3]))).Should().Equal(1, 2, 3);
        (await WavFile.ReadAsync(WavFile.Of(format[..14], [1, 2, 3]))).Should().Equal(1, 2, 3);
    }

    private static async Task<short[]> SamplesAsync(byte[] format, byte[] audio) =>
        Signal.Samples(await WavFile.ReadAsync(WavFile.Of(format, audio)));

    private static IEnumerable<byte> Ints(params int[] values) => values.SelectMany(WavFile.Int);

    private static byte[] FloatBytes(double value, int bits)
    {
        var bytes = new byte[bits / 8];
        if (bits == 32)
            BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)value);
        else
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return bytes;
    }
}
