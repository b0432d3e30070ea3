using System.Collections;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A list of many small elements, kept as its JSON until somebody looks at it: each element as an object would take many times as much.
/// The JSON was checked, so reading it cannot fail. Safe to use from any thread.
/// </summary>
internal sealed class KeptList<T>(byte[] utf8, WireReading<T> element, bool hasNoNulls = false) : IReadOnlyList<T>
{
    // The UTF-8 of a JSON array, or the list that was read from it.
    private object _value = utf8;

    public int Count => List.Count;

    public T this[int index] => List[index];

    /// <summary>The elements. Two threads may both read them, and one of the lists is dropped.</summary>
    private IReadOnlyList<T> List
    {
        get
        {
            if (Volatile.Read(ref _value) is byte[] json)
            {
                var reader = WireReader.OfKept(json);
                reader.Read();
                var list = WireList.Read(ref reader, element)!;
                Volatile.Write(ref _value, hasNoNulls ? WireList.WithoutNulls(list) : list);
            }
            return (IReadOnlyList<T>)_value;
        }
    }

    /// <summary>The list without what is null in it, still as JSON if it is.</summary>
    public IReadOnlyList<T> WithoutNulls() => Volatile.Read(ref _value) is byte[] json ? new KeptList<T>(json, element, hasNoNulls: true) : WireList.WithoutNulls(List);

    public IEnumerator<T> GetEnumerator() => List.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
