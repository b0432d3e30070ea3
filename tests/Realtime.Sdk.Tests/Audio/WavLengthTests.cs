using System.IO.Pipelines;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>A length in the header is a hint: what is there is read, and nothing else.</summary>
public sealed class WavLengthTests
{
    private const int RiffLength = 4;
    private const int ByteRate = 28;
    private const int BlockAlign = 32;
    private const int DataLength = 40;

    private static readonly byte[] Audio = Signal.Bytes(Signal.Tone(440, 8_000, 4_000));
    private static readonly byte[] File = WavFile.Of(WavFile.Format(WavFile.Pcm, 16), Audio);
    private static readonly byte[] List = WavFile.Chunk("LIST"u8, [.. "INFO"u8, .. WavFile.Chunk("ISFT"u8, "Lavf59"u8.ToArray())]);
    private static readonly byte[] Id3 = WavFile.Chunk("id3 "u8, [.. "ID3"u8, 3, 0, .. new byte[21]]);

    public static TheoryData<string, byte[]> AfterTheAudio => new()
    {
        { "LIST INFO", List },
        { "LIST adtl", WavFile.Chunk("LIST"u8, [.. "adtl"u8, .. WavFile.Chunk("labl"u8, new byte[6])]) },
        { "id3", Id3 },
        { "two tags", [.. List, .. Id3] },
        { "a long tag", WavFile.Chunk("LIST"u8, [.. "INFO"u8, .. new byte[200_000]]) },
    };

    /// <summary>0, the largest and the ones below 2 GiB are what recorders write that cannot seek; the others are absurd.</summary>
    public static TheoryData<uint> WrongLengths => [0, 2_000_000_000, 0x7FFF_0000, 0x7FFF_F000, 0x8000_0000, 3_000_000_001, 0xFFFF_FFFE, uint.MaxValue];

    [Theory, MemberData(nameof(WrongLengths))]
    public async Task A_wrong_data_length_gives_the_audio_that_is_there(uint length)
    {
        (await WavFile.ReadAsync(File.With(DataLength, length))).Should().Equal(Audio);
        (await WavFile.ReadAsync(File.With(DataLength, length).With(RiffLength, length + 36))).Should().Equal(Audio);
    }

    [Theory, MemberData(nameof(WrongLengths))]
    public async Task A_length_beyond_the_end_of_a_seekable_stream_gives_no_duration(uint length)
    {
        await using var reader = await WavReader.OpenAsync(new MemoryStream(File.With(DataLength, length)));

        reader.Duration.Should().BeNull();
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(36u)]
    [InlineData(uint.MaxValue)]
    public async Task A_wrong_riff_length_changes_nothing(uint length) =>
        (await WavFile.ReadAsync(File.With(RiffLength, length))).Should().Equal(Audio);

    [Theory, MemberData(nameof(AfterTheAudio))]
    public async Task A_chunk_after_audio_of_unknown_length_is_not_audio(string name, byte[] chunk)
    {
        foreach (var length in new[] { 0u, 2_000_000_000u, uint.MaxValue })
        {
            byte[] file = [.. File.With(DataLength, length).With(RiffLength, length), .. chunk];

            (await WavFile.ReadAsync(file)).Should().Equal(Audio, "{0} after {1} bytes", name, length);
        }
    }

    [Theory, MemberData(nameof(AfterTheAudio))]
    public async Task A_chunk_after_an_empty_data_chunk_is_not_audio(string name, byte[] chunk) =>
        (await WavFile.ReadAsync(WavFile.Of(WavFile.Format(WavFile.Pcm, 16), [], after: chunk))).Should().BeEmpty("{0} is after", name);

    [Theory]
    [InlineData("bext", 602)]
    [InlineData("iXML", 300)]
    [InlineData("cue ", 28)]
    [InlineData("smpl", 36)]
    [InlineData("fact", 4)]
    public async Task A_well_known_chunk_that_ends_within_the_file_is_not_audio(string id, int length)
    {
        var chunk = WavFile.Chunk([.. id.Select(letter => (byte)letter)], new byte[length]);
        var file = WavFile.Of(WavFile.Format(WavFile.Pcm, 16), Audio, after: [.. chunk, .. List]);

        (await WavFile.ReadAsync(file.With(DataLength, 0))).Should().Equal(Audio);
    }

    /// <summary>Without a tag, and without a RIFF length that says it is within the file, a name may be any four bytes of audio.</summary>
    [Fact]
    public async Task Audio_that_only_looks_like_a_chunk_stays_audio()
    {
        byte[] audio =
        [
            .. "LIST"u8, .. Audio, .. "LIST"u8, 4, 0, 0, 0, .. "none"u8, .. "fact"u8, 255, 255, 255, 255, .. Audio, .. "bext"u8, 0, 0, 0, 0, .. "LI"u8,
        ];
        var file = WavFile.Of(WavFile.Format(WavFile.Pcm, 16), audio);

        (await WavFile.ReadAsync(file.With(DataLength, 0).With(RiffLength, 0))).Should().Equal(audio);
    }

    [Fact]
    public async Task A_chunk_within_the_declared_length_is_audio_when_the_header_is_consistent()
    {
        byte[] audio = [.. Audio, .. List, .. Audio];

        (await WavFile.ReadAsync(WavFile.Of(WavFile.Format(WavFile.Pcm, 16), audio))).Should().Equal(audio);
    }

    [Fact]
    public async Task A_chunk_after_the_audio_stays_in_the_pipe()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync((byte[])[.. File.With(DataLength, 0), .. List]);
        await using var reader = await WavReader.OpenAsync(pipe.Reader);

        (await reader.ReadToEndAsync()).Should().Equal(Audio);

        pipe.Reader.TryRead(out var rest).Should().BeTrue();
        rest.Buffer.FirstSpan.ToArray().Should().Equal(List);
    }

    /// <summary>A live source may pause anywhere; what may still become a chunk is the only thing that waits.</summary>
    [Fact]
    public async Task Audio_of_unknown_length_is_read_as_it_comes()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(File.AsMemory(0, 44).ToArray().With(DataLength, 0));
        await using var reader = await WavReader.OpenAsync(pipe.Reader);
        var buffer = new byte[100];

        await pipe.Writer.WriteAsync((byte[])[1, 2, 3, 4]);
        (await reader.ReadAsync(buffer)).Should().Be(4);
        await pipe.Writer.WriteAsync("12LIST"u8.ToArray());
        (await reader.ReadAsync(buffer)).Should().Be(2);
        var waiting = reader.ReadAsync(buffer).AsTask();
        waiting.IsCompleted.Should().BeFalse();
        await pipe.Writer.WriteAsync("12345678"u8.ToArray());
        (await waiting).Should().Be(12);
        await pipe.Writer.WriteAsync("LIS"u8.ToArray());
        await pipe.Writer.CompleteAsync();

        (await reader.ReadAsync(buffer)).Should().Be(2);
        (await reader.ReadAsync(buffer)).Should().Be(0);
    }

    [Fact]
    public async Task A_read_that_is_canceled_loses_no_audio()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync((byte[])[.. File.AsSpan(0, 44).ToArray().With(DataLength, 0), .. "LIST"u8]);
        await using var reader = await WavReader.OpenAsync(pipe.Reader);
        using var cancellation = new CancellationTokenSource();
        var waiting = reader.ReadAsync(new byte[100], cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await waiting.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        await pipe.Writer.CompleteAsync();
        (await reader.ReadToEndAsync()).Should().Equal("LIST"u8.ToArray());
    }

    [Fact]
    public async Task A_file_cut_anywhere_gives_the_whole_samples_before_the_cut()
    {
        var file = WavFile.Of(WavFile.Format(WavFile.Pcm, 24, channels: 2), Audio[..60]);
        var whole = await WavFile.ReadAsync(file);

        for (var cut = 44; cut <= file.Length; cut++)
            (await WavFile.ReadAsync(file[..cut])).Should().Equal(whole[..((cut - 44) / 6 * 2)]);
    }

    [Fact]
    public async Task A_length_that_ends_within_a_sample_gives_the_samples_before() =>
        (await WavFile.ReadAsync(File.With(DataLength, 1_001))).Should().Equal(Audio[..1_000]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(ushort.MaxValue)]
    public async Task Wrong_block_alignment_and_bytes_per_second_are_ignored(int value)
    {
        var bits = (uint)(16 << 16);

        (await WavFile.ReadAsync(File.With(BlockAlign, bits | (uint)value).With(ByteRate, (uint)value))).Should().Equal(Audio);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Odd_chunks_are_skipped_with_and_without_their_padding(bool padded)
    {
        byte[] padding = padded ? [0] : [];
        byte[] before = [.. WavFile.Chunk("bext"u8, [9, 9, 9]), .. padding, .. WavFile.Chunk("LIST"u8, [.. "INFO"u8, 7]), .. padding];
        byte[] format = [.. WavFile.Chunk("fmt "u8, [.. WavFile.Format(WavFile.Pcm, 16), 0, 0, 0]), .. padding];
        byte[] body = [.. "WAVE"u8, .. before, .. format, .. WavFile.Chunk("data"u8, Audio)];

        (await WavFile.ReadAsync([.. "RIFF"u8, .. WavFile.Int(body.Length), .. body])).Should().Equal(Audio);
    }

    [Fact]
    public async Task Padding_that_is_not_zero_is_padding() =>
        (await WavFile.ReadAsync(WavFile.Of(WavFile.Format(WavFile.Pcm, 16), Audio, [.. WavFile.Chunk("LIST"u8, new byte[3]), (byte)'x'])))
            .Should().Equal(Audio);

    [Fact]
    public async Task Of_two_formats_the_first_counts() =>
        (await WavFile.ReadAsync([.. File[..36], .. WavFile.Chunk("fmt "u8, WavFile.Format(WavFile.Pcma, 8)), .. File[36..]])).Should().Equal(Audio);

    [Theory]
    [InlineData("RF64", 8_000)]
    [InlineData("BW64", 8_000)]
    [InlineData("RF64", 0)]
    [InlineData("RF64", -1)]
    [InlineData("RF64", long.MaxValue)]
    [InlineData("RF64", 1L << 40)]
    [InlineData("RF64", 5_000_000_000)]
    public async Task Lengths_of_64_bits_are_hints_too(string id, long dataLength)
    {
        byte[] lengths = WavFile.Chunk("ds64"u8, [.. WavFile.Long(dataLength + 72), .. WavFile.Long(dataLength), .. WavFile.Long(0), .. WavFile.Int(0)]);
        byte[] file = [.. id.Select(letter => (byte)letter), .. WavFile.Of(WavFile.Format(WavFile.Pcm, 16), Audio, lengths)[4..]];
        file = file.With(RiffLength, uint.MaxValue).With(DataLength + lengths.Length, uint.MaxValue);

        (await WavFile.ReadAsync(file)).Should().Equal(Audio);
        await using var reader = await WavReader.OpenAsync(new WavFile.SlowStream(file, 7));
        reader.Duration.Should().Be(dataLength is 8_000 or 5_000_000_000 ? SampleFormat.Pcm(8_000).DurationOf(dataLength) : null);
    }
}
