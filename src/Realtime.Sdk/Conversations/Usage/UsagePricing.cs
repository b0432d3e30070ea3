namespace Realtime.Sdk.Internal;

/// <summary>Prices usage.</summary>
internal static class UsagePricing
{
    /// <summary>Returns the cost of the part of a usage that has prices. No product exceeds the range, because prices are at most <see cref="UsageRules.MaxPrice"/>.</summary>
    /// <param name="usage">The usage of one model: of a response or of a transcript.</param>
    /// <param name="prices">The prices of the model; null if there are none.</param>
    /// <param name="unpriced">Gets the kinds of usage that have no price.</param>
    public static decimal CostOf(ConversationUsage usage, ModelPrices? prices, ICollection<string> unpriced)
    {
        var cost = 0m;
        Add(usage.TextInputTokens, prices?.TextInput, "text input");
        Add(usage.AudioInputTokens, prices?.AudioInput, "audio input");
        Add(usage.ImageInputTokens, prices?.ImageInput, "image input");
        Add(usage.CachedTextInputTokens, prices?.CachedTextInput ?? prices?.TextInput, "cached text input");
        Add(usage.CachedAudioInputTokens, prices?.CachedAudioInput ?? prices?.AudioInput, "cached audio input");
        Add(usage.CachedImageInputTokens, prices?.CachedImageInput ?? prices?.ImageInput, "cached image input");
        Add(usage.TextOutputTokens, prices?.TextOutput, "text output");
        Add(usage.AudioOutputTokens, prices?.AudioOutput, "audio output");
        Add(usage.TranscriptionTextInputTokens, prices?.TextInput, "text input of transcription");
        Add(usage.TranscriptionAudioInputTokens, prices?.AudioInput, "audio input of transcription");
        Add(usage.TranscriptionOutputTokens, prices?.TextOutput, "text output of transcription");
        Add(usage.TranscriptionDuration.Ticks, prices?.TranscriptionMinute, "minutes of transcription", TimeSpan.TicksPerMinute);
        return cost;

        void Add(long count, decimal? price, string kind, long countOfPrice = 1_000_000)
        {
            if (count == 0)
                return;
            if (price is { } known)
                cost += count * known / countOfPrice;
            else
                unpriced.Add(kind);
        }
    }

    /// <summary>Adds two costs. A sum that is too large stays at the maximum value.</summary>
    public static decimal Sum(decimal left, decimal right) =>
        right > 0 && left > decimal.MaxValue - right ? decimal.MaxValue
        : right < 0 && left < decimal.MinValue - right ? decimal.MinValue
        : left + right;
}
