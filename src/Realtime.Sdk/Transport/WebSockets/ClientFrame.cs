using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Realtime.Sdk.Internal;

/// <summary>Text messages as WebSocket frames of a client (RFC 6455, section 5): each in one frame, masked in place.</summary>
internal static class ClientFrame
{
    /// <summary>The maximum length of a header, in bytes.</summary>
    public const int MaxHeader = 14;

    private const byte FinalText = 0x81, Masked = 0x80, Length16 = 126, Length64 = 127;

    public static int GetHeaderLength(int length) => length < Length16 ? 6 : length <= ushort.MaxValue ? 8 : MaxHeader;

    /// <summary>Writes the header in front of a message, and masks the message.</summary>
    /// <param name="frame">The space for the header, and the message.</param>
    /// <param name="length">The length of the message.</param>
    /// <param name="key">The masking key, which the sender of the message must not be able to predict.</param>
    public static void Write(Span<byte> frame, int length, uint key)
    {
        frame[0] = FinalText;
        var header = GetHeaderLength(length);
        switch (header)
        {
            case 6:
                frame[1] = (byte)(Masked | length);
                break;
            case 8:
                frame[1] = Masked | Length16;
                BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)length);
                break;
            default:
                frame[1] = Masked | Length64;
                BinaryPrimitives.WriteInt64BigEndian(frame[2..], length);
                break;
        }
        MemoryMarshal.Write(frame[(header - sizeof(uint))..], key);
        Mask(frame.Slice(header, length), key);
    }

    private static void Mask(Span<byte> message, uint key)
    {
        // The length of a vector is a multiple of that of the key, so each begins with the first byte of the key.
        var keys = Vector.AsVectorByte(new Vector<uint>(key));
        while (message.Length >= Vector<byte>.Count)
        {
            (new Vector<byte>(message) ^ keys).CopyTo(message);
            message = message[Vector<byte>.Count..];
        }
        var rest = MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in key));
        for (var i = 0; i < message.Length; i++)
            message[i] ^= rest[i % sizeof(uint)];
    }
}

/// <summary>Unpredictable masking keys. They are generated several at a time, because most of the cost is per call. Not thread-safe.</summary>
internal struct MaskingKeys
{
    private const int Count = 16;

    private Buffer _keys;
    private int _unused;

    public uint Next()
    {
        if (_unused == 0)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes((Span<uint>)_keys));
            _unused = Count;
        }
        return _keys[--_unused];
    }

    [InlineArray(Count)]
    private struct Buffer
    {
        private uint _first;
    }
}
