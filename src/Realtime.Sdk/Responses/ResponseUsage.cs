using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk;

/// <summary>The tokens a response is billed for. Wire: <c>response.usage</c>.</summary>
public sealed partial record ResponseUsage : WireObject
{
    /// <summary>Input and output together.</summary>
    [JsonPropertyName("total_tokens")]
    public int? TotalTokens { get; init; }

    /// <summary>The whole context the model read, earlier turns and cached tokens included.</summary>
    [JsonPropertyName("input_tokens")]
    public int? InputTokens { get; init; }

    /// <summary>What the model wrote and spoke.</summary>
    [JsonPropertyName("output_tokens")]
    public int? OutputTokens { get; init; }

    /// <summary><see cref="InputTokens"/> by kind.</summary>
    [JsonPropertyName("input_token_details")]
    public InputTokenDetails? InputTokenDetails { get; init; }

    /// <summary><see cref="OutputTokens"/> by kind.</summary>
    [JsonPropertyName("output_token_details")]
    public OutputTokenDetails? OutputTokenDetails { get; init; }

    /// <summary>Adds up usage member by member: a count that one of them lacks counts as zero, one that both lack stays null. Members of <see cref="WireObject.AdditionalProperties"/> are left out.</summary>
    /// <param name="left">One usage; null adds nothing.</param>
    /// <param name="right">The other usage; null adds nothing.</param>
    /// <returns>A new record; the operand that is not null when the other one is; null when both are.</returns>
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

/// <summary>Tokens read, by kind. Wire: <c>input_token_details</c>.</summary>
public sealed partial record InputTokenDetails : WireObject
{
    /// <summary>Tokens of text.</summary>
    [JsonPropertyName("text_tokens")]
    public int? TextTokens { get; init; }

    /// <summary>Tokens of audio.</summary>
    [JsonPropertyName("audio_tokens")]
    public int? AudioTokens { get; init; }

    /// <summary>Tokens of pictures; null on servers that do not count them.</summary>
    [JsonPropertyName("image_tokens")]
    public int? ImageTokens { get; init; }

    /// <summary>How many of the input tokens came from the cache, at a lower price.</summary>
    [JsonPropertyName("cached_tokens")]
    public int? CachedTokens { get; init; }

    /// <summary><see cref="CachedTokens"/> by kind.</summary>
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

/// <summary>Tokens from the cache, by kind. Wire: <c>cached_tokens_details</c>.</summary>
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

/// <summary>Tokens written and spoken, by kind. Wire: <c>output_token_details</c>.</summary>
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
