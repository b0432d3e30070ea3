using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Finds where JSON is wrong by how far it was read.</summary>
internal static class JsonPath
{
    private const int MaxNameLength = 31;

    /// <summary>The depth at which the platform's reader stops.</summary>
    public const int MaxDepth = 64;

    /// <summary>An object of which no name was read yet.</summary>
    private const int NoName = int.MinValue;

    /// <summary>
    /// The path of the value that ends at a position, for example <c>$.item.content[0].text</c>. Names that do not look like the wire's
    /// are shown as <c>*</c>: they may be somebody's data.
    /// </summary>
    public static string Find(ReadOnlySpan<byte> json, long end)
    {
        Span<int> levels = stackalloc int[MaxDepth];
        return Format(json, levels[..Walk(json, end, levels)]);
    }

    /// <summary>Finds where the names of the members begin that hold the value that ends at a position, the outermost first.</summary>
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
    /// Goes to a position and returns the depth. Of each array there is the number of elements that were begun, of each object the complement of where its
    /// last name begins. Text is made only at the end: a path for each token would cost many times the message.
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
            // What was read so far leads to the fault.
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

    /// <summary>The name at the beginning of the JSON.</summary>
    private static string ReadName(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();

        // Names of the wire are plain; others may not even be text, which the platform throws at whoever reads them.
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
