using System.Buffers;
using System.Buffers.Binary;

namespace Realtime.Sdk.Internal;

/// <summary>Converts samples of all channels, as stored in a WAV file, to the mono samples that the reader returns.</summary>
/// <param name="format">The format of the file.</param>
internal sealed class WavDecoder(WavFormat format)
{
    /// <summary>The size of a block in bytes, enough for at least one sample of all channels in any format.</summary>
    public const int BlockBytes = 4_096;

    private const int BlockFrames = 512;

    private readonly SampleFormat _output = format.Output;
    private readonly bool _copies = format is { Channels: 1, Encoding: WavEncoding.Int16 or WavEncoding.Pcmu or WavEncoding.Pcma };

    /// <summary>Decodes one sample of one channel to the range of 16-bit samples. NaN becomes silence.</summary>
    private interface ISample
    {
        static abstract int Length { get; }

        static abstract double Read(ReadOnlySpan<byte> bytes);
    }

    /// <summary>Converts whole samples.</summary>
    /// <param name="frames">The bytes of the file.</param>
    /// <param name="channel">The channel to read; null for the mean of all channels.</param>
    /// <param name="mono">The buffer for the result, of exactly its length.</param>
    public void Decode(ReadOnlySequence<byte> frames, int? channel, Span<byte> mono)
    {
        if (_copies)
        {
            frames.CopyTo(mono);
            return;
        }

        Span<byte> block = stackalloc byte[BlockBytes];
        Span<short> samples = stackalloc short[BlockFrames];
        while (!mono.IsEmpty)
        {
            var count = Math.Min(Math.Min(BlockFrames, BlockBytes / format.FrameLength), mono.Length / _output.BytesPerSample);
            var bytes = block[..(count * format.FrameLength)];
            frames.Slice(0, bytes.Length).CopyTo(bytes);
            frames = frames.Slice(bytes.Length);
            Decode(bytes, channel, samples[..count]);
            SampleCodec.Encode(_output.Encoding, samples[..count], mono);
            mono = mono[(count * _output.BytesPerSample)..];
        }
    }

    private void Decode(ReadOnlySpan<byte> frames, int? channel, Span<short> mono)
    {
        switch (format.Encoding)
        {
            case WavEncoding.UInt8:
                Decode<UInt8>(frames, channel, mono);
                break;
            case WavEncoding.Int16:
                Decode<Int16>(frames, channel, mono);
                break;
            case WavEncoding.Int24:
                Decode<Int24>(frames, channel, mono);
                break;
            case WavEncoding.Int32:
                Decode<Int32>(frames, channel, mono);
                break;
            case WavEncoding.Int64:
                Decode<Int64>(frames, channel, mono);
                break;
            case WavEncoding.Float32:
                Decode<Float32>(frames, channel, mono);
                break;
            case WavEncoding.Float64:
                Decode<Float64>(frames, channel, mono);
                break;
            case WavEncoding.Pcmu:
                Decode<Pcmu>(frames, channel, mono);
                break;
            default:
                Decode<Pcma>(frames, channel, mono);
                break;
        }
    }

    private void Decode<TSample>(ReadOnlySpan<byte> frames, int? channel, Span<short> mono)
        where TSample : struct, ISample
    {
        var (first, count) = channel is { } chosen ? (chosen, 1) : (0, format.Channels);
        for (var i = 0; i < mono.Length; i++)
        {
            var bytes = frames[((i * format.FrameLength) + (first * TSample.Length))..];
            var sum = 0.0;
            for (var j = 0; j < count; j++)
                sum += TSample.Read(bytes[(j * TSample.Length)..]);
            mono[i] = Round(sum / count);
        }
    }

    // The mean of positive and negative infinity is NaN.
    private static short Round(double value) =>
        double.IsNaN(value) ? (short)0 : (short)Math.Clamp(Math.Round(value), short.MinValue, short.MaxValue);

    private readonly struct UInt8 : ISample
    {
        public static int Length => sizeof(byte);

        public static double Read(ReadOnlySpan<byte> bytes) => (bytes[0] - 0x80) * 0x100;
    }

    private readonly struct Int16 : ISample
    {
        public static int Length => sizeof(short);

        public static double Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16LittleEndian(bytes);
    }

    private readonly struct Int24 : ISample
    {
        public static int Length => 3;

        public static double Read(ReadOnlySpan<byte> bytes) =>
            BinaryPrimitives.ReadInt16LittleEndian(bytes[1..]) + (bytes[0] / (double)0x100);
    }

    private readonly struct Int32 : ISample
    {
        public static int Length => sizeof(int);

        public static double Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes) / (double)0x1_0000;
    }

    private readonly struct Int64 : ISample
    {
        public static int Length => sizeof(long);

        public static double Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes) / (double)0x1_0000_0000_0000;
    }

    private readonly struct Float32 : ISample
    {
        public static int Length => sizeof(float);

        public static double Read(ReadOnlySpan<byte> bytes) => Scale(BinaryPrimitives.ReadSingleLittleEndian(bytes));

        public static double Scale(double value) => double.IsNaN(value) ? 0 : value * 0x8000;
    }

    private readonly struct Float64 : ISample
    {
        public static int Length => sizeof(double);

        public static double Read(ReadOnlySpan<byte> bytes) => Float32.Scale(BinaryPrimitives.ReadDoubleLittleEndian(bytes));
    }

    private readonly struct Pcmu : ISample
    {
        public static int Length => sizeof(byte);

        public static double Read(ReadOnlySpan<byte> bytes) => G711.DecodePcmu(bytes[0]);
    }

    private readonly struct Pcma : ISample
    {
        public static int Length => sizeof(byte);

        public static double Read(ReadOnlySpan<byte> bytes) => G711.DecodePcma(bytes[0]);
    }
}
