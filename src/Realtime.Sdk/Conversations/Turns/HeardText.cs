namespace Realtime.Sdk.Internal;

/// <summary>Estimates the part of a text that was heard from the part of its audio that was heard. Servers do not report the times of words.</summary>
internal sealed class HeardText
{
    /// <summary>Half a character, so that rounding does not remove a word that was heard completely.</summary>
    private const double Tolerance = 0.5;

    private double _characters;
    private double _seconds;

    /// <summary>Updates the speaking rate from speech that was heard completely.</summary>
    public void Learn(int characters, TimeSpan duration)
    {
        if (characters == 0 || duration <= TimeSpan.Zero)
            return;
        _characters += characters;
        _seconds += duration.TotalSeconds;
    }

    /// <summary>Returns the number of characters that were heard, cut at the end of a word.</summary>
    /// <param name="text">The text.</param>
    /// <param name="heard">The audio that was heard.</param>
    /// <param name="total">The audio of the text; zero if it is not known.</param>
    /// <param name="isWhole">Whether the text and the audio are all that there is: otherwise the text may be ahead of the audio.</param>
    public int Estimate(ReadOnlySpan<char> text, TimeSpan heard, TimeSpan total, bool isWhole)
    {
        if (heard <= TimeSpan.Zero)
            return 0;
        if (isWhole && total > TimeSpan.Zero && heard >= total)
            return text.Length;
        var byShare = total > TimeSpan.Zero ? text.Length * (heard / total) : double.PositiveInfinity;
        var byRate = _seconds > 0 ? _characters / _seconds * heard.TotalSeconds : double.PositiveInfinity;
        var estimate = isWhole || double.IsInfinity(byRate) ? byShare : Math.Min(byShare, byRate);
        return double.IsInfinity(estimate) ? 0 : CutAtWord(text, (int)Math.Min(text.Length, estimate + Tolerance));
    }

    /// <summary>Estimates the spoken duration of a text; <paramref name="max"/> if the speaking rate is not known.</summary>
    public TimeSpan DurationOf(int characters, TimeSpan max)
    {
        if (_characters == 0)
            return max;
        var estimate = characters * _seconds / _characters;
        return estimate < max.TotalSeconds ? TimeSpan.FromSeconds(estimate) : max;
    }

    /// <summary>Shortens a part of a text to the end of a word.</summary>
    public static int CutAtWord(ReadOnlySpan<char> text, int length)
    {
        if (length >= text.Length)
            return text.Length;
        if (!char.IsWhiteSpace(text[length]))
        {
            while (length > 0 && !char.IsWhiteSpace(text[length - 1]))
                length--;
        }
        return text[..length].TrimEnd().Length;
    }
}
