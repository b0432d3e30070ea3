using System.Globalization;
using System.Text.RegularExpressions;

namespace Realtime.Sdk.Internal;

/// <summary>The values of the keyword <c>format</c> that are checked. All others are ignored, as JSON Schema demands.</summary>
internal static partial class JsonFormats
{
    /// <summary>The maximum length of a host name in characters (RFC 1035, section 2.3.4).</summary>
    private const int MaxHostLength = 253;

    /// <summary>Returns what a text of this format must be, or null if the format is not known.</summary>
    public static string? Describe(string format) => format switch
    {
        "date-time" => "a date and time with an offset, for example 2026-01-31T08:30:00Z",
        "date" => "a date, for example 2026-01-31",
        "time" => "a time of day, for example 08:30:00Z",
        "duration" => "an ISO 8601 duration, for example PT90S",
        "email" => "an email address",
        "hostname" => "a host name",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "uuid" => "a UUID",
        "uri" => "an absolute URI",
        _ => null,
    };

    /// <summary>Returns whether the text has the format. A format that is not known is valid.</summary>
    public static bool IsValid(string format, string text) => format switch
    {
        "date-time" => text.Length > 10 && IsDate(text.AsSpan(0, 10)) && text[10] is 'T' or 't' or ' ' or '_' && Time().IsMatch(text.AsSpan(11)) && HasOffset(text),
        "date" => IsDate(text),
        "time" => Time().IsMatch(text),
        "duration" => Duration().IsMatch(text),
        "email" => Email().IsMatch(text),
        "hostname" => text.Length <= MaxHostLength && Host().IsMatch(text),
        "ipv4" => Address().IsMatch(text),
        "ipv6" => Uri.CheckHostName(text) == UriHostNameType.IPv6,
        "uuid" => text.Length == 36 && Guid.TryParseExact(text, "D", out _),
        "uri" => Uri.IsWellFormedUriString(text, UriKind.Absolute),
        _ => true,
    };

    private static bool IsDate(ReadOnlySpan<char> text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool HasOffset(string text) => text[^1] is 'Z' or 'z' || text[^6] is '+' or '-';

    // A second of 60 is a leap second (RFC 3339, section 5.7).
    [GeneratedRegex(@"^([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex(@"^P(?!\z)([0-9]+W|([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?!\z)([0-9]+H)?([0-9]+M)?([0-9]+S)?)?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex(
        @"^(?:""[^""\r\n]+""|[-!#$%&'*+/=?^_`{|}~A-Za-z0-9]+(\.[-!#$%&'*+/=?^_`{|}~A-Za-z0-9]+)*)@(\[[0-9A-Za-z:.]+\]|([A-Za-z0-9\u0080-\uFFFF]([-A-Za-z0-9\u0080-\uFFFF]{0,61}[A-Za-z0-9\u0080-\uFFFF])?\.)+[A-Za-z\u0080-\uFFFF]{2,63})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    [GeneratedRegex(@"^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Host();

    [GeneratedRegex(@"^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(?!\z)|\z)){4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
