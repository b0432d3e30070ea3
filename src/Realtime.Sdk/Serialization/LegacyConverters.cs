using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>An audio format as the beta's word: <c>pcm16</c>, <c>g711_ulaw</c>, <c>g711_alaw</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class LegacyAudioFormatConverter : JsonConverter<AudioFormat>
{
    private static readonly AudioFormat.Converter Formats = new();

    /// <inheritdoc/>
    public override AudioFormat? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var format = Formats.Read(ref reader, typeToConvert, options);
        return format is { BetaName: not null } ? format with { BetaName = null } : format;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AudioFormat value, JsonSerializerOptions options)
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
                Formats.Write(writer, value, options);
                break;
        }
    }
}

/// <summary>The lifetime of a secret inside the beta's <c>client_secret</c>, under <c>expires_after</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class LegacyExpiresAfterConverter : JsonConverter<TimeSpan?>
{
    /// <inheritdoc/>
    public override TimeSpan? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AnchoredDuration.ReadInside(ref reader, "expires_after"u8);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan? value, JsonSerializerOptions options) =>
        AnchoredDuration.WriteInside(writer, "expires_after"u8, value);
}

/// <summary>The lifetime of a secret inside the beta's <c>client_secret</c>, under <c>expires_at</c>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class LegacyExpiresAtConverter : JsonConverter<TimeSpan?>
{
    /// <inheritdoc/>
    public override TimeSpan? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AnchoredDuration.ReadInside(ref reader, "expires_at"u8);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan? value, JsonSerializerOptions options) =>
        AnchoredDuration.WriteInside(writer, "expires_at"u8, value);
}
