using System.Buffers.Binary;

namespace Realtime.Sdk.Tests.Audio;

/// <summary>WAV files put together by hand, of shapes our own writer does not write.</summary>
internal static class WavFile
{
    public const int Pcm = 1;
    public const int Float = 3;
    public const int Pcma = 6;
    public const int Pcmu = 7;

    public static byte[] Of(SampleFormat format, int channels, byte[] audio, byte[]? before = null, bool extensible = false)
    {
        var tag = format.Encoding switch { SampleEncoding.Pcmu => Pcmu, SampleEncoding.Pcma => Pcma, _ => Pcm };
        return Of(Format(tag, format.BytesPerSample * 8, channels, format.Rate, extensible), audio, before);
    }

    /// <summary>A file of these fields of <c>fmt</c>, with chunks before it and after the audio.</summary>
    public static byte[] Of(byte[] format, byte[] audio, byte[]? before = null, byte[]? after = null)
    {
        byte[] body = [.. "WAVE"u8, .. before ?? [], .. Chunk("fmt "u8, format), .. Chunk("data"u8, audio), .. after ?? []];
        return [.. "RIFF"u8, .. Int(body.Length), .. body];
    }

    /// <summary>The fields of <c>fmt</c>.</summary>
    public static byte[] Format(int tag, int bits, int channels = 1, int rate = 8_000, bool extensible = false, int? validBits = null)
    {
        var length = (bits + 7) / 8 * channels;
        byte[] fields =
        [
            .. Short(extensible ? 0xFFFE : tag), .. Short(channels), .. Int(rate), .. Int(rate * length), .. Short(length), .. Short(bits),
        ];
        return !extensible ? fields :
        [
            .. fields, .. Short(22), .. Short(validBits ?? bits), .. Int(4), .. Short(tag),
            0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71,
        ];
    }

    public static byte[] Chunk(ReadOnlySpan<byte> name, byte[] body) => [.. name, .. Int(body.Length), .. body];

    public static byte[] Short(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return bytes;
    }

    public static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Long(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>The file with four of its bytes replaced.</summary>
    public static byte[] With(this byte[] file, int position, uint value)
    {
        byte[] patched = [.. file];
        BinaryPrimitives.WriteUInt32LittleEndian(patched.AsSpan(position), value);
        return patched;
    }

    /// <summary>What the reader gives, from a stream that can seek and from one that cannot and returns a few bytes at a time.</summary>
    public static async Task<byte[]> ReadAsync(byte[] file)
    {
        await using var reader = await WavReader.OpenAsync(new MemoryStream(file));
        var audio = await reader.ReadToEndAsync();
        await using var slow = await WavReader.OpenAsync(new SlowStream(file, 7));
        (await slow.ReadToEndAsync()).Should().Equal(audio);
        return audio;
    }

    /// <summary>A stream that cannot seek and gives a few bytes at each read.</summary>
    public sealed class SlowStream(byte[] bytes, int pace) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(pace, buffer.Length)], cancellationToken);
    }
}
