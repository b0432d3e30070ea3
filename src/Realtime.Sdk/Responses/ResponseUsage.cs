using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk;

/// <summary>The tokens for which a response is billed. Wire: <c>response.usage</c>.</summary>
public sealed partial record ResponseUsage : WireObject
{
    /// <summary>The total number of input and output tokens.</summary>
    [JsonPropertyName("total_tokens")]
    public int? TotalTokens { get; init; }

    /// <summary>The number of tokens in the context that the model read, including earlier turns and cached tokens.</summary>
    [JsonPropertyName("input_tokens")]
    public int? InputTokens { get; init; }

    /// <summary>The number of tokens that the model generated, as text and as audio.</summary>
    [JsonPropertyName("output_tokens")]
    public int? OutputTokens { get; init; }

    /// <summary><see cref="InputTokens"/>, broken down by kind.</summary>
    [JsonPropertyName("input_token_details")]
    public InputTokenDetails? InputTokenDetails { get; init; }

    /// <summary><see cref="OutputTokens"/>, broken down by kind.</summary>
    [JsonPropertyName("output_token_details")]
    public OutputTokenDetails? OutputTokenDetails { get; init; }

    /// <summary>
    /// Adds two usages, member by member. If one of two counts is null, it counts as zero; if both are null, the sum is null.
    /// <see cref="WireObject.AdditionalProperties"/> are omitted.
    /// </summary>
    /// <param name="left">The first usage; null adds nothing.</param>
    /// <param name="right">The second usage; null adds nothing.</param>
    /// <returns>A new record, or the other operand if one is null, or null if both are.</returns>
    /// <exception cref="OverflowException">A sum exceeds <see cref="int.MaxValue"/>.</exception>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static ResponseUsage? operator +(ResponseUsage? left, ResponseUsage? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        _ => new()
        {
            TotalTokens = TokenCount.Add(left.TotalTokens, right.TotalTokens),
            InputTokens = TokenCount.Add(left.InputTokens, right.InputTokens),
            OutputTokens = TokenCount.Add(left.OutputTokens, right.OutputTokens),
            InputTokenDetails = left.InputTokenDetails + right.InputTokenDetails,
            OutputTokenDetails = left.OutputTokenDetails + right.OutputTokenDetails,
        },
    };
}

/// <summary>Input tokens by kind. Wire: <c>input_token_details</c>.</summary>
public sealed partial record InputTokenDetails : WireObject
{
    /// <summary>The number of text tokens.</summary>
    [JsonPropertyName("text_tokens")]
    public int? TextTokens { get; init; }

    /// <summary>The number of audio tokens.</summary>
    [JsonPropertyName("audio_tokens")]
    public int? AudioTokens { get; init; }

    /// <summary>The number of image tokens; null on servers that do not count them.</summary>
    [JsonPropertyName("image_tokens")]
    public int? ImageTokens { get; init; }

    /// <summary>The number of input tokens that came from the cache, which are cheaper.</summary>
    [JsonPropertyName("cached_tokens")]
    public int? CachedTokens { get; init; }

    /// <summary><see cref="CachedTokens"/>, broken down by kind.</summary>
    [JsonPropertyName("cached_tokens_details")]
    public CachedTokenDetails? CachedTokensDetails { get; init; }

    /// <inheritdoc cref="ResponseUsage.op_Addition"/>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static InputTokenDetails? operator +(InputTokenDetails? left, InputTokenDetails? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        _ => new()
        {
            TextTokens = TokenCount.Add(left.TextTokens, right.TextTokens),
            AudioTokens = TokenCount.Add(left.AudioTokens, right.AudioTokens),
            ImageTokens = TokenCount.Add(left.ImageTokens, right.ImageTokens),
            CachedTokens = TokenCount.Add(left.CachedTokens, right.CachedTokens),
            CachedTokensDetails = left.CachedTokensDetails + right.CachedTokensDetails,
        },
    };
}

/// <summary>Cached input tokens by kind. Wire: <c>cached_tokens_details</c>.</summary>
public sealed partial record CachedTokenDetails : WireObject
{
    /// <inheritdoc cref="InputTokenDetails.TextTokens"/>
    [JsonPropertyName("text_tokens")]
    public int? TextTokens { get; init; }

    /// <inheritdoc cref="InputTokenDetails.AudioTokens"/>
    [JsonPropertyName("audio_tokens")]
    public int? AudioTokens { get; init; }

    /// <inheritdoc cref="InputTokenDetails.ImageTokens"/>
    [JsonPropertyName("image_tokens")]
    public int? ImageTokens { get; init; }

    /// <inheritdoc cref="ResponseUsage.op_Addition"/>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static CachedTokenDetails? operator +(CachedTokenDetails? left, CachedTokenDetails? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        _ => new()
        {
            TextTokens = TokenCount.Add(left.TextTokens, right.TextTokens),
            AudioTokens = TokenCount.Add(left.AudioTokens, right.AudioTokens),
            ImageTokens = TokenCount.Add(left.ImageTokens, right.ImageTokens),
        },
    };
}

/// <summary>Output tokens by kind. Wire: <c>output_token_details</c>.</summary>
public sealed partial record OutputTokenDetails : WireObject
{
    /// <inheritdoc cref="InputTokenDetails.TextTokens"/>
    [JsonPropertyName("text_tokens")]
    public int? TextTokens { get; init; }

    /// <inheritdoc cref="InputTokenDetails.AudioTokens"/>
    [JsonPropertyName("audio_tokens")]
    public int? AudioTokens { get; init; }

    /// <inheritdoc cref="ResponseUsage.op_Addition"/>
    [return: NotNullIfNotNull(nameof(left)), NotNullIfNotNull(nameof(right))]
    public static OutputTokenDetails? operator +(OutputTokenDetails? left, OutputTokenDetails? right) => (left, right) switch
    {
        (null, _) => right,
        (_, null) => left,
        _ => new()
        {
            TextTokens = TokenCount.Add(left.TextTokens, right.TextTokens),
            AudioTokens = TokenCount.Add(left.AudioTokens, right.AudioTokens),
        },
    };
}
