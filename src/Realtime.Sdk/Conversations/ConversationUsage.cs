namespace Realtime.Sdk;

/// <summary>
/// Token counts by kind, as they are priced: cached input tokens are counted only as cached tokens. Add usages with <c>+</c>.
/// </summary>
public sealed record ConversationUsage
{
    /// <summary>Input tokens of text that were not cached. The default is 0.</summary>
    public long TextInputTokens { get; init; }

    /// <summary>Input tokens of audio that were not cached. The default is 0.</summary>
    public long AudioInputTokens { get; init; }

    /// <summary>Input tokens of images that were not cached. The default is 0.</summary>
    public long ImageInputTokens { get; init; }

    /// <summary>Input tokens of text from the cache. The default is 0.</summary>
    public long CachedTextInputTokens { get; init; }

    /// <summary>Input tokens of audio from the cache. The default is 0.</summary>
    public long CachedAudioInputTokens { get; init; }

    /// <summary>Input tokens of images from the cache. The default is 0.</summary>
    public long CachedImageInputTokens { get; init; }

    /// <summary>Output tokens of text. The default is 0.</summary>
    public long TextOutputTokens { get; init; }

    /// <summary>Output tokens of audio. The default is 0.</summary>
    public long AudioOutputTokens { get; init; }

    /// <summary>Input and output tokens of transcription, for models that are billed by tokens. The default is 0.</summary>
    public long TranscriptionTokens { get; init; }

    /// <summary>The duration of the transcribed audio, for models that are billed by duration. The default is zero.</summary>
    public TimeSpan TranscriptionDuration { get; init; }

    /// <summary>The number of responses. The default is 0.</summary>
    public int Responses { get; init; }

    /// <summary>The total number of tokens of responses, including cached tokens but not those of transcription.</summary>
    public long TotalTokens => TextInputTokens + AudioInputTokens + ImageInputTokens + CachedTextInputTokens + CachedAudioInputTokens + CachedImageInputTokens
        + TextOutputTokens + AudioOutputTokens;

    /// <summary>Adds two usages.</summary>
    public static ConversationUsage operator +(ConversationUsage left, ConversationUsage right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (ReferenceEquals(left, None))
            return right;
        return new()
        {
            TextInputTokens = left.TextInputTokens + right.TextInputTokens,
            AudioInputTokens = left.AudioInputTokens + right.AudioInputTokens,
            ImageInputTokens = left.ImageInputTokens + right.ImageInputTokens,
            CachedTextInputTokens = left.CachedTextInputTokens + right.CachedTextInputTokens,
            CachedAudioInputTokens = left.CachedAudioInputTokens + right.CachedAudioInputTokens,
            CachedImageInputTokens = left.CachedImageInputTokens + right.CachedImageInputTokens,
            TextOutputTokens = left.TextOutputTokens + right.TextOutputTokens,
            AudioOutputTokens = left.AudioOutputTokens + right.AudioOutputTokens,
            TranscriptionTokens = left.TranscriptionTokens + right.TranscriptionTokens,
            TranscriptionDuration = TimeSpan.FromTicks(Sum(left.TranscriptionDuration, right.TranscriptionDuration)),
            Responses = left.Responses + right.Responses,
        };
    }

    /// <summary>The usage before any tokens were reported.</summary>
    internal static ConversationUsage None { get; } = new();

    /// <summary>Returns the usage of one response.</summary>
    internal static ConversationUsage Of(ResponseUsage? usage)
    {
        var (input, output) = (usage?.InputTokenDetails, usage?.OutputTokenDetails);
        var cached = input?.CachedTokensDetails;

        // Some servers report only totals, which are counted as text.
        return new()
        {
            TextInputTokens = Uncached(input is null ? usage?.InputTokens : input.TextTokens, cached?.TextTokens),
            AudioInputTokens = Uncached(input?.AudioTokens, cached?.AudioTokens),
            ImageInputTokens = Uncached(input?.ImageTokens, cached?.ImageTokens),
            CachedTextInputTokens = AtLeastZero(cached?.TextTokens),
            CachedAudioInputTokens = AtLeastZero(cached?.AudioTokens),
            CachedImageInputTokens = AtLeastZero(cached?.ImageTokens),
            TextOutputTokens = AtLeastZero(output is null ? usage?.OutputTokens : output.TextTokens),
            AudioOutputTokens = AtLeastZero(output?.AudioTokens),
            Responses = 1,
        };
    }

    /// <summary>Returns the usage of one transcript.</summary>
    internal static ConversationUsage Of(TranscriptionUsage? usage) => usage switch
    {
        TranscriptionTokenUsage tokens => new() { TranscriptionTokens = AtLeastZero(tokens.TotalTokens) },
        TranscriptionDurationUsage duration => new() { TranscriptionDuration = duration.Duration > TimeSpan.Zero ? duration.Duration : TimeSpan.Zero },
        _ => None,
    };

    private static long Uncached(int? tokens, int? cached) => Math.Max(0, AtLeastZero(tokens) - AtLeastZero(cached));

    private static long AtLeastZero(int? tokens) => Math.Max(0, tokens ?? 0);

    /// <summary>A server can report any duration, so the sum must not overflow.</summary>
    private static long Sum(TimeSpan left, TimeSpan right) => (long)Int128.Clamp((Int128)left.Ticks + right.Ticks, long.MinValue, long.MaxValue);
}
