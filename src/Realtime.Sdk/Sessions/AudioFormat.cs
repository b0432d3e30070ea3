namespace Realtime.Sdk;

/// <summary>How audio is encoded. Wire: <c>audio.input.format</c>, <c>audio.output.format</c>; always mono.</summary>
/// <remarks>
/// Beta servers write a format as a string (<c>pcm16</c>, <c>g711_ulaw</c>, <c>g711_alaw</c>). It reads as the same record and is
/// written back as it came.
/// </remarks>
public abstract partial record AudioFormat : WireObject
{
    private protected AudioFormat() { }

    /// <summary>16-bit little-endian samples at 24 kHz; the server's default.</summary>
    public static PcmAudioFormat Pcm { get; } = new() { Rate = 24_000 };

    /// <summary>G.711 µ-law at 8 kHz.</summary>
    public static PcmuAudioFormat Pcmu { get; } = new();

    /// <summary>G.711 A-law at 8 kHz.</summary>
    public static PcmaAudioFormat Pcma { get; } = new();

    /// <summary>The wire discriminator, for example <c>audio/pcm</c>.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    /// <summary>The beta string this format was read from; null when it was an object.</summary>
    [JsonIgnore]
    internal string? BetaName { get; init; }

    /// <summary>The encoding and the rate of the samples, for the converter and its kin.</summary>
    /// <exception cref="NotSupportedException">This version does not know the format.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not one that audio can have.</exception>
    public SampleFormat ToSampleFormat() => this switch
    {
        PcmAudioFormat pcm => pcm,
        PcmuAudioFormat pcmu => pcmu,
        PcmaAudioFormat pcma => pcma,
        _ => throw new NotSupportedException($"The samples of the audio format '{PeerText.Sanitize(Type, maxLength: 100)}' are not known."),
    };

    /// <summary>Checks the format in a nested session: the service takes an object there, and only the beta's servers take a word.</summary>
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

    private protected void CheckNoRate(Constraints constraints) => constraints.Forbid(this, "must not be sent: G.711 has one rate", "rate");

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
                _ => CreateUnknown(name, KeptJson.Read(ref reader)),
            };
        }
    }
}

/// <summary>16-bit little-endian samples. Wire: <c>audio/pcm</c>.</summary>
[WireType("audio/pcm")]
public sealed partial record PcmAudioFormat : AudioFormat
{
    /// <summary>
    /// Samples per second; the service accepts only 24000. Null is not sent: OpenAI refuses PCM without a rate although its reference does not require
    /// one, so that <see cref="AudioFormat.Pcm"/> is what you want.
    /// </summary>
    [JsonPropertyName("rate")]
    public int? Rate { get; init; }

    /// <summary>The samples: PCM at <see cref="Rate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Rate"/> is not one that audio can have.</exception>
    public static implicit operator SampleFormat(PcmAudioFormat format) => SampleFormat.Pcm(format?.Rate ?? Limits.PcmRate);

    internal override void Check(Constraints constraints)
    {
        constraints.InRange(Rate, Limits.PcmRate, Limits.PcmRate, "rate");

        // Confirmed by OpenAI: https://github.com/openai/openai-openapi/issues/513. Compatible servers follow the reference.
        if (Rate is null)
            constraints.Warning("rate", null, "should be 24000: OpenAI refuses PCM without a rate");
    }
}

/// <summary>G.711 µ-law: 8,000 one-byte samples per second. Wire: <c>audio/pcmu</c>.</summary>
[WireType("audio/pcmu")]
public sealed partial record PcmuAudioFormat : AudioFormat
{
    /// <summary>The samples: µ-law at 8 kHz.</summary>
    public static implicit operator SampleFormat(PcmuAudioFormat format) => SampleFormat.Pcmu();

    internal override void Check(Constraints constraints) => CheckNoRate(constraints);
}

/// <summary>G.711 A-law: 8,000 one-byte samples per second. Wire: <c>audio/pcma</c>.</summary>
[WireType("audio/pcma")]
public sealed partial record PcmaAudioFormat : AudioFormat
{
    /// <summary>The samples: A-law at 8 kHz.</summary>
    public static implicit operator SampleFormat(PcmaAudioFormat format) => SampleFormat.Pcma();

    internal override void Check(Constraints constraints) => CheckNoRate(constraints);
}

/// <summary>An audio format this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator, or the string that stood in place of the object.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownAudioFormat(string Type, JsonElement Json) : AudioFormat, IUnknownVariant
{
    internal override void Check(Constraints constraints)
    {
        if (Json.ValueKind == JsonValueKind.String)
            constraints.UnknownWord(Type, "", "pcm16", "g711_ulaw", "g711_alaw");
        else
            constraints.UnknownType(this, "audio/pcm", "audio/pcmu", "audio/pcma");
    }
}
