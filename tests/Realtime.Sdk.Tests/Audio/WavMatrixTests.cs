using System.Runtime.InteropServices;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>
/// Files that FFmpeg and sox write, compared sample by sample with what they read from them. FFmpeg cuts integers of more than 16 bits
/// off, this SDK rounds them as sox does: at most one step of 16 bits lies between. Floating point and everything else agree exactly.
/// </summary>
public sealed class WavMatrixTests
{
    private const int Frames = 3_000;

    // Where the fields of a plain header of 16-bit PCM are, as FFmpeg writes it without any tags.
    private const int RiffLength = 4;
    private const int ByteRate = 28;
    private const int BlockAlign = 32;
    private const int DataLength = 40;
    private const int Plain = 44;

    /// <summary>The options that write the file, its channels, and the largest difference from what FFmpeg reads.</summary>
    public static TheoryData<string, int, int> FfmpegFiles => new()
    {
        { "-c:a pcm_u8", 1, 0 },
        { "-c:a pcm_u8", 2, 0 },
        { "-c:a pcm_s16le -ar 8000", 1, 0 },
        { "-c:a pcm_s16le", 2, 0 },
        { "-c:a pcm_s16le", 6, 0 },
        { "-c:a pcm_s24le -ar 96000", 1, 1 },
        { "-c:a pcm_s24le", 2, 1 },
        { "-c:a pcm_s24le", 8, 1 },
        { "-c:a pcm_s32le", 1, 1 },
        { "-c:a pcm_s32le", 2, 1 },
        { "-c:a pcm_s64le", 1, 1 },
        { "-c:a pcm_f32le -ar 44100", 1, 0 },
        { "-c:a pcm_f32le", 2, 0 },
        { "-c:a pcm_f32le", 6, 0 },
        { "-c:a pcm_f64le", 1, 0 },
        { "-c:a pcm_f64le", 2, 0 },
        { "-c:a pcm_mulaw -ar 8000", 1, 0 },
        { "-c:a pcm_mulaw", 2, 0 },
        { "-c:a pcm_alaw -ar 8000", 1, 0 },
        { "-c:a pcm_alaw", 2, 0 },
        { "-c:a pcm_s16le -rf64 always", 2, 0 },
        { "-c:a pcm_s24le -rf64 always", 1, 1 },
        { "-c:a pcm_s16le -rf64 auto", 1, 0 },
        { "-c:a pcm_s16le -write_bext 1 -metadata description=odd", 1, 0 },
        { "-c:a pcm_s16le -metadata title=odd -metadata comment=even", 1, 0 },
        { "-c:a pcm_s16le -write_peak on", 1, 0 },
    };

    /// <summary>The options that write the file, its channels, and the largest difference from what FFmpeg reads.</summary>
    public static TheoryData<string, int, int> SoxFiles => new()
    {
        { "-e unsigned-integer -b 8", 1, 0 },
        { "-e signed-integer -b 16", 2, 0 },
        { "-e signed-integer -b 24", 1, 1 },
        { "-e signed-integer -b 24", 6, 1 },
        { "-e signed-integer -b 32", 2, 1 },
        { "-e floating-point -b 32", 1, 0 },
        { "-e floating-point -b 64", 2, 0 },
        { "-e mu-law", 1, 0 },
        { "-e a-law", 2, 0 },
        { "-e signed-integer -b 24 -t wavpcm", 2, 1 },
    };

    /// <summary>
    /// What is done to a file of 16-bit PCM, how many of its samples are left, and whether FFmpeg reads as much: it plays a tag after
    /// audio of unknown length, and finds no format after a chunk that is not padded.
    /// </summary>
    public static TheoryData<string, Func<byte[], byte[]>, int, bool> Damages => new()
    {
        { "no data length", file => file.With(DataLength, 0), Frames, true },
        { "the largest data length", file => file.With(DataLength, uint.MaxValue), Frames, true },
        { "no lengths at all", file => file.With(DataLength, 0).With(RiffLength, 0), Frames, true },
        { "the largest lengths", file => file.With(DataLength, uint.MaxValue).With(RiffLength, uint.MaxValue), Frames, true },
        { "a data length of 2,000,000,000", file => file.With(DataLength, 2_000_000_000), Frames, true },
        { "a data length of 3,000,000,001", file => file.With(DataLength, 3_000_000_001), Frames, true },
        { "a data length that ends within a sample", file => file.With(DataLength, 1_001), 500, true },
        { "no RIFF length", file => file.With(RiffLength, 0), Frames, true },
        { "a RIFF length of 36", file => file.With(RiffLength, 36), Frames, true },
        { "a block of 1 byte", file => file.With(BlockAlign, 0x0010_0001), Frames, true },
        { "a block of no bytes", file => file.With(BlockAlign, 0x0010_0000), Frames, true },
        { "a block of 4 bytes", file => file.With(BlockAlign, 0x0010_0004), Frames, true },
        { "no bytes per second", file => file.With(ByteRate, 0), Frames, true },
        { "cut after a sample", file => file[..(Plain + 2_000)], 1_000, true },
        { "cut within a sample", file => file[..(Plain + 2_001)], 1_000, true },
        { "cut after the header", file => file[..Plain], 0, true },
        { "a tag after audio of unknown length", file => [.. file.With(DataLength, 0), .. Tag], Frames, false },
        { "a tag after audio of absurd length", file => [.. file.With(DataLength, 2_000_000_000), .. Tag], Frames, false },
        { "an odd chunk with padding", file => [.. file[..12], .. OddChunk, 0, .. file[12..]], Frames, true },
        { "an odd chunk without padding", file => [.. file[..12], .. OddChunk, .. file[12..]], Frames, false },
        { "a chunk between format and data", file => [.. file[..36], .. Tag, .. file[36..]], Frames, true },
        { "a second format", file => [.. file[..36], .. WavFile.Chunk("fmt "u8, WavFile.Format(WavFile.Pcma, 8)), .. file[36..]], Frames, true },
    };

    private static byte[] Tag => WavFile.Chunk("LIST"u8, [.. "INFO"u8, .. WavFile.Chunk("ISFT"u8, "an app"u8.ToArray())]);

    private static byte[] OddChunk => WavFile.Chunk("note"u8, [1, 2, 3]);

    [Theory, MemberData(nameof(FfmpegFiles))]
    public async Task What_ffmpeg_writes_is_read_as_ffmpeg_reads_it(string options, int channels, int tolerance) =>
        await CompareAsync(await WriteAsync(options, channels), channels, tolerance, options);

    [Theory]
    [InlineData("-c:a pcm_s16le", 2, 0)]
    [InlineData("-c:a pcm_s24le", 1, 1)]
    [InlineData("-c:a pcm_f32le -metadata title=odd", 1, 0)]
    [InlineData("-c:a pcm_mulaw", 1, 0)]
    public async Task What_ffmpeg_writes_into_a_pipe_is_read_as_ffmpeg_reads_it(string options, int channels, int tolerance) =>
        await CompareAsync(
            await AudioProgram.FfmpegAsync(Source(channels), $"{Input(channels)} {options} -f wav pipe:1"), channels, tolerance, options);

    /// <summary>Sox cannot seek back in a pipe either: all of these leave their length open.</summary>
    [Theory, MemberData(nameof(SoxFiles))]
    public async Task What_sox_writes_is_read_as_ffmpeg_and_sox_read_it(string options, int channels, int tolerance)
    {
        var file = await AudioProgram.SoxAsync(Source(channels), $"-D -V1 -t f64 -r 24000 -c {channels} - -t wav {options} -");

        await CompareAsync(file, channels, tolerance, options);
        await CompareChannelsAsync(file, await AudioProgram.SoxAsync(file, "-D -V1 -t wav - -t s16 -"), channels, 1, options);
    }

    [Theory, MemberData(nameof(Damages))]
    public async Task What_is_damaged_gives_the_audio_that_is_left(string damage, Func<byte[], byte[]> change, int samples, bool ffmpegReadsIt)
    {
        var file = await WriteAsync("-c:a pcm_s16le -fflags +bitexact -flags:a +bitexact", 1);
        var damaged = change(file);

        var heard = await WavFile.ReadAsync(damaged);

        heard.Should().Equal(file[Plain..(Plain + (2 * samples))], damage);
        if (ffmpegReadsIt)
            heard.Should().Equal(await AudioProgram.FfmpegAsync(damaged, "-f wav -i pipe:0 -f s16le -c:a pcm_s16le pipe:1"), damage);
    }

    /// <summary>Every channel as 16-bit samples, and their mean against that of the decoded floating point.</summary>
    private static async Task CompareAsync(byte[] file, int channels, int tolerance, string name)
    {
        var theirs = await AudioProgram.FfmpegAsync(file, "-f wav -i pipe:0 -f s16le -c:a pcm_s16le pipe:1");
        theirs.Length.Should().BeGreaterThanOrEqualTo(Frames / 3 * channels * 2);
        await CompareChannelsAsync(file, theirs, channels, tolerance, name);
        // What is mixed in G.711 is encoded again, which loses more than is compared here.
        if (channels == 1 || name.Contains("law", StringComparison.Ordinal))
            return;

        var bytes = await AudioProgram.FfmpegAsync(file, "-f wav -i pipe:0 -f f64le -c:a pcm_f64le pipe:1");
        var exact = MemoryMarshal.Cast<byte, double>(bytes).ToArray();
        var mixed = await SamplesAsync(file, channel: null);
        mixed.Should().HaveCount(exact.Length / channels);
        for (var i = 0; i < mixed.Length; i++)
        {
            var mean = exact.AsSpan(i * channels, channels).ToArray().Average(sample => sample * 32_768);
            ((double)mixed[i]).Should().BeApproximately(Math.Clamp(mean, short.MinValue, short.MaxValue), 0.501, name);
        }
    }

    private static async Task CompareChannelsAsync(byte[] file, byte[] theirBytes, int channels, int tolerance, string name)
    {
        var theirs = Signal.Samples(theirBytes);
        var (largest, differing) = (0, 0);
        for (var channel = 0; channel < channels; channel++)
        {
            var ours = await SamplesAsync(file, channel);
            ours.Should().HaveCount(theirs.Length / channels);
            for (var i = 0; i < ours.Length; i++)
            {
                var difference = Math.Abs(ours[i] - theirs[(i * channels) + channel]);
                largest = Math.Max(largest, difference);
                differing += difference == 0 ? 0 : 1;
            }
        }
        TestContext.Current.SendDiagnosticMessage(
            "{0}, {1} channels: {2} of {3} samples differ, by at most {4}", name, channels, differing, theirs.Length, largest);
        largest.Should().BeLessThanOrEqualTo(tolerance);
    }

    private static async Task<short[]> SamplesAsync(byte[] file, int? channel)
    {
        await using var reader = await WavReader.OpenAsync(new MemoryStream(file));
        reader.Channel = channel;
        return Signal.Samples(AudioConverter.Convert(await reader.ReadToEndAsync(), reader.Format, SampleFormat.Pcm(reader.Format.Rate)));
    }

    /// <summary>What FFmpeg writes into a file, where it can seek back.</summary>
    private static async Task<byte[]> WriteAsync(string options, int channels)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "audio.wav");
            await AudioProgram.FfmpegAsync(Source(channels), $"{Input(channels)} {options} {path}");
            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Input(int channels) => $"-f f64le -ar 24000 -ac {channels} -i pipe:0";

    /// <summary>Noise of every loudness, louder than full scale at the end, which floating point keeps.</summary>
    private static byte[] Source(int channels)
    {
        var random = new Random(channels);
        return [.. Enumerable.Range(0, Frames * channels).SelectMany(i =>
            BitConverter.GetBytes(1.2 * i / (Frames * channels) * ((2 * random.NextDouble()) - 1)))];
    }
}
