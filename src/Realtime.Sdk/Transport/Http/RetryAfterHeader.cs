using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;

namespace Realtime.Sdk.Internal;

/// <summary>Reads the delay that the server requests.</summary>
internal static class RetryAfterHeader
{
    /// <summary>The valid characters. Without this check, the platform would parse NaN and Infinity as numbers.</summary>
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly double MaxSeconds = TimeSpan.MaxValue.TotalSeconds;

    /// <summary>
    /// Returns the delay from <c>retry-after-ms</c> (milliseconds) or, if it is missing or malformed, from <c>Retry-After</c> (seconds or an HTTP date).
    /// Returns zero for a date in the past, <see cref="TimeSpan.MaxValue"/> for a number that is too large, and null if there is no valid value.
    /// </summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now) =>
        ParseNumber(GetFirst(headers, "retry-after-ms"), 1e-3) ?? ParseSecondsOrDate(GetFirst(headers, "Retry-After"), now);

    private static TimeSpan? ParseSecondsOrDate(string? text, DateTimeOffset now)
    {
        if (ParseNumber(text, 1) is { } wait)
            return wait;
        if (!DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return null;
        return date > now ? date - now : TimeSpan.Zero;
    }

    private static TimeSpan? ParseNumber(string? text, double unit)
    {
        if (text.AsSpan().IndexOfAnyExcept(Digits) >= 0 || !double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return null;
        var seconds = value * unit;
        return seconds < MaxSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
    }

    private static string? GetFirst(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault("").Trim() : null;
}
