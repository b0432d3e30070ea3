using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Internal;

/// <summary>Converts between the bytes of an encoding and 16-bit samples. The caller must have checked the lengths.</summary>
internal static class SampleCodec
{
    public static void Decode(SampleEncoding encoding, ReadOnlySpan<byte> bytes, Span<short> samples)
    {
        switch (encoding)
        {
            case SampleEncoding.Pcmu:
                G711.DecodePcmu(bytes, samples);
                break;
            case SampleEncoding.Pcma:
                G711.DecodePcma(bytes, samples);
                break;
            default:
                LittleEndian(MemoryMarshal.Cast<byte, short>(bytes), samples);
                break;
        }
    }

    public static void Encode(SampleEncoding encoding, ReadOnlySpan<short> samples, Span<byte> bytes)
    {
        switch (encoding)
        {
            case SampleEncoding.Pcmu:
                G711.EncodePcmu(samples, bytes);
                break;
            case SampleEncoding.Pcma:
                G711.EncodePcma(samples, bytes);
                break;
            default:
                LittleEndian(samples, MemoryMarshal.Cast<byte, short>(bytes));
                break;
        }
    }

    private static void LittleEndian(ReadOnlySpan<short> source, Span<short> destination)
    {
        if (BitConverter.IsLittleEndian)
            source.CopyTo(destination);
        else
            BinaryPrimitives.ReverseEndianness(source, destination);
    }
}
