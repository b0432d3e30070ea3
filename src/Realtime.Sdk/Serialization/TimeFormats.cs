namespace Realtime.Sdk.Internal;

/// <summary>A duration as a number of milliseconds, whole ones in all that may be sent. Wire: every member that ends in <c>_ms</c>.</summary>
internal static class Milliseconds
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan Read(ref WireReader reader)
    {
        if (reader.IsNull)
            return TimeSpan.Zero;
        return reader.TryGetDouble(out var value) && Math.Abs(value) < TimeSpan.MaxValue.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(value)
            : throw reader.CreateUnexpectedNumber("A number of milliseconds");
    }

    public static void Write(Utf8JsonWriter writer, TimeSpan value)
    {
        if (value.Ticks % TimeSpan.TicksPerMillisecond == 0)
            writer.WriteNumberValue(value.Ticks / TimeSpan.TicksPerMillisecond);
        else
            writer.WriteNumberValue(value.TotalMilliseconds);
    }
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

/// <summary>A duration as a number of seconds with a fraction, kept to a ten-millionth. Wire: <c>start</c>, <c>end</c>, <c>seconds</c>, <c>reset_seconds</c>.</summary>
internal static class Seconds
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static TimeSpan Read(ref WireReader reader)
    {
        if (reader.IsNull)
            return TimeSpan.Zero;
        return reader.TryGetDouble(out var value) && Math.Abs(value) < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(value)
            : throw reader.CreateUnexpectedNumber("A number of seconds");
    }

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => writer.WriteNumberValue(value.TotalSeconds);
}

/// <summary>A point in time as Unix seconds. Wire: <c>expires_at</c>, <c>created_at</c>, <c>received_at</c>.</summary>
internal static class UnixTime
{
    public static WireValueShape Shape => WireValueShape.Number;

    public static DateTimeOffset Read(ref WireReader reader)
    {
        if (reader.IsNull)
            return DateTimeOffset.UnixEpoch;
        return reader.TryGetDouble(out var value) && value is >= -62135596800 and <= 253402300799
            ? DateTimeOffset.UnixEpoch.AddSeconds(value)
            : throw reader.CreateUnexpectedNumber("A number of Unix seconds");
    }

    public static void Write(Utf8JsonWriter writer, DateTimeOffset value)
    {
        var time = value - DateTimeOffset.UnixEpoch;
        if (time.Ticks % TimeSpan.TicksPerSecond == 0)
            writer.WriteNumberValue(time.Ticks / TimeSpan.TicksPerSecond);
        else
            writer.WriteNumberValue(time.TotalSeconds);
    }
}
