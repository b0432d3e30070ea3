using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk.Internal;

/// <summary>A map that is kept as JSON and parsed on first use; see <see cref="LazyList{T}"/>.</summary>
internal sealed class LazyMap<T>(byte[] utf8, WireReading<T> value, UnreadableMembers? unreadable) : IReadOnlyDictionary<string, T>, ISparseMap
{
    // The UTF-8 of a JSON object, or the map that was parsed from it.
    private object _value = utf8;

    public int Count => Map.Count;

    public IEnumerable<string> Keys => Map.Keys;

    public IEnumerable<T> Values => Map.Values;

    public IEnumerable<string> NullNames => (Map as ISparseMap)?.NullNames ?? [];

    public T this[string key] => Map[key];

    private IReadOnlyDictionary<string, T> Map
    {
        get
        {
            if (Volatile.Read(ref _value) is byte[] json)
            {
                var reader = WireReader.FromRaw(json, unreadable);
                reader.Read();
                Volatile.Write(ref _value, WireMap.Read(ref reader, value)!);
            }
            return (IReadOnlyDictionary<string, T>)_value;
        }
    }

    public bool ContainsKey(string key) => Map.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => Map.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => Map.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
