using System.Collections;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A list that is kept as JSON and parsed on first use, because its elements would take many times the memory as objects. The JSON was
/// validated before, so parsing it without the unreadable members cannot fail. Thread-safe.
/// </summary>
internal sealed class LazyList<T>(byte[] utf8, WireReading<T> element, UnreadableMembers? unreadable) : IReadOnlyList<T>, ISparseList
{
    // The UTF-8 of a JSON array, or the list that was parsed from it.
    private object _value = utf8;

    public int Count => List.Count;

    public IReadOnlyList<int> NullIndexes => WireList.GetNullIndexes(List);

    public T this[int index] => List[index];

    /// <summary>The elements. If two threads parse them at the same time, one of the two lists is discarded.</summary>
    private IReadOnlyList<T> List
    {
        get
        {
            // Volatile, so that a thread that sees the list also sees its elements.
            if (Volatile.Read(ref _value) is byte[] json)
            {
                var reader = WireReader.FromRaw(json, unreadable);
                reader.Read();
                Volatile.Write(ref _value, WireList.Read(ref reader, element)!);
            }
            return (IReadOnlyList<T>)_value;
        }
    }

    public IEnumerator<T> GetEnumerator() => List.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
