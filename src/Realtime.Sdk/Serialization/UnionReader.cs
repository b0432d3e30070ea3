using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads a family of records and chooses the variant: mostly by <c>type</c>, wherever that member stands, sometimes by the kind of the JSON
/// value. Each family derives from it in a nested class <c>Reader</c>, which is what makes it one.
/// </summary>
/// <typeparam name="T">The base record of the family.</typeparam>
internal abstract class UnionReader<T> where T : WireObject
{
    /// <summary>No <c>type</c> of the wire is longer.</summary>
    private const int MaxTypeLength = 64;

    /// <summary>Reads the variant named by <c>type</c>; null, and nothing read, when this version knows no such variant. An object without <c>type</c> has an empty one.</summary>
    protected abstract T? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader);

    /// <summary>Reads an object that names no <c>type</c>.</summary>
    protected virtual T? ReadVariantWithoutType(ref WireReader reader) => ReadVariant("", ref reader);

    /// <summary>The variant for a <c>type</c> this version does not know; <paramref name="json"/> is the whole value.</summary>
    protected abstract T CreateUnknown(string type, KeptJson json);

    /// <summary>What JSON <c>null</c> means.</summary>
    protected virtual T? ReadNull() => null;

    /// <summary>What a value that is neither object nor null means: a string in most families that allow one.</summary>
    protected virtual T ReadToken(ref WireReader reader) => CreateUnknown("", KeptJson.Read(ref reader));

    public T? Read(ref WireReader reader) => Read(ref reader, out _);

    /// <summary>Reads a value and tells whether it is an object that names its <c>type</c>.</summary>
    public T? Read(ref WireReader reader, out bool namesType)
    {
        namesType = false;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return ReadNull();
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, out namesType);
            // Every other value is a variant of some kind, so there is nothing to check.
            case var _ when reader.IsDry:
                reader.Skip();
                return null;
            default:
                return ReadToken(ref reader);
        }
    }

    private T? ReadObject(ref WireReader reader, out bool namesType)
    {
        var start = reader.Position;
        Span<char> room = stackalloc char[MaxTypeLength];
        namesType = TryGetRootType(in reader, room, out var length, out var longType) || TryPeekType(reader.Copy, room, out length, out longType);
        var type = room[..length];
        var read = namesType ? ReadVariant(type, ref reader) : ReadVariantWithoutType(ref reader);
        if (read is not null || reader.Position > start)
            return read;

        // Records that are known find this out as they read their members.
        WireDiscriminator.ThrowIfSeveral(reader.Copy);
        var json = KeptJson.Read(ref reader);
        return reader.IsDry ? null : CreateUnknown(longType ?? type.ToString(), json);
    }

    /// <summary>Takes the type that was found before the message was read.</summary>
    private static bool TryGetRootType(scoped in WireReader reader, Span<char> room, out int length, out string? longType)
    {
        (length, longType) = (0, null);
        var type = reader.RootType;
        if (type.IsEmpty || type.Length > room.Length)
            return false;
        length = Encoding.UTF8.GetChars(type, room);
        return true;
    }

    /// <summary>
    /// Finds the first <c>type</c>; one that is neither text nor null counts as an empty, unknown type. One that is longer than the room for
    /// it is given as a string only: no type of the wire is as long.
    /// </summary>
    private static bool TryPeekType(Utf8JsonReader reader, Span<char> room, out int length, out string? longType)
    {
        (length, longType) = (0, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (!isType)
            {
                reader.Skip();
                continue;
            }
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= room.Length)
                length = reader.CopyString(room);
            else if (reader.TokenType == JsonTokenType.String && (longType = reader.GetString()!).TryCopyTo(room))
                length = longType.Length;
            return reader.TokenType != JsonTokenType.Null;
        }
        return false;
    }
}
