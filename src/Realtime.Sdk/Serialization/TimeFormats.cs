namespace Realtime.Sdk.Internal;

/// <summary>A duration as a number of milliseconds, whole ones in all that may be sent. Wire: every member that ends in <c>_ms</c>.</summary>
internal static class Milliseconds
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan Read(ref WireReader reader) =>
        Ticks.TryRead(ref reader, TimeSpan.TicksPerMillisecond, out var ticks) ? new(ticks) : throw reader.CreateUnexpectedNumber("A number of milliseconds");

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => Ticks.Write(writer, value.Ticks, TimeSpan.TicksPerMillisecond);
}

/// <summary>
/// A duration that was measured, such as a playback position, as a whole number of milliseconds, rounded down. Settings are not rounded: a fraction
/// that somebody wrote is refused.
/// </summary>
internal static class WholeMilliseconds
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan Read(ref WireReader reader) => Milliseconds.Read(ref reader);

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => writer.WriteNumberValue((long)Math.Floor(value.TotalMilliseconds));
}

/// <summary>A duration in milliseconds that may be switched off: infinite is JSON <c>null</c>.</summary>
internal static class IdleTimeout
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan? Read(ref WireReader reader) => reader.IsNull ? Timeout.InfiniteTimeSpan : Milliseconds.Read(ref reader);

    public static void Write(Utf8JsonWriter writer, TimeSpan value)
    {
        if (value == Timeout.InfiniteTimeSpan)
            writer.WriteNullValue();
        else
            Milliseconds.Write(writer, value);
    }
}

/// <summary>A duration as a number of seconds with a fraction, rounded to a ten-millionth. Wire: <c>start</c>, <c>end</c>, <c>seconds</c>, <c>reset_seconds</c>.</summary>
internal static class Seconds
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan Read(ref WireReader reader) =>
        Ticks.TryRead(ref reader, TimeSpan.TicksPerSecond, out var ticks) ? new(ticks) : throw reader.CreateUnexpectedNumber("A number of seconds");

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => Ticks.Write(writer, value.Ticks, TimeSpan.TicksPerSecond);
}

/// <summary>A point in time as Unix seconds. Wire: <c>expires_at</c>, <c>created_at</c>, <c>received_at</c>.</summary>
internal static class UnixTime
{
    public static WireValueShape Shape => WireValueShape.Number;

    /// <summary>What a time that is absent or <c>null</c> reads as.</summary>
    public static DateTimeOffset Missing => DateTimeOffset.UnixEpoch;

    public static DateTimeOffset Read(ref WireReader reader)
    {
        return Ticks.TryRead(ref reader, TimeSpan.TicksPerSecond, out var ticks)
            && ticks >= -DateTimeOffset.UnixEpoch.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks
            ? DateTimeOffset.UnixEpoch.AddTicks(ticks)
            : throw reader.CreateUnexpectedNumber("A number of Unix seconds");
    }

    public static void Write(Utf8JsonWriter writer, DateTimeOffset value) =>
        Ticks.Write(writer, (value - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond);
}

/// <summary>
/// Numbers of the wire as ticks of 100 nanoseconds. They are read and written as decimals: as binary fractions, <c>40.669</c> would come
/// back as 40.6689999.
/// </summary>
internal static class Ticks
{
    /// <summary>Reads a number of units, rounded to the tick; <c>null</c> reads as zero. False for anything else, and for what no <see cref="TimeSpan"/> can hold.</summary>
    public static bool TryRead(ref WireReader reader, long ticksPerUnit, out long ticks)
    {
        ticks = 0;
        if (reader.IsNull)
            return true;
        if (!reader.TryGetDecimal(out var value) || Math.Abs(value) > long.MaxValue / ticksPerUnit)
            return false;
        ticks = (long)Math.Round(value * ticksPerUnit, MidpointRounding.AwayFromZero);
        return true;
    }

    public static void Write(Utf8JsonWriter writer, long ticks, long ticksPerUnit)
    {
        if (ticks % ticksPerUnit == 0)
            writer.WriteNumberValue(ticks / ticksPerUnit);
        else
            writer.WriteNumberValue((decimal)ticks / ticksPerUnit);
    }
}
