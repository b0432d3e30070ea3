namespace Realtime.Sdk.Internal;

/// <summary>Looks at the members of an object before it is read; the reader given is a copy that stands at the object's start.</summary>
internal static class JsonMembers
{
    /// <summary>Finds the last member with a name, which is the one that counts.</summary>
    /// <param name="reader">A reader at the start of the object.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">A reader at the member's value.</param>
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

    /// <summary>Whether the object has a member with a name that is a string and not empty.</summary>
    public static bool HasText(Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        TryFind(reader, name, out var value) && value.TokenType == JsonTokenType.String && !value.ValueSpan.IsEmpty;
}
