using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The opcode of a WebSocket frame.</summary>
internal enum FrameKind
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>The header of a WebSocket frame.</summary>
/// <param name="Kind">The opcode.</param>
/// <param name="IsLast">Whether it ends its message.</param>
/// <param name="HasReservedBits">Whether bits are set that only extensions use.</param>
/// <param name="Mask">The masking key; null if the payload is not masked.</param>
/// <param name="Length">The announced length of the payload in bytes.</param>
internal readonly record struct FrameHeader(FrameKind Kind, bool IsLast, bool HasReservedBits, uint? Mask, ulong Length)
{
    public bool IsControl => Kind >= FrameKind.Close;
}

/// <summary>
/// Reads and writes the bytes of WebSocket frames. The platform's WebSocket cannot misbehave on request: withhold a pong, close with any code, or split a
/// message inside a character.
/// </summary>
internal static class Frames
{
    /// <summary>The first bytes of a header, which determine its length.</summary>
    public const int StartLength = 2;

    /// <summary>The maximum length of a header.</summary>
    public const int MaxHeaderLength = 14;

    private const int Last = 0x80, Masked = 0x80, ReservedBits = 0x70, KindBits = 0x0F, LengthBits = 0x7F, TwoByteLength = 126, EightByteLength = 127;

    /// <summary>The length of a header, from its first two bytes.</summary>
    public static int GetHeaderLength(ReadOnlySpan<byte> start)
    {
        var extra = (start[1] & LengthBits) switch { TwoByteLength => sizeof(ushort), EightByteLength => sizeof(ulong), _ => 0 };
        return StartLength + extra + ((start[1] & Masked) != 0 ? sizeof(uint) : 0);
    }

    /// <summary>Parses a complete header.</summary>
    public static FrameHeader ReadHeader(ReadOnlySpan<byte> header)
    {
        var length = (ulong)(header[1] & LengthBits) switch
        {
            TwoByteLength => BinaryPrimitives.ReadUInt16BigEndian(header[StartLength..]),
            EightByteLength => BinaryPrimitives.ReadUInt64BigEndian(header[StartLength..]),
            var small => small,
        };
        var mask = (header[1] & Masked) != 0 ? MemoryMarshal.Read<uint>(header[^sizeof(uint)..]) : (uint?)null;
        return new((FrameKind)(header[0] & KindBits), (header[0] & Last) != 0, (header[0] & ReservedBits) != 0, mask, length);
    }

    /// <summary>Writes one frame from server to client.</summary>
    public static void Write(IBufferWriter<byte> output, FrameKind kind, bool isLast, ReadOnlySpan<byte> payload)
    {
        var extra = payload.Length switch { < TwoByteLength => 0, <= ushort.MaxValue => sizeof(ushort), _ => sizeof(ulong) };
        var frame = output.GetSpan(StartLength + extra + payload.Length);
        frame[0] = (byte)((isLast ? Last : 0) | (int)kind);
        frame[1] = (byte)(extra switch { 0 => payload.Length, sizeof(ushort) => TwoByteLength, _ => EightByteLength });
        if (extra == sizeof(ushort))
            BinaryPrimitives.WriteUInt16BigEndian(frame[StartLength..], (ushort)payload.Length);
        else if (extra == sizeof(ulong))
            BinaryPrimitives.WriteInt64BigEndian(frame[StartLength..], payload.Length);
        payload.CopyTo(frame[(StartLength + extra)..]);
        output.Advance(StartLength + extra + payload.Length);
    }

    /// <summary>Unmasks or masks a payload.</summary>
    public static void Unmask(Span<byte> payload, uint mask)
    {
        var words = MemoryMarshal.Cast<byte, uint>(payload);
        for (var i = 0; i < words.Length; i++)
            words[i] ^= mask;
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, mask);
        for (var i = words.Length * sizeof(uint); i < payload.Length; i++)
            payload[i] ^= bytes[i % sizeof(uint)];
    }
}
