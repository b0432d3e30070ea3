namespace Realtime.Sdk.Tests.Audio;

/// <summary>What is read is mono: the mean of all channels, or the one that is chosen.</summary>
public sealed class WavChannelTests
{
    public static TheoryData<int, int> Encodings => new()
    {
        { WavFile.Pcm, 16 },
        { WavFile.Pcma, 8 },
        { WavFile.Pcmu, 8 },
    };

    [Theory, MemberData(nameof(Encodings))]
    public async Task The_chosen_channel_is_read_and_the_choice_may_change(int tag, int bits)
    {
        const int channels = 6;
        short[][] frames = [.. Enumerable.Range(0, 200).Select(frame =>
            Enumerable.Range(0, channels).Select(channel => (short)((channel * 4_000) + frame)).ToArray())];
        var format = tag switch { WavFile.Pcma => SampleFormat.Pcma(), WavFile.Pcmu => SampleFormat.Pcmu(), _ => SampleFormat.Pcm(8_000) };
        byte[] Encoded(IEnumerable<short> samples) => AudioConverter.Convert(Signal.Bytes([.. samples]), SampleFormat.Pcm(8_000), format);
        await using var reader = await WavReader.OpenAsync(
            new MemoryStream(WavFile.Of(WavFile.Format(tag, bits, channels, extensible: true), Encoded(frames.SelectMany(frame => frame)))));
        var buffer = new byte[10 * format.BytesPerSample];

        for (var channel = 0; channel < channels; channel++)
        {
            reader.Channel = channel;
            (await reader.ReadAsync(buffer)).Should().Be(buffer.Length);
            buffer.Should().Equal(Encoded(frames.Skip(channel * 10).Take(10).Select(frame => frame[channel])));
        }

        reader.Channels.Should().Be(channels);
        reader.Duration.Should().Be(TimeSpan.FromMilliseconds(25));
    }

    [Fact]
    public async Task By_default_the_mean_of_all_channels_is_read()
    {
        short[] frames = [1, 2, 4, 30_000, 30_000, 30_000, 32_767, -32_768, 1, -3, -3, -2];

        await using var reader = await WavReader.OpenAsync(
            new MemoryStream(WavFile.Of(WavFile.Format(WavFile.Pcm, 16, channels: 3), Signal.Bytes(frames))));

        reader.Channel.Should().BeNull();
        Signal.Samples(await reader.ReadToEndAsync()).Should().Equal(2, 30_000, 0, -3);
    }

    [Fact]
    public async Task As_many_channels_as_ffmpeg_reads_are_read()
    {
        var audio = Signal.Bytes(Signal.Noise(1, 512 * 8));
        byte[] floats = [.. Signal.Samples(audio).SelectMany(sample => BitConverter.GetBytes(sample / 32_768.0))];
        var file = WavFile.Of(WavFile.Format(WavFile.Float, 64, channels: 512), floats);
        await using var reader = await WavReader.OpenAsync(new WavFile.SlowStream(file, 1_000));

        reader.Channel = 511;

        Signal.Samples(await reader.ReadToEndAsync()).Should().Equal(Signal.Samples(audio).Where((_, i) => i % 512 == 511));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public async Task A_channel_that_is_not_there_is_refused(int channel)
    {
        await using var reader = await WavReader.OpenAsync(new MemoryStream(WavFile.Of(SampleFormat.Pcm(), 2, new byte[4])));

        reader.Invoking(r => r.Channel = channel).Should().Throw<ArgumentOutOfRangeException>();
    }
}
