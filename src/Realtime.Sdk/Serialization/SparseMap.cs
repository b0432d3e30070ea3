using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Realtime.Sdk.Internal;

/// <summary>A map that may have had <c>null</c> among its values when it was read.</summary>
internal interface ISparseMap
{
    /// <summary>The names whose values were null.</summary>
    IEnumerable<string> NullNames { get; }
}

/// <summary>
/// The entries of a map that was read with <c>null</c> among its values. Those are not among its entries, whose values have a type that
/// cannot be null, and are written back.
/// </summary>
/// <param name="all">All entries that were read.</param>
internal sealed class SparseMap<T>(Dictionary<string, T> all) : IReadOnlyDictionary<string, T>, ISparseMap
{
    public int Count { get; } = all.Count(static entry => entry.Value is not null);

    public IEnumerable<string> Keys => this.Select(static entry => entry.Key);

    public IEnumerable<T> Values => this.Select(static entry => entry.Value);

    public IEnumerable<string> NullNames => all.Where(static entry => entry.Value is null).Select(static entry => entry.Key);

    public T this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException("The map has no such key.");

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => all.TryGetValue(key, out value) && value is not null;

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => all.Where(static entry => entry.Value is not null).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
