namespace Realtime.Sdk.Internal;

/// <summary>A duration in milliseconds. Validation requires an integer before sending. Wire: every member that ends in <c>_ms</c>.</summary>
internal static class Milliseconds
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan Read(ref WireReader reader) =>
        Ticks.TryRead(ref reader, TimeSpan.TicksPerMillisecond, out var ticks) ? new(ticks) : throw reader.CreateUnexpectedNumber("A number of milliseconds");

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => Ticks.Write(writer, value.Ticks, TimeSpan.TicksPerMillisecond);
}

/// <summary>
/// A measured duration, such as a playback position, in milliseconds. It is rounded down when it is written. Configured durations are not rounded:
/// validation rejects a fraction of a millisecond.
/// </summary>
internal static class WholeMilliseconds
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan Read(ref WireReader reader) => Milliseconds.Read(ref reader);

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => writer.WriteNumberValue((long)Math.Floor(value.TotalMilliseconds));
}

/// <summary>A duration in milliseconds that can be disabled: <see cref="Timeout.InfiniteTimeSpan"/> is written as <c>null</c>.</summary>
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

/// <summary>A duration in seconds with a fraction, rounded to 100 ns. Wire: <c>start</c>, <c>end</c>, <c>seconds</c>, <c>reset_seconds</c>.</summary>
internal static class Seconds
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan Read(ref WireReader reader) =>
        Ticks.TryRead(ref reader, TimeSpan.TicksPerSecond, out var ticks) ? new(ticks) : throw reader.CreateUnexpectedNumber("A number of seconds");

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => Ticks.Write(writer, value.Ticks, TimeSpan.TicksPerSecond);
}

/// <summary>A point in time in Unix seconds. Wire: <c>expires_at</c>, <c>created_at</c>, <c>received_at</c>.</summary>
internal static class UnixTime
{
    public static WireValueShape Shape => WireValueShape.Number;

    /// <summary>The value of a time that is missing or <c>null</c> in the JSON.</summary>
    public static DateTimeOffset Missing => DateTimeOffset.UnixEpoch;

    public static DateTimeOffset Read(ref WireReader reader)
    {
        // AddTicks throws outside of this range.
        return Ticks.TryRead(ref reader, TimeSpan.TicksPerSecond, out var ticks)
            && ticks >= -DateTimeOffset.UnixEpoch.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks
            ? DateTimeOffset.UnixEpoch.AddTicks(ticks)
            : throw reader.CreateUnexpectedNumber("A number of Unix seconds");
    }

    public static void Write(Utf8JsonWriter writer, DateTimeOffset value) =>
        Ticks.Write(writer, (value - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond);
}

/// <summary>
/// Converts numbers to ticks of 100 ns and back. It uses decimals: with a double, <c>40.669</c> would be written back as 40.6689999.
/// </summary>
internal static class Ticks
{
    /// <summary>
    /// Reads a number of units, rounded to the tick; <c>null</c> returns zero. Returns false for any other value and for numbers out of range.
    /// </summary>
    public static bool TryRead(ref WireReader reader, long ticksPerUnit, out long ticks)
    {
        ticks = 0;
        if (reader.IsNull)
            return true;

        // The limit prevents an overflow of the product below.
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
