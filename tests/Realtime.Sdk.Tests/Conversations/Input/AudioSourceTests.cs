using System.IO.Pipelines;

namespace Realtime.Sdk.Tests.Conversations.Input;

public sealed class AudioSourceTests
{
    private static readonly byte[] Audio = [.. Enumerable.Range(0, 1_000).Select(i => (byte)(i * 7))];

    public static TheoryData<string> Kinds => ["stream", "pipe", "chunks", "wav"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Audio_is_read_whole_whatever_the_size_of_the_buffer(string kind)
    {
        foreach (var size in new[] { 2, 7, 320, 4_096 })
        {
            var source = await OpenAsync(kind);

            var read = await ReadToEndAsync(source, size);

            read.Should().Equal(Audio);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_source_that_has_ended_stays_ended(string kind)
    {
        var source = await OpenAsync(kind);
        await ReadToEndAsync(source, 4_096);

        var again = await source.ReadAsync(new byte[10]).WithTimeout();

        again.Should().Be(0);
    }

    [Fact]
    public async Task What_is_live_and_in_which_format_is_known()
    {
        AudioSource stream = new Pipe().Reader.AsStream(), pipe = new Pipe().Reader, buffer = new MemoryStream();
        var file = AudioSource.FromStream(new MemoryStream(), SampleFormat.Pcmu());
        var recording = AudioSource.FromStream(new MemoryStream(), isLive: true);

        new[] { stream, pipe, recording, AudioSource.FromChunks(Chunks(3)) }.Should().AllSatisfy(source => (source.IsLive, source.Format).Should().Be((true, null)));
        (buffer.IsLive, buffer.Format).Should().Be((false, null));
        (file.IsLive, file.Format).Should().Be((false, SampleFormat.Pcmu()));
        var wav = await OpenAsync("wav");
        (wav.IsLive, wav.Format).Should().Be((false, SampleFormat.Pcm(16_000)));
    }

    [Fact]
    public async Task A_pipe_keeps_what_was_not_read()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Audio);
        AudioSource source = pipe.Reader;

        await source.ReadAsync(new byte[100]).WithTimeout();

        var rest = await pipe.Reader.ReadAsync().WithTimeout();
        rest.Buffer.Length.Should().Be(Audio.Length - 100);
    }

    [Fact]
    public async Task A_pipe_whose_read_is_woken_goes_on()
    {
        var pipe = new Pipe();
        AudioSource source = pipe.Reader;
        var reading = source.ReadAsync(new byte[100]).AsTask();

        pipe.Reader.CancelPendingRead();
        await pipe.Writer.WriteAsync(Audio);

        (await reading.WithTimeout()).Should().Be(100);
    }

    [Fact]
    public async Task A_canceled_read_loses_no_audio_of_a_pipe()
    {
        var pipe = new Pipe();
        AudioSource source = pipe.Reader;
        using var cancel = new CancellationTokenSource();
        var reading = source.ReadAsync(new byte[100], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => reading.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();

        await pipe.Writer.WriteAsync(Audio);
        await pipe.Writer.CompleteAsync();

        (await ReadToEndAsync(source, 100)).Should().Equal(Audio);
    }

    [Fact]
    public void Streams_that_cannot_be_read_are_refused()
    {
        using var closed = new MemoryStream();
        closed.Dispose();

        FluentActions.Invoking(() => AudioSource.FromStream(closed)).Should().Throw<ArgumentException>();
    }

    private static async Task<AudioSource> OpenAsync(string kind)
    {
        switch (kind)
        {
            case "stream":
                return new MemoryStream(Audio);
            case "pipe":
                var pipe = new Pipe();
                await pipe.Writer.WriteAsync(Audio);
                await pipe.Writer.CompleteAsync();
                return pipe.Reader;
            case "chunks":
                return AudioSource.FromChunks(Chunks(0, 1, 499, 0, 500));
            default:
                var file = new MemoryStream();
                await using (var writer = new WavWriter(file, SampleFormat.Pcm(16_000)))
                    await writer.WriteAsync(Audio);
                file.Position = 0;
                return AudioSource.FromWav(await WavReader.OpenAsync(file));
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks(params int[] sizes)
    {
        var start = 0;
        foreach (var size in sizes)
        {
            await Task.Yield();
            yield return Audio.AsMemory(start, size);
            start += size;
        }
    }

    private static async Task<byte[]> ReadToEndAsync(AudioSource source, int size)
    {
        var all = new MemoryStream();
        var buffer = new byte[size];
        int length;
        while ((length = await source.ReadAsync(buffer).WithTimeout()) > 0)
            all.Write(buffer.AsSpan(0, length));
        return all.ToArray();
    }
}
