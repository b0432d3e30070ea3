using System.Collections;

namespace Realtime.Sdk.Internal;

/// <summary>A list that may have had <c>null</c> among its elements when it was read.</summary>
internal interface ISparseList
{
    /// <summary>The places of the nulls in the list as it was read, in order.</summary>
    IReadOnlyList<int> NullPlaces { get; }
}

/// <summary>
/// The elements of a list that was read with <c>null</c> among them. The nulls are not among its elements, which have a type that cannot be
/// null; they are remembered by their places, and written back.
/// </summary>
internal sealed class SparseList<T>(List<T> elements, List<int> nullPlaces) : IReadOnlyList<T>, ISparseList
{
    public int Count => elements.Count;

    public IReadOnlyList<int> NullPlaces => nullPlaces;

    public T this[int index] => elements[index];

    public IEnumerator<T> GetEnumerator() => elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
