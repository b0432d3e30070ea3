using System.Numerics;

namespace Realtime.Sdk;

/// <summary>
/// Converts between 16-bit samples and ITU-T G.711, the encoding of telephone audio: µ-law (<c>audio/pcmu</c>) and A-law (<c>audio/pcma</c>).
/// </summary>
/// <remarks>
/// For a sample exactly between two codes, the standard allows either. The encoders round toward positive infinity, as ITU-T's reference
/// implementation (G.191) does. All methods are thread-safe.
/// </remarks>
public static class G711
{
    // Both laws are small floating-point formats with a 3-bit exponent and a 4-bit mantissa. These are the same bits as the top bits of a float, so converting
    // to float finds the segment, and converting back expands it, without a search or a shift per sample.
    private const int MantissaShift = 23 - 4;
    private const int ExponentBias = 127;

    // µ-law adds 33 to 14-bit magnitudes, so that its first segment has the exponent 5.
    private const int PcmuBias = 33;
    private const int PcmuLargest = 8191;
    private const int PcmuFirstExponent = (ExponentBias + 5) << 4;

    // In A-law units, the first two segments (magnitudes below 32) are linear.
    private const int PcmaLinear = 32;
    private const int PcmaFirstExponent = (ExponentBias + 3) << 4;
    private const int PcmaToggle = 0x55;

    private static readonly short[] PcmuSamples = CreateTable(DecodePcmu);
    private static readonly short[] PcmaSamples = CreateTable(DecodePcma);

    /// <summary>Decodes µ-law bytes to 16-bit samples.</summary>
    /// <param name="source">The encoded audio, one byte per sample.</param>
    /// <param name="destination">The buffer for the samples, at least as long as <paramref name="source"/>. It must not overlap it.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    public static void DecodePcmu(ReadOnlySpan<byte> source, Span<short> destination) => Decode(PcmuSamples, source, destination);

    /// <summary>Decodes A-law bytes to 16-bit samples.</summary>
    /// <inheritdoc cref="DecodePcmu(ReadOnlySpan{byte}, Span{short})"/>
    public static void DecodePcma(ReadOnlySpan<byte> source, Span<short> destination) => Decode(PcmaSamples, source, destination);

    /// <summary>Encodes 16-bit samples to µ-law bytes.</summary>
    /// <param name="source">The samples.</param>
    /// <param name="destination">The buffer for the bytes, at least as long as <paramref name="source"/>. It must not overlap it.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <paramref name="source"/>.</exception>
    public static void EncodePcmu(ReadOnlySpan<short> source, Span<byte> destination) => Encode<PcmuLaw>(source, destination);

    /// <summary>Encodes 16-bit samples to A-law bytes.</summary>
    /// <inheritdoc cref="EncodePcmu(ReadOnlySpan{short}, Span{byte})"/>
    public static void EncodePcma(ReadOnlySpan<short> source, Span<byte> destination) => Encode<PcmaLaw>(source, destination);

    private static void Decode(short[] table, ReadOnlySpan<byte> source, Span<short> destination)
    {
        CheckCapacity(source.Length, destination.Length);
        for (var i = 0; i < source.Length; i++)
            destination[i] = table[source[i]];
    }

    private static void Encode<TLaw>(ReadOnlySpan<short> source, Span<byte> destination)
        where TLaw : struct, ILaw
    {
        CheckCapacity(source.Length, destination.Length);
        var done = 0;
        for (; done <= source.Length - Vector<byte>.Count; done += Vector<byte>.Count)
            EncodeVector<TLaw>(source[done..], destination[done..]);
        if (done == source.Length)
            return;

        Span<short> rest = stackalloc short[Vector<byte>.Count];
        Span<byte> codes = stackalloc byte[Vector<byte>.Count];
        rest.Clear();
        source[done..].CopyTo(rest);
        EncodeVector<TLaw>(rest, codes);
        codes[..(source.Length - done)].CopyTo(destination[done..]);
    }

    private static void EncodeVector<TLaw>(ReadOnlySpan<short> source, Span<byte> destination)
        where TLaw : struct, ILaw =>
        Vector.Narrow(
            TLaw.Encode(new Vector<short>(source)),
            TLaw.Encode(new Vector<short>(source[Vector<short>.Count..]))).CopyTo(destination);

    private static Vector<short> FindTopBits(Vector<short> magnitude)
    {
        Vector.Widen(magnitude, out var low, out var high);
        return Vector.Narrow(
            Vector.AsVectorInt32(Vector.ConvertToSingle(low)) >> MantissaShift,
            Vector.AsVectorInt32(Vector.ConvertToSingle(high)) >> MantissaShift);
    }

    internal static short DecodePcmu(byte code)
    {
        var bits = (((~code & 0x7F) + PcmuFirstExponent) << MantissaShift) | (1 << (MantissaShift - 1));
        var magnitude = ((int)BitConverter.Int32BitsToSingle(bits) - PcmuBias) << 2;
        return (short)((code & 0x80) == 0 ? -magnitude : magnitude);
    }

    internal static short DecodePcma(byte code)
    {
        var (segment, step) = (((code ^ PcmaToggle) & 0x70) >> 4, (code ^ PcmaToggle) & 0x0F);
        var magnitude = segment == 0 ? (2 * step) + 1 : ((2 * step) + PcmaLinear + 1) << (segment - 1);
        return (short)((code & 0x80) == 0 ? -magnitude << 3 : magnitude << 3);
    }

    private static short[] CreateTable(Func<byte, short> decode) => [.. Enumerable.Range(0, 256).Select(code => decode((byte)code))];

    private static void CheckCapacity(int source, int destination)
    {
        if (destination < source)
            throw new ArgumentException($"The destination has room for {destination} samples, but {source} are needed.", nameof(destination));
    }

    private interface ILaw
    {
        static abstract Vector<ushort> Encode(Vector<short> samples);
    }

    private readonly struct PcmuLaw : ILaw
    {
        public static Vector<ushort> Encode(Vector<short> samples)
        {
            var sign = samples >> 15;
            var magnitude = Vector.Min(((samples ^ sign) >> 2) + new Vector<short>(PcmuBias), new Vector<short>(PcmuLargest));
            var code = FindTopBits(magnitude) - new Vector<short>(PcmuFirstExponent);
            return Vector.AsVectorUInt16(~(code | (sign & new Vector<short>(0x80))));
        }
    }

    private readonly struct PcmaLaw : ILaw
    {
        public static Vector<ushort> Encode(Vector<short> samples)
        {
            var sign = samples >> 15;
            var magnitude = (samples ^ sign) >> 4;
            var code = Vector.ConditionalSelect(
                Vector.LessThan(magnitude, new Vector<short>(PcmaLinear)),
                magnitude,
                FindTopBits(magnitude) - new Vector<short>(PcmaFirstExponent));
            return Vector.AsVectorUInt16((code | (~sign & new Vector<short>(0x80))) ^ new Vector<short>(PcmaToggle));
        }
    }
}
