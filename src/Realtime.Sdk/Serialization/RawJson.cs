using System.Runtime.InteropServices;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A JSON value of any kind. A value that was read from a message is kept as UTF-8 and parsed on first use, because a document for each value
/// costs many times its size. Two instances are equal if their JSON is equivalent. Thread-safe.
/// </summary>
internal sealed class RawJson : IEquatable<RawJson>
{
    // The UTF-8 of one JSON value, or a boxed JsonElement.
    private object _value;

    private RawJson(object value) => _value = value;

    /// <summary>The absence of a value.</summary>
    public static RawJson None { get; } = new(default(JsonElement));

    /// <summary>The value, parsed on first use.</summary>
    public JsonElement Element
    {
        get
        {
            // Two threads may parse it at the same time, which is harmless: both results are equal.
            if (Volatile.Read(ref _value) is byte[] utf8)
                Volatile.Write(ref _value, JsonElement.Parse(utf8));
            return (JsonElement)_value;
        }
    }

    /// <summary>The JSON of the value; empty if there is no value.</summary>
    public ReadOnlySpan<byte> Utf8 => Volatile.Read(ref _value) switch
    {
        byte[] utf8 => utf8,
        JsonElement { ValueKind: not JsonValueKind.Undefined } element => JsonMarshal.GetRawUtf8Value(element),
        _ => default,
    };

    /// <summary>Whether the value is an object.</summary>
    public bool IsObject => Utf8 is [(byte)'{', ..];

    /// <summary>Creates an instance from JSON of the application.</summary>
    public static RawJson From(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? None : new(element);

    /// <inheritdoc cref="From(JsonElement)"/>
    public static RawJson? From(JsonElement? element) => element is { } value ? From(value) : null;

    /// <summary>Reads and keeps a value of any kind. Returns null while values are only validated.</summary>
    public static RawJson Read(ref WireReader reader)
    {
        var utf8 = reader.ReadRaw();
        return reader.IsDryRun ? null! : new(utf8);
    }

    /// <summary>Returns the value of the last member with a name if it is a string; otherwise null.</summary>
    public string? GetText(string name)
    {
        if (Volatile.Read(ref _value) is JsonElement element)
            return element.GetText(name);
        return TryFind(name, out var value) && value.TokenType == JsonTokenType.String ? value.GetString() : null;
    }

    /// <summary>Finds the last member with a name, without parsing the rest into a document.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">A reader positioned at the value.</param>
    public bool TryFind(string name, out Utf8JsonReader value)
    {
        value = default;
        if (!IsObject)
            return false;
        var reader = new Utf8JsonReader(Utf8, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        reader.Read();
        return JsonMembers.TryFind(reader, Encoding.UTF8.GetBytes(name), out value);
    }

    public void Write(Utf8JsonWriter writer) => Element.WriteTo(writer);

    public bool Equals(RawJson? other) =>
        other is not null && (Utf8.SequenceEqual(other.Utf8) || (!Utf8.IsEmpty && !other.Utf8.IsEmpty && JsonElement.DeepEquals(Element, other.Element)));

    public override bool Equals(object? obj) => Equals(obj as RawJson);

    // DeepEquals treats numbers and strings as equal even if they are written differently, for example 1.0 and 1.00, so their text cannot be hashed.
    public override int GetHashCode() => Utf8 is [var first, ..] and not [(byte)'-', ..] and not [>= (byte)'0' and <= (byte)'9', ..] ? first : 0;
}
