using System.Buffers;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Reads a family of records and selects the variant: usually by <c>type</c>, at any position in the object, in some families by the kind of the
/// JSON value. Each family has a nested class <c>Reader</c> that derives from this class, by which the generator recognizes it.
/// </summary>
/// <typeparam name="T">The base record of the family.</typeparam>
internal abstract class UnionReader<T> where T : WireObject
{
    /// <summary>The maximum length of the types of the API. Longer types are unknown.</summary>
    private const int MaxTypeLength = 64;

    /// <summary>
    /// Reads the variant of a type. Returns null without reading anything if the type is unknown. An object without <c>type</c> has an empty type.
    /// </summary>
    protected abstract T? ReadVariant(scoped ReadOnlySpan<char> type, ref WireReader reader);

    /// <summary>Reads an object without <c>type</c>.</summary>
    protected virtual T? ReadVariantWithoutType(ref WireReader reader) => ReadVariant("", ref reader);

    /// <summary>Creates the variant for an unknown type; <paramref name="json"/> is the whole value.</summary>
    protected abstract T CreateUnknown(string type, RawJson json);

    /// <summary>Returns the value for JSON <c>null</c>.</summary>
    protected virtual T? ReadNull() => null;

    /// <summary>Reads a value that is neither an object nor null. Most families that allow one expect a string.</summary>
    protected virtual T ReadToken(ref WireReader reader) => CreateUnknown("", RawJson.Read(ref reader));

    public T? Read(ref WireReader reader) => Read(ref reader, out _);

    /// <summary>Reads a value, and returns whether it is an object with a <c>type</c>.</summary>
    public T? Read(ref WireReader reader, out bool hasType)
    {
        hasType = false;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return ReadNull();
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, out hasType);
            // Any other value is valid as some variant, so there is nothing to validate.
            case var _ when reader.IsDryRun:
                reader.Skip();
                return null;
            default:
                return ReadToken(ref reader);
        }
    }

    private T? ReadObject(ref WireReader reader, out bool hasType)
    {
        var start = reader.Position;
        Span<char> buffer = stackalloc char[MaxTypeLength];
        hasType = TryGetRootType(in reader, buffer, out var length, out var longType) || TryPeekType(reader.Copy, buffer, out length, out longType);
        var type = buffer[..length];
        var read = hasType ? ReadVariant(type, ref reader) : ReadVariantWithoutType(ref reader);
        if (read is not null || reader.Position > start)
            return read;

        // Known records detect two different types while they read their members; an unknown one must be checked here.
        WireDiscriminator.ThrowIfSeveral(reader.Copy);
        var json = RawJson.Read(ref reader);
        return reader.IsDryRun ? null : CreateUnknown(longType ?? type.ToString(), json);
    }

    /// <summary>Returns the type if it was determined before the message was read.</summary>
    private static bool TryGetRootType(scoped in WireReader reader, Span<char> buffer, out int length, out string? longType)
    {
        (length, longType) = (0, null);
        var type = reader.RootType;

        // All known types are ASCII. Others are read again, because this text was not validated.
        return !type.IsEmpty && type.Length <= buffer.Length && Ascii.ToUtf16(type, buffer, out length) == OperationStatus.Done;
    }

    /// <summary>
    /// Finds the first <c>type</c>. If its value is neither a string nor null, the type is empty and therefore unknown. A type that is longer than
    /// the buffer is unknown, because no known type is longer, and is returned as a string.
    /// </summary>
    private static bool TryPeekType(Utf8JsonReader reader, Span<char> buffer, out int length, out string? longType)
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
            if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= buffer.Length)
                length = reader.CopyString(buffer);
            else if (reader.TokenType == JsonTokenType.String && (longType = reader.GetString()!).TryCopyTo(buffer))
                length = longType.Length;
            return reader.TokenType != JsonTokenType.Null;
        }
        return false;
    }
}
