using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>Reads and writes objects whose member names are data, such as <c>metadata</c> and <c>headers</c>.</summary>
internal static class WireMap
{
    /// <summary>The size of a dictionary entry without its value: key, hash code and link.</summary>
    private const int EntryOverhead = 24;

    public static IReadOnlyDictionary<string, string>? ReadStrings(ref WireReader reader) => Read(ref reader, static (ref reader) => reader.GetString());

    /// <summary>Reads a map. When the reader's memory limit is reached, the rest is only validated, and the map is kept as JSON.</summary>
    public static IReadOnlyDictionary<string, T>? Read<T>(ref WireReader reader, WireReading<T> value)
    {
        if (reader.IsNullOrObject())
            return null;
        var start = reader.ValueStart;
        Dictionary<string, T>? map = null;
        var hasNull = false;
        while (reader.MoveToNextName())
        {
            if (reader.IsDryRun || !reader.IsWithinMemoryLimit(EstimateNextCost(map)))
                return CheckRest(ref reader, value) ? new LazyMap<T>(reader.CopyFrom(start), value, reader.GetUnreadableFrom(start)) : null;
            var key = reader.GetText()!;
            reader.Read();
            var read = value(ref reader);
            hasNull |= read is null;
            (map ??= [])[key] = read!;
        }
        return hasNull ? new SparseMap<T>(map!) : map ?? (IReadOnlyDictionary<string, T>)ReadOnlyDictionary<string, T>.Empty;
    }

    public static void Write<T>(Utf8JsonWriter writer, IReadOnlyDictionary<string, T> map) where T : WireObject?
    {
        writer.WriteStartObject();
        foreach (var (name, value) in map)
        {
            writer.WritePropertyName(name);
            WireWriter.Write(writer, value);
        }
        WriteNulls(writer, map as ISparseMap);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> map)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in map)
            writer.WriteString(name, value);
        WriteNulls(writer, map as ISparseMap);
        writer.WriteEndObject();
    }

    private static void WriteNulls(Utf8JsonWriter writer, ISparseMap? map)
    {
        foreach (var name in map?.NullNames ?? [])
            writer.WriteNull(name);
    }

    /// <summary>Estimates the bytes that adding another entry allocates.</summary>
    private static int EstimateNextCost<T>(Dictionary<string, T>? map) =>
        map is null || map.Count == map.Capacity ? ((2 * (map?.Count ?? 0)) + 3) * (EntryOverhead + Unsafe.SizeOf<T>()) : 0;

    /// <summary>Validates the current entry and those after it. Returns whether the caller needs the map.</summary>
    private static bool CheckRest<T>(ref WireReader reader, WireReading<T> value)
    {
        var isWanted = !reader.IsDryRun;
        reader.IsDryRun = true;
        do
        {
            reader.Read();
            value(ref reader);
        }
        while (reader.MoveToNextName());
        reader.IsDryRun = !isWanted;
        return isWanted;
    }
}
