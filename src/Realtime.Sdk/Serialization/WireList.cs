using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Lists as servers send them: left out, <c>null</c>, or with <c>null</c> among the elements.</summary>
internal static class WireList
{
    /// <summary>The elements that are there.</summary>
    public static IReadOnlyList<T> OrEmpty<T>(this IReadOnlyList<T>? list) =>
        list is null ? [] : list is KeptList<T> kept ? kept.RemoveNulls() : HasNull(list) ? RemoveNulls(list) : list;

    public static IReadOnlyList<string>? ReadStrings(ref WireReader reader) => Read(ref reader, static (ref reader) => reader.GetString());

    public static IReadOnlyList<T>? ReadOpenStrings<T>(ref WireReader reader) where T : struct, IWireString<T> =>
        Read(ref reader, static (ref reader) => T.Create(reader.GetString() ?? ""));

    public static IReadOnlyList<int>? ReadInt32s(ref WireReader reader) => Read(ref reader, static (ref reader) => reader.GetInt32());

    /// <summary>Reads a list. Once the reader's bound is reached, the rest is only validated and the list is kept as JSON.</summary>
    public static IReadOnlyList<T>? Read<T>(ref WireReader reader, WireReading<T> element)
    {
        if (reader.IsNullOrArray())
            return null;
        var start = reader.ValueStart;
        List<T>? list = null;
        while (reader.MoveToNextElement())
        {
            if (reader.IsDry || !reader.CanAfford(EstimateNextCost(list)))
                return CheckRest(ref reader, element) ? new KeptList<T>(reader.CopyFrom(start), element) : null;
            (list ??= []).Add(element(ref reader)!);
        }
        return list ?? (IReadOnlyList<T>)[];
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

    /// <summary>What room for one more element costs.</summary>
    private static int EstimateNextCost<T>(List<T>? list) => list is null || list.Count == list.Capacity ? Math.Max(2 * (list?.Count ?? 0), 4) * Unsafe.SizeOf<T>() : 0;

    /// <summary>Goes over the elements from the one at the reader; whether the list is wanted.</summary>
    private static bool CheckRest<T>(ref WireReader reader, WireReading<T> element)
    {
        var isWanted = !reader.IsDry;
        reader.IsDry = true;
        do
        {
            element(ref reader);
        }
        while (reader.MoveToNextElement());
        reader.IsDry = !isWanted;
        return isWanted;
    }

    private static bool HasNull<T>(IReadOnlyList<T> list)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is null)
                return true;
        }
        return false;
    }

    /// <summary>A method of its own: whoever is compiled with it loads LINQ.</summary>
    public static IReadOnlyList<T> RemoveNulls<T>(IReadOnlyList<T> list) => [.. list.Where(element => element is not null)];
}
