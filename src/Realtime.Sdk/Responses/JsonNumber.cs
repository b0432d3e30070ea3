using System.Globalization;
using System.Numerics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A JSON number as decimal digits and a power of ten, so that numbers of any size and precision are compared exactly: 9007199254740993 is not
/// 9007199254740992, and 1e400 is not infinite.
/// </summary>
internal readonly struct JsonNumber
{
    /// <summary>The limit of exponents: larger ones are treated as this one, so that sums with the number of digits cannot overflow.</summary>
    private const long MaxExponent = long.MaxValue / 40;

    /// <summary>The number of digits that are divided at once.</summary>
    private const int DigitsPerStep = 18;

    /// <summary>The maximum magnitude of a number that is read as a count. Larger counts are treated as <see cref="long.MaxValue"/>.</summary>
    private const int MaxCountDigits = 18;

    private readonly int _sign;

    /// <summary>The digits without zeros at the start and at the end; empty for zero.</summary>
    private readonly string _digits;

    private readonly long _exponent;

    private JsonNumber(int sign, string digits, long exponent) => (_sign, _digits, _exponent) = (sign, digits, exponent);

    public bool IsInteger => _sign == 0 || _exponent >= 0;

    public bool IsPositive => _sign > 0;

    /// <summary>The number as a count; null if it is negative or has a fraction.</summary>
    public long? Count =>
        _sign == 0 ? 0
        : _sign < 0 || _exponent < 0 ? null
        : Magnitude > MaxCountDigits ? long.MaxValue
        : (long)BigInteger.Parse(_digits, CultureInfo.InvariantCulture) * (long)Math.Pow(10, _exponent);

    /// <summary>The number of digits before the decimal point; negative if zeros follow the point.</summary>
    private long Magnitude => _exponent + _digits.Length;

    /// <summary>Reads the text of a number that a JSON reader has accepted.</summary>
    public static JsonNumber Parse(ReadOnlySpan<char> text)
    {
        var isNegative = text[0] == '-';
        if (isNegative)
            text = text[1..];
        var end = text.IndexOfAny('e', 'E');
        var exponent = end < 0 ? 0 : ParseExponent(text[(end + 1)..]);
        var number = end < 0 ? text : text[..end];
        var point = number.IndexOf('.');
        var digits = point < 0 ? number : string.Concat(number[..point], number[(point + 1)..]);
        if (point >= 0)
            exponent -= number.Length - point - 1;
        digits = digits.TrimStart('0');
        var length = digits.Length;
        digits = digits.TrimEnd('0');
        return digits.IsEmpty ? new(0, "", 0) : new(isNegative ? -1 : 1, digits.ToString(), exponent + length - digits.Length);
    }

    public int CompareTo(JsonNumber other)
    {
        if (_sign != other._sign)
            return _sign.CompareTo(other._sign);
        var magnitude = Magnitude.CompareTo(other.Magnitude);
        return _sign * (magnitude != 0 ? magnitude : string.CompareOrdinal(_digits, other._digits));
    }

    /// <summary>Returns whether the number is a multiple of a positive number.</summary>
    public bool IsMultipleOf(JsonNumber divisor)
    {
        if (_sign == 0)
            return true;
        // The last digit is not zero, so the number is not a multiple of a larger power of ten.
        if (_exponent < divisor._exponent)
            return false;
        var modulus = BigInteger.Parse(divisor._digits, CultureInfo.InvariantCulture);
        var remainder = BigInteger.Zero;
        for (var start = 0; start < _digits.Length; start += DigitsPerStep)
        {
            var step = _digits.AsSpan(start, Math.Min(DigitsPerStep, _digits.Length - start));
            remainder = ((remainder * BigInteger.Pow(10, step.Length)) + long.Parse(step, CultureInfo.InvariantCulture)) % modulus;
        }
        return (remainder * BigInteger.ModPow(10, _exponent - divisor._exponent, modulus) % modulus).IsZero;
    }

    /// <summary>Returns a text that is the same for equal numbers only.</summary>
    public override string ToString() => $"{(_sign < 0 ? "-" : "")}{_digits}e{_exponent.ToString(CultureInfo.InvariantCulture)}";

    private static long ParseExponent(ReadOnlySpan<char> text)
    {
        var isNegative = text[0] == '-';
        long exponent = 0;
        foreach (var digit in text.TrimStart("+-"))
            exponent = Math.Min((exponent * 10) + (digit - '0'), MaxExponent);
        return isNegative ? -exponent : exponent;
    }
}
