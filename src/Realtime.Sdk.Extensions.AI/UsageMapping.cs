namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>Usage of the wire as usage of Microsoft.Extensions.AI. Counts for which it has no property are additional counts.</summary>
internal static class UsageMapping
{
    public const string InputImageTokens = "InputImageTokenCount";
    public const string CachedTextTokens = "CachedInputTextTokenCount";
    public const string CachedAudioTokens = "CachedInputAudioTokenCount";
    public const string CachedImageTokens = "CachedInputImageTokenCount";
    public const string TranscriptionMilliseconds = "TranscriptionMilliseconds";

    public static UsageDetails? Read(ResponseUsage? usage)
    {
        if (usage is null)
            return null;
        var details = Create(usage.InputTokens, usage.OutputTokens, usage.TotalTokens, usage.InputTokenDetails);
        details.OutputTextTokenCount = usage.OutputTokenDetails?.TextTokens;
        details.OutputAudioTokenCount = usage.OutputTokenDetails?.AudioTokens;
        return details;
    }

    public static UsageDetails? Read(TranscriptionUsage? usage) => usage switch
    {
        TranscriptionTokenUsage tokens => Create(tokens.InputTokens, tokens.OutputTokens, tokens.TotalTokens, tokens.InputTokenDetails),
        TranscriptionDurationUsage duration => new() { AdditionalCounts = new() { [TranscriptionMilliseconds] = (long)duration.Duration.TotalMilliseconds } },
        _ => null,
    };

    private static UsageDetails Create(int? input, int? output, int? total, InputTokenDetails? inputs)
    {
        var details = new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = total,
            CachedInputTokenCount = inputs?.CachedTokens,
            InputTextTokenCount = inputs?.TextTokens,
            InputAudioTokenCount = inputs?.AudioTokens,
        };
        Add(details, InputImageTokens, inputs?.ImageTokens);
        Add(details, CachedTextTokens, inputs?.CachedTokensDetails?.TextTokens);
        Add(details, CachedAudioTokens, inputs?.CachedTokensDetails?.AudioTokens);
        Add(details, CachedImageTokens, inputs?.CachedTokensDetails?.ImageTokens);
        return details;
    }

    private static void Add(UsageDetails details, string name, int? tokens)
    {
        if (tokens is { } count)
            (details.AdditionalCounts ??= [])[name] = count;
    }
}
