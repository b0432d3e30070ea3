using System.Buffers.Binary;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>WAV files put together by hand, of shapes our own writer does not write.</summary>
internal static class WavFile
{
    public static byte[] Of(SampleFormat format, int channels, byte[] audio, byte[]? before = null, bool extensible = false)
    {
        var tag = format.Encoding switch { SampleEncoding.Pcmu => 7, SampleEncoding.Pcma => 6, _ => 1 };
        byte[] fields =
        [
            .. Short(extensible ? 0xFFFE : tag), .. Short(channels), .. Int(format.Rate), .. Int(format.BytesPerSecond * channels),
            .. Short(format.BytesPerSample * channels), .. Short(format.BytesPerSample * 8),
        ];
        if (extensible)
        {
            fields =
            [
                .. fields, .. Short(22), .. Short(format.BytesPerSample * 8), .. Int(4), .. Short(tag),
                0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71,
            ];
        }
        byte[] body = [.. "WAVE"u8, .. before ?? [], .. Chunk("fmt "u8, fields), .. Chunk("data"u8, audio)];
        return [.. "RIFF"u8, .. Int(body.Length), .. body];
    }

    public static byte[] Chunk(ReadOnlySpan<byte> name, byte[] body) => [.. name, .. Int(body.Length), .. body];

    private static byte[] Short(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return bytes;
    }

    private static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
