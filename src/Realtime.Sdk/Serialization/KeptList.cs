using System.Collections;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A list that is kept as JSON and read on first use, because its elements as objects would take many times its size. The JSON was
/// validated, so reading it cannot fail. Thread-safe.
/// </summary>
internal sealed class KeptList<T>(byte[] utf8, WireReading<T> element, bool hasNoNulls = false) : IReadOnlyList<T>
{
    // The UTF-8 of a JSON array, or the list that was read from it.
    private object _value = utf8;

    public int Count => List.Count;

    public T this[int index] => List[index];

    /// <summary>The elements. Two threads may read them at the same time; one of the two lists is discarded.</summary>
    private IReadOnlyList<T> List
    {
        get
        {
            if (Volatile.Read(ref _value) is byte[] json)
            {
                var reader = WireReader.FromKept(json);
                reader.Read();
                var list = WireList.Read(ref reader, element)!;
                Volatile.Write(ref _value, hasNoNulls ? WireList.RemoveNulls(list) : list);
            }
            return (IReadOnlyList<T>)_value;
        }
    }

    /// <summary>Returns the list without null elements; it stays JSON if it is.</summary>
    public IReadOnlyList<T> RemoveNulls() => Volatile.Read(ref _value) is byte[] json ? new KeptList<T>(json, element, hasNoNulls: true) : WireList.RemoveNulls(List);

    public IEnumerator<T> GetEnumerator() => List.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
