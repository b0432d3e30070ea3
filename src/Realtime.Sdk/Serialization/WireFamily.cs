namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads a family of records that its JSON tells apart: mostly by <c>type</c>, wherever that member stands, sometimes by the kind of the
/// JSON value. Each family derives from it in a nested class <c>Family</c>, which is what makes it one.
/// </summary>
/// <typeparam name="T">The base record of the family.</typeparam>
internal abstract class WireFamily<T> where T : WireObject
{
    /// <summary>No <c>type</c> of the wire is longer; one that is, is none we know.</summary>
    private const int LongestType = 64;

    /// <summary>Reads the variant named by <c>type</c>; null, and nothing read, when this version knows no such variant. An object without <c>type</c> has an empty one.</summary>
    protected abstract T? Variant(scoped ReadOnlySpan<char> type, ref Utf8JsonReader reader);

    /// <summary>Reads an object that names no <c>type</c>.</summary>
    protected virtual T? VariantWithoutType(ref Utf8JsonReader reader) => Variant("", ref reader);

    /// <summary>The variant for a <c>type</c> this version does not know; <paramref name="json"/> is the whole value.</summary>
    protected abstract T Unknown(string type, JsonElement json);

    /// <summary>What JSON <c>null</c> means.</summary>
    protected virtual T? FromNull() => null;

    /// <summary>What a value that is neither object nor null means: a string in most families that allow one.</summary>
    protected virtual T FromToken(ref Utf8JsonReader reader) => Unknown("", JsonElement.ParseValue(ref reader));

    public T? Read(ref Utf8JsonReader reader) => Read(ref reader, out _);

    /// <summary>Reads a value and tells whether it is an object that names its <c>type</c>.</summary>
    public T? Read(ref Utf8JsonReader reader, out bool namesType)
    {
        namesType = false;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return FromNull();
            case JsonTokenType.StartObject:
                Span<char> room = stackalloc char[LongestType];
                namesType = TryPeekType(reader, room, out var type);
                return (namesType ? Variant(type, ref reader) : VariantWithoutType(ref reader)) ?? ReadUnknown(type.ToString(), ref reader);
            default:
                return FromToken(ref reader);
        }
    }

    private T ReadUnknown(string type, ref Utf8JsonReader reader)
    {
        // Records that are known find this out as they read their members.
        WireDiscriminator.ThrowIfSeveral(reader);
        return Unknown(type, JsonElement.ParseValue(ref reader));
    }

    /// <summary>Finds the first <c>type</c> without moving the caller's reader; one that is neither text nor null is an empty one that nobody knows.</summary>
    private static bool TryPeekType(Utf8JsonReader reader, Span<char> room, out ReadOnlySpan<char> type)
    {
        type = "";
        while (WireReader.NextMember(ref reader, out var name))
        {
            if (!name.SequenceEqual("type"u8))
            {
                reader.Skip();
                continue;
            }
            if (reader.TokenType == JsonTokenType.String)
                type = reader.ValueSpan.Length <= room.Length && !reader.HasValueSequence ? room[..reader.CopyString(room)] : reader.GetString();
            return reader.TokenType != JsonTokenType.Null;
        }
        return false;
    }
}
