namespace Realtime.Sdk.Tests.Audio;

public sealed class AudioFramerTests
{
    private static readonly TimeSpan Packet = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_frame_is_exactly_twenty_milliseconds()
    {
        new AudioFramer(AudioFormat.Pcm, Packet).FrameLength.Should().Be(960);
        new AudioFramer(AudioFormat.Pcmu, Packet).FrameLength.Should().Be(160);
    }

    [Fact]
    public void Whole_frames_of_a_chunk_are_not_copied()
    {
        ReadOnlyMemory<byte> audio = new byte[400], chunk = audio;
        var framer = new AudioFramer(AudioFormat.Pcmu, Packet);

        framer.TryTake(ref chunk, out var frame).Should().BeTrue();

        frame.Equals(audio[..160]).Should().BeTrue();
        chunk.Length.Should().Be(240);
    }

    [Fact]
    public void The_last_frame_is_filled_up_with_silence()
    {
        ReadOnlyMemory<byte> chunk = new byte[10];
        var framer = new AudioFramer(AudioFormat.Pcma, Packet);

        framer.TryTake(ref chunk, out _).Should().BeFalse();
        framer.TryFlush(out var last).Should().BeTrue();

        last.ToArray().Should().Equal([.. new byte[10], .. Enumerable.Repeat((byte)0xD5, 150)]);
        framer.TryFlush(out var none).Should().BeFalse();
        none.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Half_a_sample_at_the_end_is_refused()
    {
        ReadOnlyMemory<byte> chunk = new byte[961];
        var framer = new AudioFramer(AudioFormat.Pcm, Packet);
        while (framer.TryTake(ref chunk, out _))
            chunk.Length.Should().Be(1);

        framer.Invoking(f => f.TryFlush(out _)).Should().Throw<InvalidDataException>().WithMessage("*one byte is left over.");
        framer.Reset();
        framer.TryFlush(out _).Should().BeFalse();
    }

    [Fact]
    public void A_duration_that_is_no_whole_number_of_samples_is_refused()
    {
        FluentActions.Invoking(() => new AudioFramer(SampleFormat.Pcm(11_025), Packet))
            .Should().Throw<ArgumentException>().WithMessage("00:00:00.0200000 is not a whole number of samples at 11025 Hz.*");
        FluentActions.Invoking(() => new AudioFramer(AudioFormat.Pcm, TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new AudioFramer(AudioFormat.Pcm, TimeSpan.MaxValue)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
