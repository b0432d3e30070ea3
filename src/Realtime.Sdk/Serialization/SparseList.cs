using System.Collections;

namespace Realtime.Sdk.Internal;

/// <summary>A list that may have contained <c>null</c> elements when it was read.</summary>
internal interface ISparseList
{
    /// <summary>The positions of the nulls in the original list, in ascending order.</summary>
    IReadOnlyList<int> NullIndexes { get; }
}

/// <summary>
/// A list that contained <c>null</c> elements when it was read. The nulls are not among its elements, whose type is not nullable; their positions
/// are kept so that they can be written back.
/// </summary>
internal sealed class SparseList<T>(List<T> elements, List<int> nullIndexes) : IReadOnlyList<T>, ISparseList
{
    public int Count => elements.Count;

    public IReadOnlyList<int> NullIndexes => nullIndexes;

    public T this[int index] => elements[index];

    public IEnumerator<T> GetEnumerator() => elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
