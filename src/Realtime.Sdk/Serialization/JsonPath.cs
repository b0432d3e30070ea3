using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Determines the path of a position in JSON, for error messages.</summary>
internal static class JsonPath
{
    private const int MaxNameLength = 31;

    /// <summary>The default maximum depth of <see cref="Utf8JsonReader"/>.</summary>
    public const int MaxDepth = 64;

    /// <summary>Marks an object whose first name was not read yet.</summary>
    private const int NoName = int.MinValue;

    /// <summary>
    /// Returns the path of the value that ends at a position, for example <c>$.item.content[0].text</c>. Names that do not look like names of the
    /// API are replaced by <c>*</c>, because they may be user data.
    /// </summary>
    public static string Find(ReadOnlySpan<byte> json, long end)
    {
        Span<int> levels = stackalloc int[MaxDepth];
        return Format(json, levels[..Walk(json, end, levels)]);
    }

    /// <summary>Finds the positions of the member names on the path to the value that ends at a position, the outermost first.</summary>
    /// <returns>The number of names.</returns>
    public static int FindNames(ReadOnlySpan<byte> json, long end, Span<int> names)
    {
        var count = 0;
        foreach (var level in names[..Walk(json, end, names)])
        {
            if (level is < 0 and not NoName)
                names[count++] = ~level;
        }
        return count;
    }

    /// <summary>
    /// Reads up to a position and returns the depth there. For each array, the level is the number of elements that were started; for each object, the
    /// complement of the position of its last name. The text is created only at the end: a path per token would cost many times the size of the message.
    /// </summary>
    private static int Walk(ReadOnlySpan<byte> json, long end, Span<int> levels)
    {
        var depth = 0;
        try
        {
            for (var reader = new Utf8JsonReader(json); reader.BytesConsumed < end && reader.Read();)
                depth = Step(ref reader, levels, depth);
        }
        catch (JsonException)
        {
            // The position is before the error, and the levels so far lead to it.
        }
        return depth;
    }

    private static int Step(ref Utf8JsonReader reader, scoped Span<int> levels, int depth)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                return depth - 1;
            case JsonTokenType.PropertyName:
                levels[depth - 1] = ~(int)reader.TokenStartIndex;
                return depth;
        }
        if (depth > 0 && levels[depth - 1] >= 0)
            levels[depth - 1]++;
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            levels[depth++] = reader.TokenType == JsonTokenType.StartArray ? 0 : NoName;
        return depth;
    }

    private static string Format(ReadOnlySpan<byte> json, ReadOnlySpan<int> levels)
    {
        var path = new StringBuilder("$");
        foreach (var level in levels)
        {
            if (level > 0)
                path.Append('[').Append(level - 1).Append(']');
            else if (level is < 0 and not NoName)
                path.Append('.').Append(ReadName(json[~level..]));
        }
        return path.ToString();
    }

    /// <summary>Returns the name at the start of the JSON.</summary>
    private static string ReadName(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();

        // Names of the API have no escapes. Other names may not be valid text, and reading them would throw.
        if (reader.ValueIsEscaped || !Ascii.IsValid(reader.ValueSpan))
            return "*";
        return reader.GetString() is { } name && IsWireName(name) && PeerText.IsClean(name) ? name : "*";
    }

    private static bool IsWireName(string name)
    {
        if (name.Length is 0 or > MaxNameLength || !char.IsAsciiLetterLower(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_')
                return false;
        }
        return true;
    }
}
