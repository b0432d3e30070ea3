using System.Globalization;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// How often the threads of a process have waited, and were woken up again: their voluntary context switches so far, which Linux counts for each thread. A thread
/// that finds the next event while it spins is not counted, nor are threads that have ended. On other systems, nothing is counted.
/// </summary>
internal sealed class WakeUps
{
    private const string Count = "voluntary_ctxt_switches:";

    private readonly Dictionary<string, long> _threads = [];

    private WakeUps()
    {
    }

    /// <summary>Reads the counts of a process. This process allocates some kilobytes for it.</summary>
    public static WakeUps Of(int process)
    {
        var (counted, folder) = (new WakeUps(), new DirectoryInfo($"/proc/{process}/task"));
        if (!folder.Exists)
            return counted;
        foreach (var thread in folder.EnumerateDirectories())
        {
            try
            {
                var line = File.ReadLines(Path.Combine(thread.FullName, "status")).First(line => line.StartsWith(Count, StringComparison.Ordinal));
                counted._threads[thread.Name] = long.Parse(line[Count.Length..], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has ended.
            }
        }
        return counted;
    }

    /// <summary>Returns the number of events for each time that a thread was woken up since <paramref name="before"/>; NaN if nothing was counted.</summary>
    public double EventsSince(WakeUps before, long events)
    {
        var wakeUps = _threads.Sum(thread => thread.Value - before._threads.GetValueOrDefault(thread.Key));
        return wakeUps == 0 ? double.NaN : (double)events / wakeUps;
    }
}
