using System.Text;

namespace Realtime.Sdk;

/// <summary>
/// An address in a SIP header, for example the caller in <c>From</c>: <c>"Ann" &lt;sip:+14155550123@example.com&gt;;tag=1</c>. The caller writes it, so do not trust it: a
/// number in it proves nothing. <see cref="ToString"/> does not contain it, because it is personal data.
/// </summary>
public sealed class SipAddress
{
    private static readonly string[] Schemes = ["sip:", "sips:", "tel:"];

    private SipAddress(string? displayName, string uri) => (DisplayName, Uri) = (displayName, uri);

    /// <summary>The name that the caller shows; null if there is none.</summary>
    public string? DisplayName { get; }

    /// <summary>The URI with its parameters, for example <c>sip:+14155550123@example.com;user=phone</c>.</summary>
    public string Uri { get; }

    /// <summary>
    /// The user of the URI, which is usually a telephone number, for example <c>+14155550123</c>, as the caller writes it. Null if the URI has no user, for example for an
    /// anonymous caller of some networks.
    /// </summary>
    public string? User
    {
        get
        {
            var afterScheme = Uri.AsSpan(Uri.IndexOf(':', StringComparison.Ordinal) + 1);
            var isNumber = Uri.StartsWith("tel:", StringComparison.OrdinalIgnoreCase);
            var end = isNumber ? afterScheme.Length : afterScheme.IndexOf('@');
            if (end <= 0)
                return null;

            // Both a user and a number can have parameters, and a user a password.
            var user = afterScheme[..end];
            var length = user.IndexOfAny(isNumber ? ";?" : ";:");
            return System.Uri.UnescapeDataString(length < 0 ? user : user[..length]) is { Length: > 0 } unescaped ? unescaped : null;
        }
    }

    /// <summary>Reads the value of a header such as <c>From</c> or <c>To</c>. Returns null if it contains no URI with the scheme <c>sip</c>, <c>sips</c> or <c>tel</c>.</summary>
    /// <param name="value">The value. Null has no address.</param>
    public static SipAddress? Parse(string? value)
    {
        var rest = value.AsSpan().Trim();
        string? name = null;
        if (rest.StartsWith("\""))
        {
            if (!TryReadQuoted(ref rest, out name))
                return null;
        }
        var open = rest.IndexOf('<');
        if (open < 0)
        {
            // Without angle brackets, the parameters belong to the header.
            var end = rest.IndexOfAny(";, ");
            return name is null && IsUri(rest) ? new(null, (end < 0 ? rest : rest[..end]).ToString()) : null;
        }
        name ??= rest[..open].Trim().ToString();
        rest = rest[(open + 1)..];
        var close = rest.IndexOf('>');
        return close > 0 && IsUri(rest[..close]) ? new(name.Length == 0 ? null : name, rest[..close].ToString()) : null;
    }

    /// <summary>Returns the name of the type only.</summary>
    public override string ToString() => nameof(SipAddress);

    private static bool IsUri(ReadOnlySpan<char> text)
    {
        foreach (var scheme in Schemes)
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return text.Length > scheme.Length;
        }
        return false;
    }

    private static bool TryReadQuoted(ref ReadOnlySpan<char> rest, out string? text)
    {
        var read = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                text = read.ToString();
                rest = rest[(i + 1)..];
                return true;
            }
            if (rest[i] == '\\' && ++i == rest.Length)
                break;
            read.Append(rest[i]);
        }
        text = null;
        return false;
    }
}
