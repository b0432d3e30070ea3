using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;

namespace Realtime.Sdk.Internal;

/// <summary>How long the server asks to wait, whatever it writes.</summary>
internal static class RetryAfterHeader
{
    /// <summary>The platform takes NaN and Infinity for numbers, too.</summary>
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly double LongestSeconds = TimeSpan.MaxValue.TotalSeconds;

    /// <summary>
    /// <c>retry-after-ms</c> (milliseconds) before <c>Retry-After</c> (seconds or an HTTP date). A date that has passed is no wait; a
    /// number too large is the longest time there is; anything else that is no time is null.
    /// </summary>
    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now) =>
        Number(First(headers, "retry-after-ms"), 1e-3) ?? OfSecondsOrDate(First(headers, "Retry-After"), now);

    private static TimeSpan? OfSecondsOrDate(string? text, DateTimeOffset now)
    {
        if (Number(text, 1) is { } wait)
            return wait;
        if (!DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return null;
        return date > now ? date - now : TimeSpan.Zero;
    }

    private static TimeSpan? Number(string? text, double unit)
    {
        if (text.AsSpan().IndexOfAnyExcept(Digits) >= 0 || !double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return null;
        var seconds = value * unit;
        return seconds < LongestSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
    }

    private static string? First(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault()?.Trim() : null;
}
