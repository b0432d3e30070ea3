namespace Realtime.Sdk.Internal;

/// <summary>A duration that starts at an anchor: <c>{"anchor":"created_at","seconds":600}</c>.</summary>
internal static class AnchoredDuration
{
    /// <summary>Reads the duration. Returns null if the value is not an object or has no <c>seconds</c>.</summary>
    public static TimeSpan? Read(ref WireReader reader)
    {
        TimeSpan? duration = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }
        while (reader.MoveToNextName())
        {
            var found = reader.ValueTextEquals("seconds"u8);
            reader.Read();
            if (found && !reader.IsNull && Ticks.TryRead(ref reader, TimeSpan.TicksPerSecond, out var ticks))
                duration = new(ticks);
            else
                reader.Skip();
        }
        return duration;
    }

    public static void Write(Utf8JsonWriter writer, TimeSpan duration)
    {
        writer.WriteStartObject();
        writer.WriteString("anchor"u8, "created_at"u8);
        writer.WritePropertyName("seconds"u8);
        Seconds.Write(writer, duration);
        writer.WriteEndObject();
    }

    /// <summary>Reads the duration from the member <paramref name="name"/> of an object.</summary>
    public static TimeSpan? ReadInside(ref WireReader reader, ReadOnlySpan<byte> name)
    {
        TimeSpan? duration = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }
        while (reader.MoveToNextName())
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
                duration = Read(ref reader);
            else
                reader.Skip();
        }
        return duration;
    }

    public static void WriteInside(Utf8JsonWriter writer, ReadOnlySpan<byte> name, TimeSpan duration)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(name);
        Write(writer, duration);
        writer.WriteEndObject();
    }
}
