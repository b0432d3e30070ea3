using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Reads and writes lists. Servers omit them, send <c>null</c>, or send <c>null</c> among the elements; see <see cref="SparseList{T}"/>.</summary>
internal static class WireList
{
    /// <summary>Returns the elements that are not null; an empty list if the list is null.</summary>
    public static IReadOnlyList<T> OrEmpty<T>(this IReadOnlyList<T>? list) => list is null ? [] : HasNull(list) ? RemoveNulls(list) : list;

    /// <summary>Returns the positions of the nulls in a list that was read; empty for any other list.</summary>
    public static IReadOnlyList<int> GetNullIndexes(object? list) => (list as ISparseList)?.NullIndexes ?? [];

    public static IReadOnlyList<string>? ReadStrings(ref WireReader reader) => Read(ref reader, static (ref reader) => reader.GetString());

    public static IReadOnlyList<T>? ReadOpenStrings<T>(ref WireReader reader) where T : struct, IWireString<T> =>
        Read(ref reader, static (ref reader) => T.Create(reader.GetString() ?? ""));

    public static IReadOnlyList<int>? ReadInt32s(ref WireReader reader) => Read(ref reader, static (ref reader) => reader.GetInt32());

    /// <summary>Reads a list. When the reader's memory limit is reached, the rest is only validated, and the list is kept as JSON.</summary>
    public static IReadOnlyList<T>? Read<T>(ref WireReader reader, WireReading<T> element)
    {
        if (reader.IsNullOrArray())
            return null;
        var start = reader.ValueStart;
        List<T>? list = null;
        List<int>? nulls = null;
        for (var place = 0; reader.MoveToNextElement(); place++)
        {
            var isNull = reader.IsNull;
            if (reader.IsDryRun || !reader.IsWithinMemoryLimit(isNull ? EstimateNextCost(nulls) : EstimateNextCost(list)))
                return CheckRest(ref reader, element) ? new LazyList<T>(reader.CopyFrom(start), element, reader.GetUnreadableFrom(start)) : null;
            var value = element(ref reader);
            // In some families null represents a variant. Numbers and open strings are structs, so their null must be recorded.
            if (isNull && (value is null || default(T) is not null))
                (nulls ??= []).Add(place);
            else
                (list ??= []).Add(value!);
        }
        return nulls is null ? list ?? (IReadOnlyList<T>)[] : new SparseList<T>(list ?? [], nulls);
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<WireObject?> list) =>
        Write(writer, list, static (writer, element) => WireWriter.Write(writer, element));

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<string?> list) =>
        Write(writer, list, static (writer, element) => writer.WriteStringValue(element));

    public static void Write<T>(Utf8JsonWriter writer, IReadOnlyList<T> list) where T : struct, IWireString<T> =>
        Write(writer, list, static (writer, element) => writer.WriteStringValue(element.Value));

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<int> list) =>
        Write(writer, list, static (writer, element) => writer.WriteNumberValue(element));

    private static void Write<T>(Utf8JsonWriter writer, IReadOnlyList<T> list, Action<Utf8JsonWriter, T> write)
    {
        var nulls = GetNullIndexes(list);
        var (place, nullsWritten) = (0, 0);
        writer.WriteStartArray();
        foreach (var element in list)
        {
            WriteNulls(writer, nulls, ref nullsWritten, ref place);
            write(writer, element);
            place++;
        }
        WriteNulls(writer, nulls, ref nullsWritten, ref place);
        writer.WriteEndArray();
    }

    private static void WriteNulls(Utf8JsonWriter writer, IReadOnlyList<int> nulls, ref int written, ref int place)
    {
        for (; written < nulls.Count && nulls[written] == place; written++, place++)
            writer.WriteNullValue();
    }

    /// <summary>Estimates the bytes that adding another element allocates.</summary>
    private static int EstimateNextCost<T>(List<T>? list) => list is null || list.Count == list.Capacity ? Math.Max(2 * (list?.Count ?? 0), 4) * Unsafe.SizeOf<T>() : 0;

    /// <summary>Validates the current element and those after it. Returns whether the caller needs the list.</summary>
    private static bool CheckRest<T>(ref WireReader reader, WireReading<T> element)
    {
        var isWanted = !reader.IsDryRun;
        reader.IsDryRun = true;
        do
        {
            element(ref reader);
        }
        while (reader.MoveToNextElement());
        reader.IsDryRun = !isWanted;
        return isWanted;
    }

    private static bool HasNull<T>(IReadOnlyList<T> list)
    {
        // A list that was read has no null elements, and checking it would parse its JSON.
        if (default(T) is not null || list is ISparseList)
            return false;
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is null)
                return true;
        }
        return false;
    }

    /// <summary>A separate method, because the JIT loads LINQ for any method that contains this call.</summary>
    private static IReadOnlyList<T> RemoveNulls<T>(IReadOnlyList<T> list) => [.. list.Where(element => element is not null)];
}
