using System.Buffers;
using System.IO.Pipelines;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>In steady state nothing is allocated.</summary>
public sealed class AllocationTests
{
    private static readonly byte[] Chunk = Signal.Bytes(Signal.Noise(1, 480));

    [Fact]
    public void The_converter_allocates_nothing()
    {
        var (call, service) = (new AudioConverter(AudioFormat.Pcmu, AudioFormat.Pcm), new AudioConverter(AudioFormat.Pcm, AudioFormat.Pcma));
        var output = new byte[call.MaxOutput(Chunk.Length)];

        Allocated(() =>
        {
            call.Convert(Chunk, output);
            service.Convert(Chunk, output);
            service.Flush(output);
        }).Should().Be(0);
    }

    [Fact]
    public void The_resampler_allocates_nothing()
    {
        var resampler = new Resampler(24_000, 8_000);
        var (input, output) = (Signal.Noise(2, 480), new short[resampler.MaxOutput(480)]);

        Allocated(() =>
        {
            resampler.Process(input, output);
            resampler.Flush(output);
        }).Should().Be(0);
    }

    [Fact]
    public void G711_allocates_nothing()
    {
        var (samples, codes) = (new short[160], new byte[160]);

        Allocated(() =>
        {
            G711.DecodePcmu(codes, samples);
            G711.EncodePcma(samples, codes);
        }).Should().Be(0);
    }

    [Fact]
    public void The_framer_allocates_nothing()
    {
        var framer = new AudioFramer(AudioFormat.Pcm, TimeSpan.FromMilliseconds(20));

        Allocated(() =>
        {
            ReadOnlyMemory<byte> chunk = Chunk.AsMemory(0, 700);
            while (framer.TryTake(ref chunk, out _))
                continue;
        }).Should().Be(0);
    }

    [Fact]
    public void The_level_meter_allocates_nothing()
    {
        var meter = new LevelMeter(AudioFormat.Pcm);

        Allocated(() =>
        {
            meter.Add(Chunk);
            meter.TakeLevel();
            LevelMeter.Measure(Chunk, AudioFormat.Pcmu);
        }).Should().Be(0);
    }

    [Fact]
    public async Task The_wav_reader_and_writer_allocate_nothing()
    {
        var file = new MemoryStream(4 << 20);
        await using var writer = new WavWriter(file, AudioFormat.Pcm);
        var written = Allocated(() => Finish(writer.WriteAsync(Chunk)));
        await writer.CompleteAsync();
        file.Position = 0;
        await using var reader = await WavReader.OpenAsync(file);
        var buffer = new byte[960];

        var read = Allocated(() => Finish(reader.ReadAsync(buffer)));

        read.Should().Be(0);
        written.Should().Be(0);
    }

    /// <summary>From memory: the platform's reader of streams rents buffers, which other tests may just have taken from the shared pool.</summary>
    [Theory]
    [InlineData(WavFile.Pcm, 24, 2, true)]
    [InlineData(WavFile.Pcm, 16, 1, false)]
    [InlineData(WavFile.Float, 32, 6, false)]
    [InlineData(WavFile.Pcmu, 8, 2, true)]
    public async Task The_wav_reader_allocates_nothing_where_it_converts_and_where_it_looks_for_the_end(int tag, int bits, int channels, bool hasLength)
    {
        var file = WavFile.Of(WavFile.Format(tag, bits, channels), new byte[3 << 20]);
        var pipe = PipeReader.Create(new ReadOnlySequence<byte>(hasLength ? file : file.With(40, 0)));
        await using var reader = await WavReader.OpenAsync(pipe);
        var buffer = new byte[160];

        // The runtime allocates now and then while it compiles these methods again; what the reader allocates, each of the runs would show.
        Enumerable.Range(0, 3).Min(_ => Allocated(() => Finish(reader.ReadAsync(buffer)))).Should().Be(0);
    }

    private static void Finish(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
            throw new InvalidOperationException("A memory stream never makes a writer wait.");
    }

    private static void Finish(ValueTask<int> task)
    {
        if (!task.IsCompletedSuccessfully || task.Result == 0)
            throw new InvalidOperationException("A memory stream never makes a reader wait, and this one is long enough.");
    }

    private static long Allocated(Action action)
    {
        for (var i = 0; i < 200; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
