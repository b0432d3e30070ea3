namespace Realtime.Sdk.Internal;

/// <summary>Finds where JSON is wrong by how far it was read.</summary>
internal static class JsonPath
{
    private const int LongestName = 31;

    /// <summary>
    /// The path of the value that ends at a position, for example <c>$.item.content[0].text</c>. Names that do not look like the wire's
    /// are shown as <c>*</c>: they may be somebody's data.
    /// </summary>
    public static string To(ReadOnlySpan<byte> json, long end)
    {
        var path = "$";
        var open = new Stack<(string Path, int Index)>();
        try
        {
            for (var reader = new Utf8JsonReader(json); reader.BytesConsumed < end && reader.Read();)
                path = Step(ref reader, path, open);
        }
        catch (JsonException)
        {
            return path;
        }
        return path;
    }

    private static string Step(ref Utf8JsonReader reader, string path, Stack<(string Path, int Index)> open)
    {
        if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            return open.Pop().Path;
        if (reader.TokenType == JsonTokenType.PropertyName)
            return $"{open.Peek().Path}.{Name(ref reader)}";
        if (open.TryPeek(out var array) && array.Index >= 0)
        {
            path = $"{array.Path}[{array.Index}]";
            open.Pop();
            open.Push((array.Path, array.Index + 1));
        }
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            open.Push((path, reader.TokenType == JsonTokenType.StartArray ? 0 : -1));
        return path;
    }

    private static string Name(ref Utf8JsonReader reader) => reader.GetString() is { } name && IsWireName(name) && PeerText.IsClean(name) ? name : "*";

    private static bool IsWireName(string name)
    {
        if (name.Length is 0 or > LongestName || !char.IsAsciiLetterLower(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_')
                return false;
        }
        return true;
    }
}
