using CsCheck;

namespace Realtime.Sdk.Tests.Audio;

public sealed class HostileWavTests
{
    private static readonly byte[][] Files =
    [
        WavFile.Of(AudioFormat.Pcm, 1, new byte[64]),
        WavFile.Of(AudioFormat.Pcma, 2, new byte[64]),
        WavFile.Of(SampleFormat.Pcm(44_100), 2, new byte[64], extensible: true),
        WavFile.Of(WavFile.Format(WavFile.Pcm, 24, channels: 3, extensible: true), new byte[90]),
        WavFile.Of(WavFile.Format(WavFile.Float, 32), new byte[64], after: WavFile.Chunk("LIST"u8, "INFO"u8.ToArray())).With(40, 0),
        WavFile.Of(
            WavFile.Format(WavFile.Pcm, 16),
            new byte[64],
            before: WavFile.Chunk("ds64"u8, [.. WavFile.Long(132), .. WavFile.Long(64), .. new byte[12]])),
        WavFile.Of(AudioFormat.Pcmu, 1, new byte[64], before: WavFile.Chunk("LIST"u8, WavFile.Chunk("LIST"u8, WavFile.Chunk("fmt "u8, new byte[16])))),
    ];

    private static readonly (int Tag, int Bits)[] Encodings =
    [
        (WavFile.Pcm, 8), (WavFile.Pcm, 16), (WavFile.Pcm, 24), (WavFile.Pcm, 32), (WavFile.Float, 32), (WavFile.Float, 64), (WavFile.Pcmu, 8),
    ];

    public static TheoryData<string, byte[]> ServiceErrors => new()
    {
        { "The WAV file ends within its header.", [] },
        { "The WAV file ends within its header.", "RIFF"u8.ToArray() },
        { "The WAV file ends within its header.", Files[0][..40] },
        { "The WAV file ends within its header.", [.. Files[0][..12], .. "LIST"u8, 1, 0, 0, 0, 1] },
        { "The file is not a WAV file: it does not start with RIFF, RF64 or BW64 followed by WAVE.", [.. "RIFX"u8, .. Files[0][4..]] },
        { "The file is not a WAV file: it does not start with RIFF, RF64 or BW64 followed by WAVE.", [.. "OggS"u8, .. new byte[40]] },
        { "The WAV file has no format chunk before its audio.", [.. Files[0][..12], .. "data"u8, 2, 0, 0, 0, 1, 2] },
        { "The format chunk of the WAV file has 4 bytes, but at least 14 are required.", Files[0].With(16, 4) },
        { "The WAV file has no audio within its first 16 MiB.", Files[0].With(16, 0xFFFF_FFFF) },
        { "The WAV file has no audio within its first 16 MiB.", [.. Files[0][..12], .. "LIST"u8, 0, 0, 0, 1] },
        { "The WAV file ends within its header.", [.. Files[0][..12], .. "LIST"u8, 0, 0, 255, 0] },
        { "The WAV file has 0 channels; 1 to 512 are supported.", Files[0].With(20, 0x0000_0001) },
        { "The WAV file has 513 channels; 1 to 512 are supported.", Files[0].With(20, 0x0201_0001) },
        { "The WAV file has 0 samples per second; 1 to 768000 are supported.", Files[0].With(24, 0) },
        { "The WAV file has 4294967295 samples per second; 1 to 768000 are supported.", Files[0].With(24, 0xFFFF_FFFF) },
        { "The WAV file has 4-bit audio of format 0x0011; 8, 16, *, A-law (0x0006) and µ-law (0x0007) are supported.", Of(0x11, 4) },
        { "The WAV file has 0-bit audio of format 0x0001; *", Of(WavFile.Pcm, 0) },
        { "The WAV file has 40-bit audio of format 0x0001; *", Of(WavFile.Pcm, 40) },
        { "The WAV file has 16-bit audio of format 0x0003; *", Of(WavFile.Float, 16) },
        { "The WAV file has 16-bit audio of format 0xFFFE; *", Files[2].With(56, 0) },
        { "The WAV file has 16-bit audio of format 0xFFFE; *", WavFile.Of(WavFile.Format(WavFile.Pcm, 16, extensible: true)[..38], new byte[8]) },
    };

    [Theory, MemberData(nameof(ServiceErrors))]
    public async Task A_file_that_cannot_be_read_is_refused_and_the_message_says_why(string message, byte[] file)
    {
        var read = async () =>
        {
            await using var reader = await WavReader.OpenAsync(new MemoryStream(file));
            await reader.ReadToEndAsync();
        };

        await read.Should().ThrowAsync<InvalidDataException>().WithMessage(message);
    }

    [Fact]
    public async Task A_header_without_end_is_given_up()
    {
        await using var endless = new EndlessJunk();

        await FluentActions.Awaiting(() => WavReader.OpenAsync(endless).AsTask())
            .Should().ThrowAsync<InvalidDataException>().WithMessage("The WAV file has no audio within its first 16 MiB.");
    }

    /// <summary>Whatever the header says, what is given lies within the file, and the lengths it declares cost nothing.</summary>
    [Fact]
    public void A_hundred_thousand_mutated_headers_neither_crash_nor_hang_nor_take_memory() =>
        Gen.Select(
            Gen.Int[0, Files.Length - 1].Select(i => Files[i]),
            Gen.Select(Gen.Int[0, 120], Gen.Byte).Array[1, 6],
            Gen.Int[0, 200]).Sample((file, changes, cut) =>
            {
                byte[] mutated = [.. file];
                foreach (var (position, value) in changes)
                    mutated[position % mutated.Length] = value;
                mutated = mutated[..Math.Min(mutated.Length, cut == 0 ? mutated.Length : cut)];
                var before = GC.GetAllocatedBytesForCurrentThread();

                var read = ReadToEnd(mutated);

                (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(64 * 1024);
                // A byte of the file is at most one sample of 16 bits.
                read.Should().BeLessThanOrEqualTo(2 * mutated.Length);
            }, iter: 100_000);

    /// <summary>Any format, and any lengths that do not fall short of the audio: the whole samples are what the reader gives.</summary>
    [Fact]
    public void Any_header_over_any_audio_gives_the_whole_samples_that_are_there() =>
        Gen.Select(
            Gen.Int[0, Encodings.Length - 1].Select(i => Encodings[i]),
            Gen.Int[1, 9],
            Gen.Bool,
            Gen.Byte.Array[0, 400],
            Gen.UInt,
            Gen.OneOf(Gen.Const(0u), Gen.Const(uint.MaxValue), Gen.UInt[400, uint.MaxValue])).Sample(
                (encoding, channels, isExtensible, audio, riffLength, dataLength) =>
            {
                var format = WavFile.Format(encoding.Tag, encoding.Bits, channels, extensible: isExtensible);
                var file = WavFile.Of(format, audio).With(4, riffLength).With(12 + 8 + format.Length + 4, dataLength);

                var read = ReadToEnd(file);

                var outputLength = encoding.Tag == WavFile.Pcmu ? 1 : 2;
                read.Should().Be(audio.Length / (encoding.Bits / 8 * channels) * outputLength);
            }, iter: 20_000);

    /// <summary>The bytes read; a memory stream never makes the reader wait, so all of it happens on this thread.</summary>
    private static int ReadToEnd(byte[] file)
    {
        try
        {
            return Finished(Finished(WavReader.OpenAsync(new MemoryStream(file))).ReadToEndAsync()).Length;
        }
        catch (InvalidDataException)
        {
            return 0;
        }
    }

    private static T Finished<T>(ValueTask<T> task) =>
        task.IsCompleted ? task.AsTask().GetAwaiter().GetResult() : throw new InvalidOperationException("It waits for nothing.");

    private static byte[] Of(int tag, int bits) => WavFile.Of(WavFile.Format(tag, bits), new byte[64]);

    /// <summary>A RIFF file of empty chunks without end.</summary>
    private sealed class EndlessJunk : MemoryStream
    {
        private long _position;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < buffer.Length; i++, _position++)
                buffer.Span[i] = _position < 12 ? Files[0][_position] : (_position - 12) % 8 < 4 ? (byte)'x' : (byte)0;
            return new(buffer.Length);
        }
    }
}
