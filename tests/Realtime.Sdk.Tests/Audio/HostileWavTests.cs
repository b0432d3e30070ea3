using System.Buffers.Binary;
using CsCheck;

namespace Realtime.Sdk.Tests.Audio;

public sealed class HostileWavTests
{
    private static readonly byte[][] Files =
    [
        WavFile.Of(AudioFormat.Pcm, 1, new byte[64]),
        WavFile.Of(AudioFormat.Pcma, 2, new byte[64]),
        WavFile.Of(SampleFormat.Pcm(44_100), 2, new byte[64], extensible: true),
        WavFile.Of(AudioFormat.Pcmu, 1, new byte[64], before: WavFile.Chunk("LIST"u8, WavFile.Chunk("LIST"u8, WavFile.Chunk("fmt "u8, new byte[16])))),
    ];

    public static TheoryData<string, byte[]> Refusals => new()
    {
        { "The WAV file ends within its header.", [] },
        { "The WAV file ends within its header.", "RIFF"u8.ToArray() },
        { "The WAV file ends within its header.", Files[0][..40] },
        { "This is not a WAV file: it does not begin with RIFF and WAVE.", [.. "RIFX"u8, .. Files[0][4..]] },
        { "This is not a WAV file: it does not begin with RIFF and WAVE.", [.. "OggS"u8, .. new byte[40]] },
        { "The WAV file has its data before its format.", [.. Files[0][..12], .. "data"u8, 2, 0, 0, 0, 1, 2] },
        { "The WAV file has two formats.", [.. Files[0][..36], .. Files[0][12..]] },
        { "The WAV file's format has 4 bytes; at least 16 are needed.", Patched(0, 16, 4) },
        { "The WAV file has no audio within its first 16 MiB.", Patched(0, 16, 0xFFFF_FFFF) },
        { "The WAV file has no audio within its first 16 MiB.", [.. Files[0][..12], .. "LIST"u8, 0, 0, 0, 1] },
        { "The WAV file ends within its header.", [.. Files[0][..12], .. "LIST"u8, 0, 0, 255, 0] },
        { "The WAV file has 0 channels; 1 or 2 can be read.", Patched(0, 20, 0x0000_0001) },
        { "The WAV file has 6 channels; 1 or 2 can be read.", Patched(0, 20, 0x0006_0001) },
        { "The WAV file has 0 samples per second; 1 to 768000 can be read.", Patched(0, 24, 0) },
        { "The WAV file has 4294967295 samples per second; 1 to 768000 can be read.", Patched(0, 24, 0xFFFF_FFFF) },
        { "The WAV file says 0 bytes per sample of all channels; they are 2.", Patched(0, 32, 0x0010_0000) },
        {
            "The WAV file has 24-bit audio of format 0x0001; 16-bit PCM (1), 8-bit A-law (6) and µ-law (7) can be read.",
            Patched(0, 32, 0x0018_0002)
        },
        {
            "The WAV file has 16-bit audio of format 0xFFFE; 16-bit PCM (1), 8-bit A-law (6) and µ-law (7) can be read.",
            Patched(2, 56, 0)
        },
        { "The WAV file has 63 bytes of audio, not a whole number of 2-byte samples.", Patched(0, 40, 63) },
        { "The WAV file ends 1 samples before the length its header declares.", Patched(0, 40, 66) },
        { "The WAV file ends 536805376 samples before the length its header declares.", Patched(0, 40, 0x3FFE_0040) },
    };

    [Theory, MemberData(nameof(Refusals))]
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
    public async Task A_file_cut_off_gives_what_there_is_before_it_complains()
    {
        await using var reader = await WavReader.OpenAsync(new MemoryStream(Patched(0, 40, 66)));
        var buffer = new byte[1_000];

        (await reader.ReadAsync(buffer)).Should().Be(64);

        await reader.Awaiting(r => r.ReadAsync(buffer).AsTask()).Should().ThrowAsync<InvalidDataException>();
    }

    [Fact]
    public async Task A_header_without_end_is_given_up()
    {
        await using var endless = new EndlessJunk();

        await FluentActions.Awaiting(() => WavReader.OpenAsync(endless).AsTask())
            .Should().ThrowAsync<InvalidDataException>().WithMessage("The WAV file has no audio within its first 16 MiB.");
    }

    [Fact]
    public void A_hundred_thousand_mutated_headers_neither_crash_nor_hang_nor_take_memory() =>
        Gen.Select(
            Gen.Int[0, Files.Length - 1].Select(i => Files[i]),
            Gen.Select(Gen.Int[0, 80], Gen.Byte).Array[1, 6],
            Gen.Int[0, 200]).Sample((file, changes, cut) =>
            {
                byte[] mutated = [.. file];
                foreach (var (position, value) in changes)
                    mutated[position % mutated.Length] = value;
                mutated = mutated[..Math.Min(mutated.Length, cut == 0 ? mutated.Length : cut)];
                var before = GC.GetAllocatedBytesForCurrentThread();

                var read = ReadToEnd(mutated);

                (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(64 * 1024);
                read.Should().BeLessThanOrEqualTo(mutated.Length);
            }, iter: 100_000);

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

    private static byte[] Patched(int file, int position, uint value)
    {
        byte[] patched = [.. Files[file]];
        BinaryPrimitives.WriteUInt32LittleEndian(patched.AsSpan(position), value);
        return patched;
    }

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
