using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The times from the sending of events to their arrival, which any thread may add without allocation.</summary>
internal sealed class Latencies(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    /// <summary>Whether times are collected. Until it is set, they are discarded.</summary>
    public bool IsOn { get; set; }

    public void Add(long ticks)
    {
        if (IsOn && Interlocked.Increment(ref _count) is var count && count <= capacity)
            _ticks[count - 1] = ticks;
    }

    /// <summary>Returns a percentile, as a share of one, in microseconds.</summary>
    public double At(double share)
    {
        var sorted = _ticks[..Math.Min(_count, capacity)];
        Array.Sort(sorted);
        return sorted.Length == 0 ? double.NaN : Stopwatch.GetElapsedTime(0, sorted[(int)(share * (sorted.Length - 1))]).TotalMicroseconds;
    }
}
