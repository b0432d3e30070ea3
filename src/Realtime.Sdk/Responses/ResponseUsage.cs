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
}
