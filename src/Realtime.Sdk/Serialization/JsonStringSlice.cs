using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>The position of a JSON string in its message, including the quotes. The default value represents <c>null</c> or a missing member.</summary>
internal readonly record struct JsonStringSlice(int Start, int Length, bool Escaped)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public bool IsPresent => Length > 0;

    /// <summary>Returns the bytes between the quotes. Returns false if they contain escapes, because they must be decoded first.</summary>
    public bool TryGetPlain(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> utf8)
    {
        utf8 = IsPresent ? message.Slice(Start + 1, Length - 2) : default;
        return !Escaped;
    }

    /// <summary>Returns the string, or null if it is missing. Throws only exceptions that <see cref="WireMessage.IsContentError"/> recognizes.</summary>
    public string? GetString(ReadOnlySpan<byte> message)
    {
        if (!IsPresent)
            return null;
        if (TryGetPlain(message, out var utf8))
            return Decode(utf8);
        var reader = new Utf8JsonReader(message.Slice(Start, Length));
        reader.Read();
        return reader.GetString();
    }

    /// <summary>Returns the string, from the cache if it is there; an empty string if it is missing.</summary>
    public string GetString(ReadOnlySpan<byte> message, StringCache recent) =>
        IsPresent && TryGetPlain(message, out var utf8) ? recent.GetString(utf8) : GetString(message) ?? "";

    /// <summary>Decodes text without escapes. Throws an exception that <see cref="WireMessage.IsContentError"/> recognizes if it is not valid UTF-8.</summary>
    public static string Decode(ReadOnlySpan<byte> utf8) => Strict.GetString(utf8);
}
