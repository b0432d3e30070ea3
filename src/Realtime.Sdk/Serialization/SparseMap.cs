using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk.Internal;

/// <summary>A map that may have contained <c>null</c> values when it was read.</summary>
internal interface ISparseMap
{
    /// <summary>The names whose values were null.</summary>
    IEnumerable<string> NullNames { get; }
}

/// <summary>
/// A map that contained <c>null</c> values when it was read. Those entries are not among its entries, whose values are not nullable; they are kept
/// so that they can be written back.
/// </summary>
/// <param name="all">All entries, including those with null values.</param>
internal sealed class SparseMap<T>(Dictionary<string, T> all) : IReadOnlyDictionary<string, T>, ISparseMap
{
    public int Count { get; } = all.Count(static entry => entry.Value is not null);

    public IEnumerable<string> Keys => this.Select(static entry => entry.Key);

    public IEnumerable<T> Values => this.Select(static entry => entry.Value);

    public IEnumerable<string> NullNames => all.Where(static entry => entry.Value is null).Select(static entry => entry.Key);

    public T this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException("The given key was not present in the dictionary.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => all.TryGetValue(key, out value) && value is not null;

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => all.Where(static entry => entry.Value is not null).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
