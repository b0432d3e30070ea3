using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk;

/// <summary>
/// The usage for which the transcription of the user's audio is billed: tokens or duration, depending on the model. Wire: <c>usage</c> of transcription events.
/// </summary>
public abstract partial record TranscriptionUsage : WireObject
{
    private protected TranscriptionUsage() { }

    /// <summary>The value of <c>type</c> on the wire.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Usage that is billed by tokens. Wire: <c>tokens</c>.</summary>
/// <remarks>Schema: <c>TranscriptTextUsageTokens</c>.</remarks>
[WireType("tokens")]
public sealed partial record TranscriptionTokenUsage : TranscriptionUsage
{
    /// <inheritdoc cref="ResponseUsage.TotalTokens"/>
    [JsonPropertyName("total_tokens")]
    public int? TotalTokens { get; init; }

    /// <summary>The number of tokens of the audio and the transcription prompt.</summary>
    [JsonPropertyName("input_tokens")]
    public int? InputTokens { get; init; }

    /// <summary><see cref="InputTokens"/>, broken down by kind.</summary>
    [JsonPropertyName("input_token_details")]
    public InputTokenDetails? InputTokenDetails { get; init; }

    /// <summary>The number of tokens of the transcript.</summary>
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

/// <summary>Usage that is billed by the duration of the audio. Wire: <c>duration</c>.</summary>
/// <remarks>Schema: <c>TranscriptTextUsageDuration</c>.</remarks>
[WireType("duration")]
public sealed partial record TranscriptionDurationUsage : TranscriptionUsage
{
    /// <summary>The duration of the audio. Wire: <c>seconds</c>.</summary>
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

/// <summary>Usage of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownTranscriptionUsage(string Type, JsonElement Json) : TranscriptionUsage, IUnknownVariant
{
    internal override void Check(Constraints constraints) { }
}
