using System.Buffers.Binary;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The payload as WebSocket frames, which are prepared once.</summary>
internal static class TurnFrames
{
    /// <summary>The number of events of a short answer: the last events of a turn, which end with <c>response.done</c>.</summary>
    public const int ShortEvents = 20;

    public static byte[] Opening { get; } = Frame(VoiceTurn.Instance.First("session.created").Utf8);

    public static byte[] Updated { get; } = Frame(VoiceTurn.Instance.First("session.updated").Utf8);

    /// <summary>The frames of a turn, one for each event, for the pacer.</summary>
    public static byte[][] Events { get; } = [.. VoiceTurn.Instance.Repeated.Select(message => Frame(message.Utf8))];

    /// <summary>A whole turn for one write. The server must always be ahead of the client, or the waiting of the client would be measured.</summary>
    public static byte[] Turn { get; } = [.. Events.SelectMany(frame => frame)];

    public static byte[] Short { get; } = [.. Events[^ShortEvents..].SelectMany(frame => frame)];

    /// <summary>The first audio and transcript events of a turn, and the end of the response: a small piece in which the kinds of events are as frequent as in a turn.</summary>
    public static Message[] PieceMessages { get; } =
    [
        .. VoiceTurn.Instance.Repeated.Where(message => message.Type.StartsWith("response.output_audio", StringComparison.Ordinal)).Take(30),
        VoiceTurn.Instance.First("response.done"),
    ];

    public static byte[] Piece { get; } = [.. PieceMessages.SelectMany(message => Frame(message.Utf8))];

    public static byte[] Frame(byte[] text)
    {
        byte[] header = text.Length switch
        {
            < 126 => [0x81, (byte)text.Length],
            <= ushort.MaxValue => [0x81, 126, (byte)(text.Length >> 8), (byte)text.Length],
            _ => [0x81, 127, .. Big(text.Length)],
        };
        return [.. header, .. text];
    }

    /// <summary>Returns the length of the text of a frame in bytes.</summary>
    public static int TextLength(byte[] frame) => frame.Length - frame[1] switch { 126 => 4, 127 => 10, _ => 2 };

    private static byte[] Big(long length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, length);
        return bytes;
    }
}
