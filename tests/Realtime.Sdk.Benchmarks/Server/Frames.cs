using System.Buffers.Binary;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The payload as WebSocket frames, made once.</summary>
internal static class Frames
{
    /// <summary>Events of a short answer: the last of a turn, so that it ends in <c>response.done</c>.</summary>
    public const int ShortEvents = 20;

    public static byte[] Opening { get; } = Frame(VoiceTurn.Instance.First("session.created").Utf8);

    public static byte[][] Turn { get; } = [.. VoiceTurn.Instance.Repeated.Select(message => Frame(message.Utf8))];

    public static byte[][] Short { get; } = Turn[^ShortEvents..];

    private static byte[] Frame(byte[] text)
    {
        byte[] header = text.Length switch
        {
            < 126 => [0x81, (byte)text.Length],
            <= ushort.MaxValue => [0x81, 126, (byte)(text.Length >> 8), (byte)text.Length],
            _ => [0x81, 127, .. Big(text.Length)],
        };
        return [.. header, .. text];
    }

    private static byte[] Big(long length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, length);
        return bytes;
    }
}
