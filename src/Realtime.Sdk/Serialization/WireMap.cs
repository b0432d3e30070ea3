namespace Realtime.Sdk.Internal;

/// <summary>Objects whose member names are data, as <c>metadata</c> and <c>headers</c>.</summary>
internal static class WireMap
{
    public static IReadOnlyDictionary<string, T>? Read<T>(ref Utf8JsonReader reader) where T : WireObject, IWireObject<T>
    {
        if (WireReader.IsNullOrObject(ref reader))
            return null;
        var map = new Dictionary<string, T>();
        while (NextKey(ref reader) is { } key)
            map[key] = T.Read(ref reader)!;
        return map;
    }

    public static IReadOnlyDictionary<string, string>? ReadStrings(ref Utf8JsonReader reader)
    {
        if (WireReader.IsNullOrObject(ref reader))
            return null;
        var map = new Dictionary<string, string>();
        while (NextKey(ref reader) is { } key)
            map[key] = WireReader.String(ref reader)!;
        return map;
    }

    public static void Write<T>(Utf8JsonWriter writer, IReadOnlyDictionary<string, T> map) where T : WireObject?
    {
        writer.WriteStartObject();
        foreach (var (name, value) in map)
        {
            writer.WritePropertyName(name);
            WireWriter.Write(writer, value);
        }
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> map)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in map)
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    /// <summary>Goes to the next value; null at the object's end.</summary>
    private static string? NextKey(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName)
            return null;
        var key = reader.GetString();
        reader.Read();
        return key;
    }
}
