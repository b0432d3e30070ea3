namespace Realtime.Sdk;

/// <summary>The format of audio, which is always mono. Wire: <c>audio.input.format</c>, <c>audio.output.format</c>.</summary>
/// <remarks>
/// Beta servers write a format as a string (<c>pcm16</c>, <c>g711_ulaw</c>, <c>g711_alaw</c>), which is read as the same record and written back as the same
/// string.
/// Schema: <c>RealtimeAudioFormats</c>.
/// </remarks>
public abstract partial record AudioFormat : WireObject
{
    private protected AudioFormat() { }

    /// <summary>16-bit little-endian PCM at 24 kHz, which is the server's default.</summary>
    public static PcmAudioFormat Pcm { get; } = new() { Rate = 24_000 };

    /// <summary>G.711 µ-law at 8 kHz.</summary>
    public static PcmuAudioFormat Pcmu { get; } = new();

    /// <summary>G.711 A-law at 8 kHz.</summary>
    public static PcmaAudioFormat Pcma { get; } = new();

    /// <summary>The value of <c>type</c> on the wire, for example <c>audio/pcm</c>.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>The beta string from which this format was read; null if it was read from an object.</summary>
    [JsonIgnore]
    internal string? BetaName { get; init; }

    /// <summary>Returns the sample format, for audio converters and other audio classes.</summary>
    /// <exception cref="NotSupportedException">The format is not recognized.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public SampleFormat ToSampleFormat() => this switch
    {
        PcmAudioFormat pcm => pcm,
        PcmuAudioFormat pcmu => pcmu,
        PcmaAudioFormat pcma => pcma,
        _ => throw new NotSupportedException($"The audio format '{PeerText.Sanitize(Type, maxLength: 100)}' has no known sample format."),
    };

    /// <summary>Checks the format in a nested session. The service requires an object there; only servers of the beta accept a string.</summary>
    internal static void CheckNested(Constraints constraints, AudioFormat? format)
    {
        if (format is { BetaName: not null } or UnknownAudioFormat { Json.ValueKind: JsonValueKind.String })
            constraints.UnknownShape("should be an object whose type is one of audio/pcm, audio/pcmu, audio/pcma", "format");
        else
            constraints.ValidateMember("format", format);
    }

    internal override void Write(Utf8JsonWriter writer)
    {
        if (BetaName is null)
            base.Write(writer);
        else
            writer.WriteStringValue(BetaName);
    }

    internal abstract override void Check(Constraints constraints);

    private protected void CheckNoRate(Constraints constraints) => constraints.Forbid(this, "must not be sent: G.711 has a fixed rate", "rate");

    private sealed partial class Reader
    {
        protected override AudioFormat ReadToken(ref WireReader reader)
        {
            var name = reader.TokenType == JsonTokenType.String ? reader.GetText()! : "";
            return name switch
            {
                "pcm16" => Pcm with { BetaName = name },
                "g711_ulaw" => Pcmu with { BetaName = name },
                "g711_alaw" => Pcma with { BetaName = name },
                _ => CreateUnknown(name, RawJson.Read(ref reader)),
            };
        }
    }
}

/// <summary>16-bit little-endian PCM. Wire: <c>audio/pcm</c>.</summary>
[WireType("audio/pcm")]
public sealed partial record PcmAudioFormat : AudioFormat
{
    /// <summary>
    /// The sample rate in Hz; the service accepts only 24000. Null sends none, which OpenAI rejects although its API reference does not require a rate; use
    /// <see cref="AudioFormat.Pcm"/> instead.
    /// </summary>
    [JsonPropertyName("rate")]
    public int? Rate { get; init; }

    /// <summary>Converts the format to a sample format: PCM at <see cref="Rate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Rate"/> is out of range.</exception>
    public static implicit operator SampleFormat(PcmAudioFormat format) => SampleFormat.Pcm(format?.Rate ?? Limits.PcmRate);

    internal override void Check(Constraints constraints)
    {
        constraints.InRange(Rate, Limits.PcmRate, Limits.PcmRate, "rate");

        // Confirmed by OpenAI: https://github.com/openai/openai-openapi/issues/513. Only a warning, because compatible servers follow the API reference.
        if (Rate is null)
            constraints.Warning("rate", null, "should be 24000: OpenAI rejects PCM without a rate");
    }
}

/// <summary>G.711 µ-law at 8 kHz, one byte per sample. Wire: <c>audio/pcmu</c>.</summary>
[WireType("audio/pcmu")]
public sealed partial record PcmuAudioFormat : AudioFormat
{
    /// <summary>Converts the format to a sample format: µ-law at 8 kHz.</summary>
    public static implicit operator SampleFormat(PcmuAudioFormat format) => SampleFormat.Pcmu();

    internal override void Check(Constraints constraints) => CheckNoRate(constraints);
}

/// <summary>G.711 A-law at 8 kHz, one byte per sample. Wire: <c>audio/pcma</c>.</summary>
[WireType("audio/pcma")]
public sealed partial record PcmaAudioFormat : AudioFormat
{
    /// <summary>Converts the format to a sample format: A-law at 8 kHz.</summary>
    public static implicit operator SampleFormat(PcmaAudioFormat format) => SampleFormat.Pcma();

    internal override void Check(Constraints constraints) => CheckNoRate(constraints);
}

/// <summary>An unrecognized audio format, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire, or the string that was sent in place of an object.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownAudioFormat(string Type, JsonElement Json) : AudioFormat, IUnknownVariant
{
    internal override void Check(Constraints constraints)
    {
        if (Json.ValueKind == JsonValueKind.String)
            constraints.UnknownValue(Type, "", "pcm16", "g711_ulaw", "g711_alaw");
        else
            constraints.UnknownType(this, "audio/pcm", "audio/pcmu", "audio/pcma");
    }
}
