using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Realtime.Sdk.Internal;

/// <summary>What is wrong with a message, in words that quote nothing of it.</summary>
/// <param name="Reason">A sentence.</param>
/// <param name="Path">Where in the JSON; null when the message is not valid JSON.</param>
internal readonly record struct MessageFault(string Reason, string? Path)
{
    /// <summary>
    /// Creates the fault for an exception of a reader. The messages of the platform's readers are not used, since they may quote the JSON.
    /// </summary>
    /// <param name="exception">The exception of the reader.</param>
    /// <param name="otherwise">The reason if the exception is the platform's.</param>
    /// <param name="path">Where in the JSON; null when that is not known.</param>
    public static MessageFault From(Exception exception, string otherwise, string? path) =>
        new(exception.GetType() == typeof(JsonException) ? exception.Message : otherwise, path);

    /// <summary>The path, if known, and the reason, as the end of a sentence.</summary>
    public string ToClause() => $"{(Path is null ? "" : $" at {Path}")}: {char.ToLowerInvariant(Reason[0])}{Reason.AsSpan(1).TrimEnd('.')}";
}

/// <summary>One message of the socket as UTF-8, from a peer that may send anything.</summary>
internal static class WireMessage
{
    private const int MaxTypeLength = 100;

    /// <summary>
    /// The value of the top-level member <c>type</c>, without allocating as long as it is written without escapes. Empty when there is
    /// none that is a string, when the JSON breaks off before it, and when the message names several types, which makes it malformed.
    /// Never throws. Looks at the whole message.
    /// </summary>
    public static ReadOnlySpan<byte> PeekType(ReadOnlySpan<byte> message) => FindType(message, isFirstEnough: false);

    /// <summary>
    /// The value of the first top-level member <c>type</c>: enough to choose a reader, which then finds out whether there is another one.
    /// Code that acts on the type alone uses <see cref="PeekType"/>.
    /// </summary>
    public static ReadOnlySpan<byte> PeekFirstType(ReadOnlySpan<byte> message)
    {
        var members = new FastJsonObjectReader(message);
        return members.MoveNext() && members.Name.SequenceEqual("type"u8) && members.TryTakeText(out var first) && first.TryGetPlain(message, out var type)
            ? type
            : FindType(message, isFirstEnough: true);
    }

    /// <summary>The type to name in a report about a message: empty unless it looks like one.</summary>
    public static string GetDisplayType(ReadOnlySpan<byte> message)
    {
        var type = PeekType(message);
        return type.Length <= MaxTypeLength && Ascii.IsValid(type) ? Encoding.ASCII.GetString(type) : "";
    }

    /// <summary>Reads a whole message, or says what is wrong with it. Never throws for what the message holds.</summary>
    /// <param name="message">The message.</param>
    /// <param name="read">What was read.</param>
    /// <param name="fault">What is wrong with the message.</param>
    /// <param name="type">What <see cref="PeekFirstType"/> or <see cref="PeekType"/> returned; empty when neither was asked.</param>
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
        catch (Exception e) when (IsContent(e))
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
        catch (Exception e) when (IsContent(e))
        {
            return null;
        }
    }

    /// <summary>Whether an exception is the message's fault.</summary>
    public static bool IsContent(Exception exception) => exception is JsonException or InvalidOperationException or OverflowException or DecoderFallbackException;

    /// <summary>Whether a string is half of a surrogate pair, written as an escape; .NET strings of it would throw later.</summary>
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
                json = json[Math.Min(2, json.Length)..];
                continue;
            }
            if (ReadEscapedUnit(json[6..]) is not { } next || !char.IsLowSurrogate(next))
                return true;
            json = json[12..];
        }
        return false;
    }

    /// <summary>Why text cannot be turned into strings of .NET; null when it can.</summary>
    public static string? FindTextFault(ReadOnlySpan<byte> json) =>
        !Utf8.IsValid(json) ? "The message is not valid UTF-8." : HasLoneSurrogate(json) ? "A string holds half of a surrogate pair." : null;

    private static MessageFault FindFault(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
            return new("The message is empty.", null);
        if (FindTextFault(message) is { } fault)
            return new(fault, null);
        return message.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] || !IsJson(message) ? default : new("The message is not a JSON object.", "$");
    }

    private static bool IsJson(ReadOnlySpan<byte> message)
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
                    // Only strings count as types: a number reads as an empty one, and so do two strings that differ.
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
        catch (Exception e) when (IsContent(e))
        {
            // What was found before the JSON broke off is all that there is.
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
