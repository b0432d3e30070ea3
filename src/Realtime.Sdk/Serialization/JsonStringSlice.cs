using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Where a JSON string stands in its message, quotes included; the default value is <c>null</c>, or a member that is not there.</summary>
internal readonly record struct JsonStringSlice(int Start, int Length, bool Escaped)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public bool IsPresent => Length > 0;

    /// <summary>The bytes between the quotes; false when they are not the string itself, for they hold escapes.</summary>
    public bool TryGetPlain(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> utf8)
    {
        utf8 = IsPresent ? message.Slice(Start + 1, Length - 2) : default;
        return !Escaped;
    }

    /// <summary>The string; null when it is not there. Throws what <see cref="WireMessage.IsContent"/> knows.</summary>
    public string? GetString(ReadOnlySpan<byte> message)
    {
        if (!IsPresent)
            return null;
        if (TryGetPlain(message, out var utf8))
            return Strict.GetString(utf8);
        var reader = new Utf8JsonReader(message.Slice(Start, Length));
        reader.Read();
        return reader.GetString();
    }

    /// <summary>The string, from among those seen lately if it is one of them; empty when it is not there.</summary>
    public string GetString(ReadOnlySpan<byte> message, StringCache recent)
    {
        if (!IsPresent || !TryGetPlain(message, out var utf8))
            return GetString(message) ?? "";
        return recent.Find(utf8) ?? recent.Add(GetString(message)!);
    }
}
