using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Lists as servers send them: left out, <c>null</c>, or with <c>null</c> among the elements; see <see cref="SparseList{T}"/>.</summary>
internal static class WireList
{
    /// <summary>The elements that are there.</summary>
    public static IReadOnlyList<T> OrEmpty<T>(this IReadOnlyList<T>? list) => list is null ? [] : HasNull(list) ? RemoveNulls(list) : list;

    /// <summary>The places of the nulls in a list as it was read; empty for any other.</summary>
    public static IReadOnlyList<int> GetNullPlaces(object? list) => (list as ISparseList)?.NullPlaces ?? [];

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
        List<int>? nulls = null;
        for (var place = 0; reader.MoveToNextElement(); place++)
        {
            var isNull = reader.IsNull;
            if (reader.IsDry || !reader.CanAfford(isNull ? EstimateNextCost(nulls) : EstimateNextCost(list)))
                return CheckRest(ref reader, element) ? new KeptList<T>(reader.CopyFrom(start), element) : null;
            var value = element(ref reader);
            // In some families null stands for a variant. A number or an open string has no null to be read as.
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
        var nulls = GetNullPlaces(list);
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
        // What was read has no null elements, and must not be read from its JSON to find that out.
        if (default(T) is not null || list is ISparseList)
            return false;
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is null)
                return true;
        }
        return false;
    }

    /// <summary>A method of its own: whoever is compiled with it loads LINQ.</summary>
    private static IReadOnlyList<T> RemoveNulls<T>(IReadOnlyList<T> list) => [.. list.Where(element => element is not null)];
}
