namespace Realtime.Sdk.Internal;

/// <summary>Estimates the part of a text that was heard from the part of its audio that was heard. Servers do not report the times of words.</summary>
internal sealed class HeardTextEstimator
{
    /// <summary>Half a character, so that rounding does not remove a word that was heard completely.</summary>
    private const double Tolerance = 0.5;

    private double _characters;
    private double _seconds;

    /// <summary>Updates the speaking rate from speech that was heard completely.</summary>
    public void UpdateRate(int characters, TimeSpan duration)
    {
        if (characters == 0 || duration <= TimeSpan.Zero)
            return;
        _characters += characters;
        _seconds += duration.TotalSeconds;
    }

    /// <summary>Returns the number of characters that were heard, cut at the end of a word.</summary>
    /// <param name="text">The text.</param>
    /// <param name="heard">The duration of the audio that was heard.</param>
    /// <param name="total">The duration of the audio of the text; zero if it is not known.</param>
    /// <param name="isComplete">Whether both the text and the audio are complete.</param>
    public int EstimateLength(ReadOnlySpan<char> text, TimeSpan heard, TimeSpan total, bool isComplete)
    {
        if (heard <= TimeSpan.Zero)
            return 0;
        if (isComplete && total > TimeSpan.Zero && heard >= total)
            return text.Length;
        var byProportion = total > TimeSpan.Zero ? text.Length * (heard / total) : double.PositiveInfinity;

        // The text that was received may be ahead of the audio that was received, so the proportion alone would be too large. The speaking rate limits it.
        var byRate = _seconds > 0 ? _characters / _seconds * heard.TotalSeconds : double.PositiveInfinity;
        var estimate = isComplete || double.IsInfinity(byRate) ? byProportion : Math.Min(byProportion, byRate);
        return double.IsInfinity(estimate) ? 0 : TrimToWord(text, (int)Math.Min(text.Length, estimate + Tolerance));
    }

    /// <summary>Estimates the spoken duration of a text; <paramref name="max"/> if the speaking rate is not known.</summary>
    public TimeSpan EstimateDuration(int characters, TimeSpan max)
    {
        if (_characters == 0)
            return max;
        var estimate = characters * _seconds / _characters;
        return estimate < max.TotalSeconds ? TimeSpan.FromSeconds(estimate) : max;
    }

    /// <summary>Shortens a length to the end of the last complete word.</summary>
    public static int TrimToWord(ReadOnlySpan<char> text, int length)
    {
        if (length >= text.Length)
            return text.Length;

        // The cut is within a word, which was not heard completely.
        if (!char.IsWhiteSpace(text[length]))
        {
            while (length > 0 && !char.IsWhiteSpace(text[length - 1]))
                length--;
        }
        return text[..length].TrimEnd().Length;
    }
}
