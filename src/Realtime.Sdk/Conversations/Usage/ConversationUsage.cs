namespace Realtime.Sdk;

/// <summary>
/// Token counts by kind, as they are priced: cached input tokens are counted only as cached tokens. Add usages with <c>+</c>; sums that are too large stay at the
/// maximum value.
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

    /// <summary>Output tokens of text, including those of reasoning. The default is 0.</summary>
    public long TextOutputTokens { get; init; }

    /// <summary>Output tokens of audio. The default is 0.</summary>
    public long AudioOutputTokens { get; init; }

    /// <summary>Input tokens of text for the transcription, such as its prompt. The default is 0.</summary>
    public long TranscriptionTextInputTokens { get; init; }

    /// <summary>Input tokens of audio for the transcription, for models that are billed by tokens. The default is 0.</summary>
    public long TranscriptionAudioInputTokens { get; init; }

    /// <summary>Output tokens of the transcription, for models that are billed by tokens. The default is 0.</summary>
    public long TranscriptionOutputTokens { get; init; }

    /// <summary>The duration of the transcribed audio, for models that are billed by duration. The default is zero.</summary>
    public TimeSpan TranscriptionDuration { get; init; }

    /// <summary>The number of responses. The default is 0.</summary>
    public int Responses { get; init; }

    /// <summary>
    /// The cost in the currency of <see cref="RealtimeConversationOptions.Prices"/>. Null if there are no prices, or a part of the usage has no price, which is reported
    /// in a warning of the kind <see cref="WarningKind.Usage"/>. A response whose usage the server did not report costs nothing. The default is null.
    /// </summary>
    public decimal? Cost { get; init; }

    /// <summary>The total number of tokens of responses, including cached tokens but not those of transcription.</summary>
    public long TotalTokens =>
        Sum(TextInputTokens, AudioInputTokens, ImageInputTokens, CachedTextInputTokens, CachedAudioInputTokens, CachedImageInputTokens, TextOutputTokens, AudioOutputTokens);

    /// <summary>The total number of input and output tokens of transcription.</summary>
    public long TranscriptionTokens => Sum(TranscriptionTextInputTokens, TranscriptionAudioInputTokens, TranscriptionOutputTokens);

    /// <summary>Adds two usages. The cost is null if one of them has tokens or a duration, but no cost.</summary>
    public static ConversationUsage operator +(ConversationUsage left, ConversationUsage right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (ReferenceEquals(left, None))
            return right;
        return new()
        {
            TextInputTokens = Sum(left.TextInputTokens, right.TextInputTokens),
            AudioInputTokens = Sum(left.AudioInputTokens, right.AudioInputTokens),
            ImageInputTokens = Sum(left.ImageInputTokens, right.ImageInputTokens),
            CachedTextInputTokens = Sum(left.CachedTextInputTokens, right.CachedTextInputTokens),
            CachedAudioInputTokens = Sum(left.CachedAudioInputTokens, right.CachedAudioInputTokens),
            CachedImageInputTokens = Sum(left.CachedImageInputTokens, right.CachedImageInputTokens),
            TextOutputTokens = Sum(left.TextOutputTokens, right.TextOutputTokens),
            AudioOutputTokens = Sum(left.AudioOutputTokens, right.AudioOutputTokens),
            TranscriptionTextInputTokens = Sum(left.TranscriptionTextInputTokens, right.TranscriptionTextInputTokens),
            TranscriptionAudioInputTokens = Sum(left.TranscriptionAudioInputTokens, right.TranscriptionAudioInputTokens),
            TranscriptionOutputTokens = Sum(left.TranscriptionOutputTokens, right.TranscriptionOutputTokens),
            TranscriptionDuration = TimeSpan.FromTicks(Sum(left.TranscriptionDuration.Ticks, right.TranscriptionDuration.Ticks)),
            Responses = (int)Math.Clamp((long)left.Responses + right.Responses, int.MinValue, int.MaxValue),
            Cost = SumOfCosts(left, right),
        };
    }

    /// <summary>The usage before any tokens were reported.</summary>
    internal static ConversationUsage None { get; } = new();

    /// <summary>Whether it contains no tokens and no duration, so that it costs nothing.</summary>
    private bool IsFree => TotalTokens == 0 && TranscriptionTokens == 0 && TranscriptionDuration == TimeSpan.Zero;

    /// <summary>Returns the usage of one response. Values that are impossible are corrected: no count is negative, and no more tokens are cached than there are.</summary>
    internal static ConversationUsage From(ResponseUsage? usage)
    {
        var (input, output) = (usage?.InputTokenDetails, usage?.OutputTokenDetails);
        var cached = input?.CachedTokensDetails;
        var (audio, image, spoken) = (AtLeastZero(input?.AudioTokens), AtLeastZero(input?.ImageTokens), AtLeastZero(output?.AudioTokens));

        // Some servers report only totals, and those of models that reason contain tokens that the details do not: they are counted as text.
        var written = Math.Max(AtLeastZero(output?.TextTokens), AtLeastZero(usage?.OutputTokens) - spoken);
        var read = usage?.InputTokens is { } total ? AtLeastZero(total) : AtLeastZero(usage?.TotalTokens) - written - spoken;
        var text = Math.Max(AtLeastZero(input?.TextTokens), read - audio - image);
        var (cachedText, cachedAudio, cachedImage) = (LimitCached(cached?.TextTokens, text), LimitCached(cached?.AudioTokens, audio), LimitCached(cached?.ImageTokens, image));
        return new()
        {
            TextInputTokens = text - cachedText,
            AudioInputTokens = audio - cachedAudio,
            ImageInputTokens = image - cachedImage,
            CachedTextInputTokens = cachedText,
            CachedAudioInputTokens = cachedAudio,
            CachedImageInputTokens = cachedImage,
            TextOutputTokens = written,
            AudioOutputTokens = spoken,
            Responses = 1,
        };
    }

    /// <summary>Returns the usage of one transcript.</summary>
    internal static ConversationUsage From(TranscriptionUsage? usage)
    {
        switch (usage)
        {
            case TranscriptionTokenUsage tokens:
                var (text, written) = (AtLeastZero(tokens.InputTokenDetails?.TextTokens), AtLeastZero(tokens.OutputTokens));
                var read = tokens.InputTokens is { } total ? AtLeastZero(total) : AtLeastZero(tokens.TotalTokens) - written;
                return new()
                {
                    TranscriptionTextInputTokens = text,
                    TranscriptionAudioInputTokens = Math.Max(AtLeastZero(tokens.InputTokenDetails?.AudioTokens), read - text),
                    TranscriptionOutputTokens = written,
                };
            case TranscriptionDurationUsage { Duration: var duration } when duration > TimeSpan.Zero:
                return new() { TranscriptionDuration = duration };
            default:
                return None;
        }
    }

    private static long LimitCached(int? tokens, long total) => Math.Min(AtLeastZero(tokens), total);

    private static long AtLeastZero(int? tokens) => Math.Max(0, tokens ?? 0);

    private static long Sum(params ReadOnlySpan<long> counts)
    {
        Int128 sum = 0;
        foreach (var count in counts)
            sum += count;
        return (long)Int128.Clamp(sum, long.MinValue, long.MaxValue);
    }

    private static decimal? SumOfCosts(ConversationUsage left, ConversationUsage right)
    {
        if ((left.Cost is null && right.Cost is null) || left is { Cost: null, IsFree: false } || right is { Cost: null, IsFree: false })
            return null;
        return UsagePricing.Sum(left.Cost ?? 0, right.Cost ?? 0);
    }
}
