using System.Buffers.Text;
using System.Globalization;

namespace Realtime.Sdk.Benchmarks;

/// <summary>A point in time in the ID of an event, as the system's timestamp, which is the same in all processes.</summary>
internal static class EventStamp
{
    private const int Digits = 19;

    /// <summary>The text that precedes the point in time.</summary>
    public static ReadOnlySpan<byte> Before => "\"event_id\":\"event_"u8;

    /// <summary>Returns the point in time in the ID of an event; null if it does not contain one.</summary>
    public static long? ReadId(string? id) =>
        id?.Length >= "event_".Length + Digits && long.TryParse(id.AsSpan("event_".Length, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp) ? timestamp : null;

    public static void Write(Span<byte> place, long timestamp) => timestamp.TryFormat(place, out _, "D19");

    /// <summary>Returns the point in time in the beginning of an event; null if it does not contain one.</summary>
    public static long? Read(ReadOnlySpan<byte> start)
    {
        var at = start.IndexOf(Before);
        return at >= 0 && start.Length >= at + Before.Length + Digits
            && Utf8Parser.TryParse(start.Slice(at + Before.Length, Digits), out long timestamp, out var read) && read == Digits ? timestamp : null;
    }
}
