using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>A duration as a number of milliseconds, whole ones in all that may be sent. Wire: every member that ends in <c>_ms</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class MillisecondsConverter : JsonConverter<TimeSpan>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return TimeSpan.Zero;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && Math.Abs(value) < TimeSpan.MaxValue.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(value)
            : throw new JsonException("A number of milliseconds was expected.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        if (value.Ticks % TimeSpan.TicksPerMillisecond == 0)
            writer.WriteNumberValue(value.Ticks / TimeSpan.TicksPerMillisecond);
        else
            writer.WriteNumberValue(value.TotalMilliseconds);
    }
}

/// <summary>A duration as a number of seconds with a fraction, kept to a ten-millionth. Wire: <c>start</c>, <c>end</c>, <c>seconds</c>, <c>reset_seconds</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return TimeSpan.Zero;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && Math.Abs(value) < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(value)
            : throw new JsonException("A number of seconds was expected.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.TotalSeconds);
}

/// <summary>A point in time as Unix seconds. Wire: <c>expires_at</c>, <c>created_at</c>, <c>received_at</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class UnixTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return DateTimeOffset.UnixEpoch;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && value is >= -62135596800 and <= 253402300799
            ? DateTimeOffset.UnixEpoch.AddSeconds(value)
            : throw new JsonException("A number of Unix seconds was expected.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        var time = value - DateTimeOffset.UnixEpoch;
        if (time.Ticks % TimeSpan.TicksPerSecond == 0)
            writer.WriteNumberValue(time.Ticks / TimeSpan.TicksPerSecond);
        else
            writer.WriteNumberValue(time.TotalSeconds);
    }
}

/// <summary>A duration in milliseconds that may be switched off: infinite is JSON <c>null</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class IdleTimeoutConverter : JsonConverter<TimeSpan?>
{
    private static readonly MillisecondsConverter Milliseconds = new();

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override TimeSpan? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? Timeout.InfiniteTimeSpan : Milliseconds.Read(ref reader, typeof(TimeSpan), options);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan? value, JsonSerializerOptions options)
    {
        if (value is { } time && time != Timeout.InfiniteTimeSpan)
            Milliseconds.Write(writer, time, options);
        else
            writer.WriteNullValue();
    }
}
