namespace Realtime.Sdk;

/// <summary>Claims of one process, which are lost when it ends. Thread-safe.</summary>
public sealed class InMemoryClaimStore : IRealtimeClaimStore
{
    /// <summary>The default capacity: one call per second for more than a day.</summary>
    internal const int DefaultCapacity = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedSet<Entry> _byEnd = new(Comparer<Entry>.Create(static (a, b) => (a.End, a.Number).CompareTo((b.End, b.Number))));
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private long _lastNumber;

    /// <summary>Creates a store without claims.</summary>
    /// <param name="capacity">
    /// The maximum number of claims, at least 1. One more ends the claim that would end first. The default is 100,000, which take about 30 MB.
    /// </param>
    /// <param name="timeProvider">The clock; null uses the system clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is less than 1.</exception>
    public InMemoryClaimStore(int capacity = DefaultCapacity, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (_capacity, _time) = (capacity, timeProvider ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The duration is not more than zero.</exception>
    public ValueTask<RealtimeClaim?> TryClaimAsync(string key, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(TryAdd(key, duration) is { } entry ? new RealtimeClaim(_ => Release(entry)) : null);
    }

    private Entry? TryAdd(string key, TimeSpan duration)
    {
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            while (_byEnd.Min is { } first && (first.End <= now || (_entries.Count >= _capacity && !_entries.ContainsKey(key))))
                Remove(first);
            if (_entries.ContainsKey(key))
                return null;
            var entry = new Entry(key, GetEnd(now, duration), ++_lastNumber);
            _entries.Add(key, entry);
            _byEnd.Add(entry);
            return entry;
        }
    }

    private long GetEnd(long now, TimeSpan duration)
    {
        var end = now + (duration.TotalSeconds * _time.TimestampFrequency);
        return end < long.MaxValue ? (long)end : long.MaxValue;
    }

    private ValueTask Release(Entry entry)
    {
        lock (_lock)
        {
            // Its key may be claimed again, by another entry.
            if (_byEnd.Contains(entry))
                Remove(entry);
        }
        return ValueTask.CompletedTask;
    }

    private void Remove(Entry entry)
    {
        _byEnd.Remove(entry);
        _entries.Remove(entry.Key);
    }

    private sealed record Entry(string Key, long End, long Number);
}
