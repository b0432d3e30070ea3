namespace Realtime.Sdk.Internal;

/// <summary>Compares lists and maps of records by their elements, regardless of the collection type. Generated equality members call it.</summary>
internal static class WireEquality
{
    /// <summary>Whether both lists have equal elements in the same order, or both are null.</summary>
    public static bool AreEqual<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other)
    {
        if (ReferenceEquals(one, other))
            return true;
        if (one is null || other is null || one.Count != other.Count)
            return false;
        for (var i = 0; i < one.Count; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(one[i], other[i]))
                return false;
        }
        return true;
    }

    /// <summary>Whether both maps have equal values under the same names, or both are null.</summary>
    public static bool AreEqual<T>(IReadOnlyDictionary<string, T>? one, IReadOnlyDictionary<string, T>? other)
    {
        if (ReferenceEquals(one, other))
            return true;
        if (one is null || other is null || one.Count != other.Count)
            return false;
        foreach (var (name, value) in one)
        {
            if (!other.TryGetValue(name, out var found) || !EqualityComparer<T>.Default.Equals(value, found))
                return false;
        }
        return true;
    }

    /// <summary>Whether both lists have the same elements, regardless of order and repetition, or both are null.</summary>
    public static bool AreEqualSets<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        ReferenceEquals(one, other) || (one is not null && other is not null && new HashSet<T>(one).SetEquals(other));

    public static int GetHashCode<T>(IReadOnlyList<T>? list)
    {
        if (list is null)
            return 0;
        var hash = new HashCode();
        for (var i = 0; i < list.Count; i++)
            hash.Add(list[i]);
        return hash.ToHashCode();
    }

    public static int GetHashCode<T>(IReadOnlyDictionary<string, T>? map)
    {
        // XOR, because the order of the entries is not significant.
        var hash = 0;
        foreach (var (name, value) in map ?? System.Collections.ObjectModel.ReadOnlyDictionary<string, T>.Empty)
            hash ^= HashCode.Combine(name, value);
        return hash;
    }

    public static int GetSetHashCode<T>(IReadOnlyList<T>? list)
    {
        // XOR of the distinct elements, because neither order nor repetition is significant.
        var hash = 0;
        foreach (var element in new HashSet<T>(list ?? []))
            hash ^= HashCode.Combine(element);
        return hash;
    }
}
