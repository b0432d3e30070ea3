using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The cost of one second of audio in chunks of 20 ms: nanoseconds in the best of many rounds, and allocated bytes.</summary>
internal static class AudioRows
{
    private const int Rounds = 1_000;

    private static readonly TimeSpan Chunk = TimeSpan.FromMilliseconds(20);

    public static int Run()
    {
        Console.WriteLine($"{"one second of audio",-44}{"ns",12}{"bytes",8}");
        Convert("pcmu 8 kHz to pcm 24 kHz", SampleFormat.Pcmu(), SampleFormat.Pcm());
        Convert("pcm 24 kHz to pcmu 8 kHz", SampleFormat.Pcm(), SampleFormat.Pcmu());
        Convert("pcm 24 kHz to pcma 8 kHz", SampleFormat.Pcm(), SampleFormat.Pcma());
        Convert("pcm 16 kHz to pcm 24 kHz", SampleFormat.Pcm(16_000), SampleFormat.Pcm());
        Convert("pcm 24 kHz to pcm 16 kHz", SampleFormat.Pcm(), SampleFormat.Pcm(16_000));
        Convert("pcm 48 kHz to pcm 24 kHz", SampleFormat.Pcm(48_000), SampleFormat.Pcm());
        Convert("pcm 24 kHz to pcm 48 kHz", SampleFormat.Pcm(), SampleFormat.Pcm(48_000));
        Convert("pcm 44.1 kHz to pcm 24 kHz", SampleFormat.Pcm(44_100), SampleFormat.Pcm());
        Convert("pcmu to pcma, 8 kHz", SampleFormat.Pcmu(), SampleFormat.Pcma());
        G711Rows();
        FramerAndMeterRows();
        WavRows();
        return 0;
    }

    private static void Convert(string name, SampleFormat from, SampleFormat to)
    {
        var converter = new AudioConverter(from, to);
        var input = Noise(from.BytesIn(Chunk));
        var output = new byte[converter.MaxOutput(input.Length)];

        Row(name, () => converter.Convert(input, output));
    }

    private static void G711Rows()
    {
        var (samples, codes) = (new short[160], Noise(160));
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)(i * 401);

        Row("G711.DecodePcmu, 8 kHz", () => G711.DecodePcmu(codes, samples));
        Row("G711.DecodePcma, 8 kHz", () => G711.DecodePcma(codes, samples));
        Row("G711.EncodePcmu, 8 kHz", () => G711.EncodePcmu(samples, codes));
        Row("G711.EncodePcma, 8 kHz", () => G711.EncodePcma(samples, codes));
    }

    private static void FramerAndMeterRows()
    {
        var (framer, meter) = (new AudioFramer(SampleFormat.Pcm(), Chunk), new LevelMeter(SampleFormat.Pcm()));
        var audio = Noise(SampleFormat.Pcm().BytesIn(Chunk));
        ReadOnlyMemory<byte> head = audio.AsMemory(0, 333);
        framer.TryTake(ref head, out _);

        Row("AudioFramer, pcm 24 kHz, odd chunks", () =>
        {
            ReadOnlyMemory<byte> chunk = audio;
            while (framer.TryTake(ref chunk, out _))
                continue;
        });
        Row("LevelMeter, pcm 24 kHz", () => meter.Add(audio));
    }

    private static void WavRows()
    {
        var chunk = Noise(SampleFormat.Pcm().BytesIn(Chunk));
        var file = new MemoryStream(32 << 20);
        var writer = new WavWriter(file, SampleFormat.Pcm());
        Row("WavWriter, pcm 24 kHz, in memory", () => Finish(writer.WriteAsync(chunk)), rounds: 200);
        Finish(writer.CompleteAsync());

        file.Position = 0;
        var reader = WavReader.OpenAsync(file).AsTask().GetAwaiter().GetResult();
        Row("WavReader, pcm 24 kHz, in memory", () => Finish(reader.ReadAsync(chunk)), rounds: 200);
    }

    private static void Row(string name, Action chunk, int rounds = Rounds)
    {
        var chunks = (int)(TimeSpan.FromSeconds(1) / Chunk);
        var (best, bytes) = (long.MaxValue, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < chunks; i++)
                chunk();
            best = Math.Min(best, (Stopwatch.GetTimestamp() - start) * (1_000_000_000 / Stopwatch.Frequency));
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Console.WriteLine($"{name,-44}{best,12:N0}{bytes,8}");
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    // A memory stream completes synchronously.
    private static void Finish(ValueTask task) => task.GetAwaiter().GetResult();

    private static void Finish(ValueTask<int> task) => task.GetAwaiter().GetResult();
}
