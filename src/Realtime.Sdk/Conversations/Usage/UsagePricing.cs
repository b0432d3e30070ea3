namespace Realtime.Sdk.Internal;

/// <summary>Computes the cost of usage.</summary>
internal static class UsagePricing
{
    /// <summary>Returns the cost of the part of a usage that has prices. No product exceeds the range, because prices are at most <see cref="UsageRules.MaxPrice"/>.</summary>
    /// <param name="usage">The usage of one model: of a response or of a transcript.</param>
    /// <param name="prices">The prices of the model; null if there are none.</param>
    /// <param name="unpriced">Gets the kinds of usage that have no price.</param>
    public static decimal GetCost(ConversationUsage usage, ModelPrices? prices, ICollection<string> unpriced)
    {
        var cost = 0m;
        Charge(usage.TextInputTokens, prices?.TextInput, "text input");
        Charge(usage.AudioInputTokens, prices?.AudioInput, "audio input");
        Charge(usage.ImageInputTokens, prices?.ImageInput, "image input");
        Charge(usage.CachedTextInputTokens, prices?.CachedTextInput ?? prices?.TextInput, "cached text input");
        Charge(usage.CachedAudioInputTokens, prices?.CachedAudioInput ?? prices?.AudioInput, "cached audio input");
        Charge(usage.CachedImageInputTokens, prices?.CachedImageInput ?? prices?.ImageInput, "cached image input");
        Charge(usage.TextOutputTokens, prices?.TextOutput, "text output");
        Charge(usage.AudioOutputTokens, prices?.AudioOutput, "audio output");
        Charge(usage.TranscriptionTextInputTokens, prices?.TextInput, "text input of transcription");
        Charge(usage.TranscriptionAudioInputTokens, prices?.AudioInput, "audio input of transcription");
        Charge(usage.TranscriptionOutputTokens, prices?.TextOutput, "text output of transcription");
        Charge(usage.TranscriptionDuration.Ticks, prices?.TranscriptionMinute, "minutes of transcription", TimeSpan.TicksPerMinute);
        return cost;

        void Charge(long count, decimal? price, string kind, long countOfPrice = 1_000_000)
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
