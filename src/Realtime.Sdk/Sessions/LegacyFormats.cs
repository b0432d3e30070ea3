namespace Realtime.Sdk.Internal;

/// <summary>Reads and writes an audio format as a string of the beta: <c>pcm16</c>, <c>g711_ulaw</c> or <c>g711_alaw</c>.</summary>
internal static class LegacyAudioFormat
{
    public static AudioFormat? Read(ref WireReader reader) => AudioFormat.Read(ref reader) switch
    {
        { BetaName: not null } format => format with { BetaName = null },
        var format => format,
    };

    public static void Write(Utf8JsonWriter writer, AudioFormat value)
    {
        switch (value)
        {
            case PcmAudioFormat:
                writer.WriteStringValue("pcm16"u8);
                break;
            case PcmuAudioFormat:
                writer.WriteStringValue("g711_ulaw"u8);
                break;
            case PcmaAudioFormat:
                writer.WriteStringValue("g711_alaw"u8);
                break;
            default:
                value.Write(writer);
                break;
        }
    }
}

/// <summary>Reads and writes the lifetime of a client secret, which is in <c>expires_after</c> inside the beta's <c>client_secret</c>.</summary>
internal static class LegacyExpiresAfter
{
    public static TimeSpan? Read(ref WireReader reader) => AnchoredDuration.ReadInside(ref reader, "expires_after"u8);

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => AnchoredDuration.WriteInside(writer, "expires_after"u8, value);
}

/// <summary>Reads and writes the lifetime of a client secret, which is in <c>expires_at</c> inside the beta's <c>client_secret</c>.</summary>
internal static class LegacyExpiresAt
{
    public static TimeSpan? Read(ref WireReader reader) => AnchoredDuration.ReadInside(ref reader, "expires_at"u8);

    public static void Write(Utf8JsonWriter writer, TimeSpan value) => AnchoredDuration.WriteInside(writer, "expires_at"u8, value);
}
