using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk;

/// <summary>What the transcription of the user's audio is billed for: tokens or minutes, by model. Wire: <c>usage</c> of transcription events.</summary>
public abstract partial record TranscriptionUsage : WireObject
{
    private protected TranscriptionUsage() { }

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Billed by tokens. Wire: <c>tokens</c>.</summary>
[WireType("tokens")]
public sealed partial record TranscriptionTokenUsage : TranscriptionUsage
{
    /// <inheritdoc cref="ResponseUsage.TotalTokens"/>
    [JsonPropertyName("total_tokens")]
    public int? TotalTokens { get; init; }

    /// <summary>Tokens of the audio and of the transcription prompt.</summary>
    [JsonPropertyName("input_tokens")]
    public int? InputTokens { get; init; }

    /// <summary><see cref="InputTokens"/> by kind.</summary>
    [JsonPropertyName("input_token_details")]
    public InputTokenDetails? InputTokenDetails { get; init; }

    /// <summary>Tokens of the transcript.</summary>
    [JsonPropertyName("output_tokens")]
    public int? OutputTokens { get; init; }

    internal override void Check(Constraints constraints) { }

    /// <inheritdoc cref="ResponseUsage.op_Addition"/>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static TranscriptionTokenUsage? operator +(TranscriptionTokenUsage? left, TranscriptionTokenUsage? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        _ => new()
        {
            TotalTokens = TokenCount.Add(left.TotalTokens, right.TotalTokens),
            InputTokens = TokenCount.Add(left.InputTokens, right.InputTokens),
            InputTokenDetails = left.InputTokenDetails + right.InputTokenDetails,
            OutputTokens = TokenCount.Add(left.OutputTokens, right.OutputTokens),
        },
    };
}

/// <summary>Billed by the length of the audio. Wire: <c>duration</c>.</summary>
[WireType("duration")]
public sealed partial record TranscriptionDurationUsage : TranscriptionUsage
{
    /// <summary>The length of the audio. Wire: <c>seconds</c>.</summary>
    [JsonPropertyName("seconds"), WireFormat(typeof(Seconds))]
    public TimeSpan Duration { get; init; }

    internal override void Check(Constraints constraints) { }

    /// <inheritdoc cref="ResponseUsage.op_Addition"/>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static TranscriptionDurationUsage? operator +(TranscriptionDurationUsage? left, TranscriptionDurationUsage? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        _ => new()
        {
            Duration = left.Duration + right.Duration,
        },
    };
}

/// <summary>Usage of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownTranscriptionUsage(string Type, JsonElement Json) : TranscriptionUsage, IUnknownVariant
{
    internal override void Check(Constraints constraints) { }
}
