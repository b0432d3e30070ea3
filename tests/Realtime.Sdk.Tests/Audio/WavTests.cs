using System.IO.Pipelines;
using CsCheck;

namespace Realtime.Sdk.Tests.Audio;

public sealed class WavTests
{
    [Fact]
    public Task What_is_written_is_read_again() =>
        Gen.Select(AnyFormat.AtAnyRate, Gen.Byte.Array[0, 2_000], Gen.Int[1, 700]).SampleAsync(async (format, bytes, chunk) =>
        {
            var audio = bytes[..(bytes.Length - (bytes.Length % format.BytesPerSample))];
            var file = new MemoryStream();
            await using (var writer = new WavWriter(file, format))
            {
                foreach (var piece in audio.Chunk(chunk))
                    await writer.WriteAsync(piece);
                await writer.CompleteAsync();
            }
            file.Position = 0;

            await using var reader = await WavReader.OpenAsync(file);

            reader.Format.Should().Be(format);
            reader.Channels.Should().Be(1);
            reader.Duration.Should().Be(audio.Length == 0 ? null : format.DurationOf(audio.Length));
            (await reader.ReadToEndAsync()).Should().Equal(audio);
        }, iter: 300);

    [Fact]
    public async Task A_pipe_carries_a_recording_whose_length_nobody_knows()
    {
        var pipe = new Pipe();
        var audio = Signal.Bytes(Signal.Noise(1, 5_000));

        await using (var writer = new WavWriter(pipe.Writer, AudioFormat.Pcm))
        {
            foreach (var piece in audio.Chunk(333))
                await writer.WriteAsync(piece);
        }
        await pipe.Writer.CompleteAsync();
        await using var reader = await WavReader.OpenAsync(pipe.Reader);

        reader.Duration.Should().BeNull();
        (await reader.ReadToEndAsync()).Should().Equal(audio);
    }

    [Fact]
    public async Task The_header_of_pcm_is_the_one_everyone_writes()
    {
        var file = new MemoryStream();

        await using (var writer = new WavWriter(file, SampleFormat.Pcm(24_000)))
            await writer.WriteAsync(new byte[] { 1, 2, 3, 4 });

        file.ToArray().Should().Equal([
            .. "RIFF"u8, 40, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0xC0, 0x5D, 0, 0, 0x80, 0xBB, 0, 0, 2, 0, 16, 0,
            .. "data"u8, 4, 0, 0, 0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task The_header_of_g711_counts_its_samples_and_an_odd_end_is_padded()
    {
        var file = new MemoryStream();

        await using (var writer = new WavWriter(file, SampleFormat.Pcma()))
            await writer.WriteAsync(new byte[] { 9 });

        file.ToArray().Should().Equal([
            .. "RIFF"u8, 52, 0, 0, 0, .. "WAVEfmt "u8, 18, 0, 0, 0, 6, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0, 0, 0,
            .. "fact"u8, 4, 0, 0, 0, 1, 0, 0, 0, .. "data"u8, 1, 0, 0, 0, 9, 0]);
    }

    [Fact]
    public async Task A_recording_that_was_cut_off_can_still_be_read()
    {
        var file = new MemoryStream();
        var writer = new WavWriter(file, AudioFormat.Pcm);
        await writer.WriteAsync(new byte[] { 1, 2, 3, 4, 5 });
        file.Position = 0;

        await using var reader = await WavReader.OpenAsync(file);

        (await reader.ReadToEndAsync()).Should().Equal(1, 2, 3, 4);
    }

    [Fact]
    public async Task A_file_may_begin_in_the_middle_of_a_stream()
    {
        var file = new MemoryStream();
        file.Write([7, 7, 7]);

        await using (var writer = new WavWriter(file, AudioFormat.Pcmu))
            await writer.WriteAsync(new byte[] { 1, 2 });

        file.Position.Should().Be(file.Length);
        file.ToArray()[..3].Should().Equal(7, 7, 7);
        file.Position = 3;
        await using var reader = await WavReader.OpenAsync(file);
        (await reader.ReadToEndAsync()).Should().Equal(1, 2);
    }

    [Fact]
    public async Task Half_a_sample_at_the_end_is_refused_and_the_rest_is_a_file()
    {
        var file = new MemoryStream();
        var writer = new WavWriter(file, AudioFormat.Pcm);
        await writer.WriteAsync(new byte[] { 1, 2, 3 });

        await writer.Awaiting(w => w.CompleteAsync().AsTask()).Should().ThrowAsync<InvalidDataException>().WithMessage("*one byte is left over.");

        writer.Duration.Should().Be(SampleFormat.Pcm().DurationOf(2));
        file.Position = 0;
        await using var reader = await WavReader.OpenAsync(file);
        (await reader.ReadToEndAsync()).Should().Equal(1, 2);
        await writer.Awaiting(w => w.WriteAsync(new byte[2]).AsTask()).Should().ThrowAsync<InvalidOperationException>().WithMessage("The WAV file was completed.");
    }

    [Theory]
    [InlineData(SampleEncoding.Pcm)]
    [InlineData(SampleEncoding.Pcmu)]
    [InlineData(SampleEncoding.Pcma)]
    public async Task Two_channels_are_mixed_down(SampleEncoding encoding)
    {
        var format = encoding switch
        {
            SampleEncoding.Pcmu => SampleFormat.Pcmu(),
            SampleEncoding.Pcma => SampleFormat.Pcma(),
            _ => SampleFormat.Pcm(),
        };
        var (left, right) = (Signal.Tone(300, 8_000, 3_000), Signal.Tone(1_000, 8_000, 3_000));
        var stereo = AudioConverter.Convert(
            Signal.Bytes([.. left.Zip(right).SelectMany(pair => new[] { pair.First, pair.Second })]), SampleFormat.Pcm(format.Rate), format);

        await using var reader = await WavReader.OpenAsync(new MemoryStream(WavFile.Of(format, 2, stereo)));
        var mono = Signal.Samples(AudioConverter.Convert(await reader.ReadToEndAsync(), format, SampleFormat.Pcm(format.Rate)));

        reader.Channels.Should().Be(2);
        reader.Duration.Should().Be(format.DurationOf(3_000 * format.BytesPerSample));
        mono.Should().HaveCount(3_000);
        for (var i = 0; i < mono.Length; i++)
            ((int)mono[i]).Should().BeCloseTo((left[i] + right[i]) / 2, format.BytesPerSample == 2 ? 1u : 900u);
    }

    [Fact]
    public async Task Chunks_that_are_not_audio_are_skipped_before_and_after()
    {
        byte[] file = [.. WavFile.Of(AudioFormat.Pcm, 1, [1, 2], before: [.. "LIST"u8, 3, 0, 0, 0, 9, 9, 9, 0, .. "junk"u8, 0, 0, 0, 0]), .. "LIST"u8];

        await using var reader = await WavReader.OpenAsync(new MemoryStream(file));

        (await reader.ReadToEndAsync()).Should().Equal(1, 2);
    }

    [Fact]
    public async Task The_extensible_header_is_read()
    {
        var file = WavFile.Of(AudioFormat.Pcmu, 1, [1, 2], extensible: true);

        await using var reader = await WavReader.OpenAsync(new MemoryStream(file));

        reader.Format.Should().Be(SampleFormat.Pcmu());
        (await reader.ReadToEndAsync()).Should().Equal(1, 2);
    }

    [Fact]
    public async Task A_small_buffer_gets_whole_samples_and_none_is_refused()
    {
        await using var reader = await WavReader.OpenAsync(new MemoryStream(WavFile.Of(AudioFormat.Pcm, 1, [1, 2, 3, 4])));
        var buffer = new byte[3];

        (await reader.ReadAsync(buffer)).Should().Be(2);

        buffer.Should().Equal(1, 2, 0);
        await reader.Awaiting(r => r.ReadAsync(new byte[1]).AsTask()).Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public async Task The_stream_stays_open()
    {
        var file = new MemoryStream(WavFile.Of(AudioFormat.Pcm, 1, [1, 2]));

        await (await WavReader.OpenAsync(file)).DisposeAsync();

        file.CanRead.Should().BeTrue();
    }
}
