namespace Realtime.Sdk.Internal;

/// <summary>Finds members of an object before it is read. The reader is passed by value, so the caller's reader does not move.</summary>
internal static class JsonMembers
{
    /// <summary>Finds the last member with a name: if a member is repeated, the last one wins.</summary>
    /// <param name="reader">A reader at the start of the object.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">A reader positioned at the value of the member.</param>
    public static bool TryFind(Utf8JsonReader reader, ReadOnlySpan<byte> name, out Utf8JsonReader value)
    {
        value = default;
        var isFound = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals(name);
            reader.Read();
            if (isName)
                value = reader;
            isFound |= isName;
            reader.Skip();
        }
        return isFound;
    }

    /// <summary>Whether the object has a member with this name whose value is a nonempty string.</summary>
    public static bool HasText(Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        TryFind(reader, name, out var value) && value.TokenType == JsonTokenType.String && !value.ValueSpan.IsEmpty;
}
