using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>What a WebSocket frame is for.</summary>
internal enum FrameKind
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>One WebSocket frame as a client sent it, unmasked.</summary>
internal readonly record struct Frame(FrameKind Kind, bool IsLast, ReadOnlyMemory<byte> Payload);

/// <summary>
/// WebSocket frames, read and written one by one. The platform's WebSocket will not do what a server must that misbehaves on request:
/// keep a pong back, close with any code, break a message inside a character.
/// </summary>
internal static class Frames
{
    private const int Last = 0x80, Masked = 0x80, KindBits = 0x0F, LengthBits = 0x7F, TwoByteLength = 126, EightByteLength = 127, MaskLength = 4;

    /// <summary>The next frame; null when the connection ended.</summary>
    /// <param name="fill">Fills a buffer with the next bytes.</param>
    public static async ValueTask<Frame?> ReadAsync(Func<Memory<byte>, ValueTask> fill)
    {
        var head = new byte[8];
        try
        {
            await fill(head.AsMemory(0, 2)).ConfigureAwait(false);
            var (kind, last, masked) = ((FrameKind)(head[0] & KindBits), (head[0] & Last) != 0, (head[1] & Masked) != 0);
            long length = head[1] & LengthBits;
            if (length == TwoByteLength)
            {
                await fill(head.AsMemory(0, 2)).ConfigureAwait(false);
                length = BinaryPrimitives.ReadUInt16BigEndian(head);
            }
            else if (length == EightByteLength)
            {
                await fill(head.AsMemory(0, 8)).ConfigureAwait(false);
                length = BinaryPrimitives.ReadInt64BigEndian(head);
            }
            if (masked)
                await fill(head.AsMemory(0, MaskLength)).ConfigureAwait(false);
            var payload = new byte[length];
            await fill(payload).ConfigureAwait(false);
            if (masked)
                Unmask(payload, head.AsSpan(0, MaskLength));
            return new Frame(kind, last, payload);
        }
        catch (Exception e) when (ConnectionLoss.Is(e) || e is OverflowException)
        {
            return null;
        }
    }

    /// <summary>The bytes of one frame from server to client.</summary>
    public static byte[] Encode(FrameKind kind, bool isLast, ReadOnlySpan<byte> payload)
    {
        var extra = payload.Length switch { < TwoByteLength => 0, <= ushort.MaxValue => 2, _ => 8 };
        var frame = new byte[2 + extra + payload.Length];
        frame[0] = (byte)((isLast ? Last : 0) | (int)kind);
        frame[1] = (byte)(extra switch { 0 => payload.Length, 2 => TwoByteLength, _ => EightByteLength });
        if (extra == 2)
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        else if (extra == 8)
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
        payload.CopyTo(frame.AsSpan(2 + extra));
        return frame;
    }

    private static void Unmask(Span<byte> payload, ReadOnlySpan<byte> mask)
    {
        var words = MemoryMarshal.Cast<byte, uint>(payload);
        var word = MemoryMarshal.Read<uint>(mask);
        for (var i = 0; i < words.Length; i++)
            words[i] ^= word;
        for (var i = words.Length * MaskLength; i < payload.Length; i++)
            payload[i] ^= mask[i % MaskLength];
    }
}
