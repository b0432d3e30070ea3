namespace Realtime.Sdk.Internal;

/// <summary>Lists as servers send them: left out, <c>null</c>, or with <c>null</c> among the elements.</summary>
internal static class WireList
{
    /// <summary>The elements that are there.</summary>
    public static IReadOnlyList<T> OrEmpty<T>(this IReadOnlyList<T>? list) where T : class =>
        list is null ? [] : HasNull(list) ? WithoutNulls(list) : list;

    public static IReadOnlyList<T>? Read<T>(ref Utf8JsonReader reader) where T : WireObject, IWireObject<T>
    {
        if (IsNullOrArray(ref reader))
            return null;
        var list = new List<T>();
        while (NextElement(ref reader))
            list.Add(T.Read(ref reader)!);
        return list;
    }

    public static IReadOnlyList<string>? ReadStrings(ref Utf8JsonReader reader)
    {
        if (IsNullOrArray(ref reader))
            return null;
        var list = new List<string>();
        while (NextElement(ref reader))
            list.Add(WireReader.String(ref reader)!);
        return list;
    }

    public static IReadOnlyList<T>? ReadOpenStrings<T>(ref Utf8JsonReader reader) where T : struct, IWireString<T>
    {
        if (IsNullOrArray(ref reader))
            return null;
        var list = new List<T>();
        while (NextElement(ref reader))
            list.Add(T.Create(WireReader.String(ref reader) ?? ""));
        return list;
    }

    public static IReadOnlyList<int>? ReadInt32s(ref Utf8JsonReader reader)
    {
        if (IsNullOrArray(ref reader))
            return null;
        var list = new List<int>();
        while (NextElement(ref reader))
            list.Add(WireReader.Int32(ref reader));
        return list;
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<WireObject?> list)
    {
        writer.WriteStartArray();
        foreach (var element in list)
            WireWriter.Write(writer, element);
        writer.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<string?> list)
    {
        writer.WriteStartArray();
        foreach (var element in list)
            writer.WriteStringValue(element);
        writer.WriteEndArray();
    }

    public static void Write<T>(Utf8JsonWriter writer, IReadOnlyList<T> list) where T : struct, IWireString<T>
    {
        writer.WriteStartArray();
        foreach (var element in list)
            writer.WriteStringValue(element.Value);
        writer.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<int> list)
    {
        writer.WriteStartArray();
        foreach (var element in list)
            writer.WriteNumberValue(element);
        writer.WriteEndArray();
    }

    private static bool HasNull<T>(IReadOnlyList<T> list) where T : class
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is null)
                return true;
        }
        return false;
    }

    /// <summary>A method of its own: whoever is compiled with it loads LINQ.</summary>
    private static List<T> WithoutNulls<T>(IReadOnlyList<T> list) where T : class => [.. list.Where(element => element is not null)];

    private static bool IsNullOrArray(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartArray => false,
        JsonTokenType.Null => true,
        _ => throw WireReader.Unexpected(ref reader, "An array"),
    };

    private static bool NextElement(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType != JsonTokenType.EndArray;
    }
}
