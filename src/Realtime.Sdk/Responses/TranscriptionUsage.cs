using System.ComponentModel;

namespace Realtime.Sdk;

/// <summary>What the transcription of the user's audio is billed for: tokens or minutes, by model. Wire: <c>usage</c> of transcription events.</summary>
[JsonConverter(typeof(Converter))]
public abstract record TranscriptionUsage : WireObject
{
    private protected TranscriptionUsage() { }

    /// <summary>The wire discriminator.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);

    /// <summary>Reads and writes the family by its discriminator, under any serializer options.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Converter : UnionConverter<TranscriptionUsage>
    {
        private protected override JsonSerializerOptions Context => EventWire.Options;

        private protected override WireInfo? Variant(string? type) => type switch
        {
            "tokens" => EventWire.Info<TranscriptionTokenUsage>(),
            "duration" => EventWire.Info<TranscriptionDurationUsage>(),
            _ => null,
        };

        private protected override TranscriptionUsage Unknown(string type, JsonElement json) => new UnknownTranscriptionUsage(type, json);
    }
}

/// <summary>Billed by tokens. Wire: <c>tokens</c>.</summary>
public sealed record TranscriptionTokenUsage : TranscriptionUsage
{
    /// <inheritdoc/>
    [JsonPropertyName("type")]
    public override string Type => "tokens";

    /// <inheritdoc cref="ResponseUsage.TotalTokens"/>
    [JsonPropertyName("total_tokens"), JsonIgnore(Condition = WhenWritingNull)]
    public int? TotalTokens { get; init; }

    /// <summary>Tokens of the audio and of the transcription prompt.</summary>
    [JsonPropertyName("input_tokens"), JsonIgnore(Condition = WhenWritingNull)]
    public int? InputTokens { get; init; }

    /// <summary><see cref="InputTokens"/> by kind.</summary>
    [JsonPropertyName("input_token_details"), JsonIgnore(Condition = WhenWritingNull)]
    public InputTokenDetails? InputTokenDetails { get; init; }

    /// <summary>Tokens of the transcript.</summary>
    [JsonPropertyName("output_tokens"), JsonIgnore(Condition = WhenWritingNull)]
    public int? OutputTokens { get; init; }

    internal override void Check(Constraints constraints) { }
}

/// <summary>Billed by the length of the audio. Wire: <c>duration</c>.</summary>
public sealed record TranscriptionDurationUsage : TranscriptionUsage
{
    /// <inheritdoc/>
    [JsonPropertyName("type")]
    public override string Type => "duration";

    /// <summary>The length of the audio. Wire: <c>seconds</c>.</summary>
    [JsonPropertyName("seconds"), JsonConverter(typeof(SecondsConverter))]
    public TimeSpan Duration { get; init; }

    internal override void Check(Constraints constraints) { }
}

/// <summary>Usage of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed record UnknownTranscriptionUsage(string Type, JsonElement Json) : TranscriptionUsage, IUnknownVariant
{
    /// <inheritdoc/>
    public override string Type { get; } = Type;

    internal override void Check(Constraints constraints) { }
}
