using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Realtime.Sdk.Internal;

/// <summary>The reason why a message cannot be read, without quoting the message.</summary>
/// <param name="Reason">The reason, as a sentence.</param>
/// <param name="Path">The position in the JSON; null if the message is not valid JSON.</param>
internal readonly record struct MessageFault(string Reason, string? Path)
{
    /// <summary>
    /// Creates the fault for an exception of a reader. The message of a platform exception is not used, because it may quote the JSON.
    /// </summary>
    /// <param name="exception">The exception of the reader.</param>
    /// <param name="otherwise">The reason for an exception of the platform.</param>
    /// <param name="path">The position in the JSON; null if it is not known.</param>
    public static MessageFault From(Exception exception, string otherwise, string? path) =>
        new(exception.GetType() == typeof(JsonException) ? exception.Message : otherwise, path);

    /// <summary>Returns path and reason as the end of a sentence.</summary>
    public string ToClause() => $"{(Path is null ? "" : $" at {Path}")}: {char.ToLowerInvariant(Reason[0])}{Reason.AsSpan(1).TrimEnd('.')}";
}

/// <summary>Reads a message in UTF-8. The peer is not trusted, so the message may contain anything.</summary>
internal static class WireMessage
{
    private const int MaxTypeLength = 100;

    /// <summary>
    /// Returns the value of the top-level member <c>type</c>, after examining the whole message. Empty if the type is missing or not a string, if the
    /// JSON breaks off before it, or if there are different types, which makes the message malformed. Never throws, and allocates only if the value
    /// contains escapes.
    /// </summary>
    public static ReadOnlySpan<byte> PeekType(ReadOnlySpan<byte> message) => FindType(message, isFirstEnough: false);

    /// <summary>
    /// Returns the value of the first top-level member <c>type</c>. That is enough to select a reader, which then detects a second, different type.
    /// Code that acts on the type alone must use <see cref="PeekType"/>.
    /// </summary>
    public static ReadOnlySpan<byte> PeekFirstType(ReadOnlySpan<byte> message)
    {
        var members = new FastJsonObjectReader(message);
        if (members.TrySkipFirstType(out var type))
            return type;
        return members.MoveNext() && members.Name.SequenceEqual("type"u8) && members.TryReadString(out var first) && first.TryGetPlain(message, out type)
            ? type
            : FindType(message, isFirstEnough: true);
    }

    /// <summary>Returns the type to show in a report about a message; empty if it is too long or not ASCII.</summary>
    public static string GetDisplayType(ReadOnlySpan<byte> message)
    {
        var type = PeekType(message);
        return type.Length <= MaxTypeLength && Ascii.IsValid(type) ? Encoding.ASCII.GetString(type) : "";
    }

    /// <summary>Reads a whole message, or returns why it cannot be read. Never throws because of the content of the message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="read">The object that was read; null on failure.</param>
    /// <param name="fault">The reason for a failure.</param>
    /// <param name="type">The result of <see cref="PeekFirstType"/> or <see cref="PeekType"/>; empty if neither was called.</param>
    public static bool TryRead<T>(ReadOnlySpan<byte> message, [NotNullWhen(true)] out T? read, out MessageFault fault, ReadOnlySpan<byte> type = default)
        where T : WireObject, IWireObject<T>
    {
        read = null;
        fault = FindFault(message);
        if (fault != default)
            return false;
        var reader = new WireReader(message, isText: true, type);
        try
        {
            read = reader.ReadWhole<T>();
            fault = read is null ? new("The message is null.", "$") : default;
        }
        catch (Exception e) when (IsContentError(e))
        {
            fault = IsJson(message)
                ? MessageFault.From(e, "A member has the wrong shape.", JsonPath.Find(message, reader.Position))
                : new("The message is not valid JSON.", null);
            if (fault.Path is not null && !WireDiscriminator.IsAmbiguity(e) && (read = TryReadWithout<T>(message, reader)) is not null)
                fault = default;
        }
        return read is not null;
    }

    private static T? TryReadWithout<T>(ReadOnlySpan<byte> message, WireReader failed) where T : WireObject, IWireObject<T>
    {
        try
        {
            return UnreadableMembers.ReadWithout<T>(message, failed);
        }
        catch (Exception e) when (IsContentError(e))
        {
            return null;
        }
    }

    /// <summary>Whether the exception was caused by the content of the message.</summary>
    public static bool IsContentError(Exception exception) => exception is JsonException or InvalidOperationException or OverflowException or DecoderFallbackException;

    /// <summary>Whether a string contains a lone surrogate as an escape. Decoding it to a .NET string would throw later.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        for (int at; (at = json.IndexOf((byte)'\\')) >= 0;)
        {
            json = json[at..];
            var unit = ReadEscapedUnit(json);
            if (unit is { } low && char.IsLowSurrogate(low))
                return true;
            if (unit is not { } high || !char.IsHighSurrogate(high))
            {
                // Two, because the escaped character may be a backslash, which begins no other escape.
                json = json[Math.Min(2, json.Length)..];
                continue;
            }
            if (ReadEscapedUnit(json[6..]) is not { } next || !char.IsLowSurrogate(next))
                return true;
            json = json[12..];
        }
        return false;
    }

    /// <summary>Returns why text cannot be decoded to .NET strings, or null if it can.</summary>
    public static string? FindTextFault(ReadOnlySpan<byte> json) =>
        !Utf8.IsValid(json) ? "The message is not valid UTF-8." : HasLoneSurrogate(json) ? "A string contains a lone surrogate." : null;

    private static MessageFault FindFault(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
            return new("The message is empty.", null);
        if (FindTextFault(message) is { } fault)
            return new(fault, null);

        // Text that is not JSON is not reported here, but by the reader.
        return message.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] || !IsJson(message) ? default : new("The message is not a JSON object.", "$");
    }

    /// <summary>Whether a message is valid JSON.</summary>
    public static bool IsJson(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            while (reader.Read())
                ;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> FindType(ReadOnlySpan<byte> message, bool isFirstEnough)
    {
        ReadOnlySpan<byte> type = default;
        var isFound = false;
        try
        {
            var reader = new Utf8JsonReader(message);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                reader.Read();
                if (isType)
                {
                    // Any type that is not a string counts as empty. Two different types also return an empty one.
                    var value = reader.TokenType == JsonTokenType.String ? GetText(reader) : default;
                    if (isFound && !value.SequenceEqual(type))
                        return default;
                    if (isFirstEnough)
                        return value;
                    type = value;
                    isFound = true;
                }
                reader.Skip();
            }
        }
        catch (Exception e) when (IsContentError(e))
        {
            // The JSON breaks off here: return the type that was found before.
        }
        return type;
    }

    private static char? ReadEscapedUnit(ReadOnlySpan<byte> json) =>
        json is [(byte)'\\', (byte)'u', _, _, _, _, ..]
        && ushort.TryParse(json[2..6], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit)
            ? (char)unit
            : null;

    private static ReadOnlySpan<byte> GetText(Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        var text = new byte[reader.ValueSpan.Length];
        return text.AsSpan(0, reader.CopyString(text));
    }
}
