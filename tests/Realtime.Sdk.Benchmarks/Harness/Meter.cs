using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>Measures work by the CPU time and the allocated bytes of this process.</summary>
internal static class Meter
{
    /// <summary>Measures work on this thread only: a loop that runs a given number of times and returns the number of events. The unit is one event.</summary>
    public static Candidate Loop(string name, Effort effort, Work expected, Func<int, Work> loop)
    {
        var count = 0;
        return new(name,
            () =>
            {
                Expect(name, expected * 3, loop(3));
                count = Calibrate(effort, loop);
                return Task.CompletedTask;
            },
            () =>
            {
                var (bytes, cpu) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CpuUsage.TotalTime);
                loop(count);
                cpu = Environment.CpuUsage.TotalTime - cpu;
                bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
                return Task.FromResult(PerUnit(cpu, bytes, count * expected.Events));
            });
    }

    /// <summary>Measures work that also runs on other threads, over the whole process.</summary>
    public static async Task<Sample> ProcessAsync(Func<Task<long>> work)
    {
        GC.Collect();
        var (bytes, cpu) = (GC.GetTotalAllocatedBytes(true), Environment.CpuUsage.TotalTime);
        var units = await work();
        cpu = Environment.CpuUsage.TotalTime - cpu;
        bytes = GC.GetTotalAllocatedBytes(true) - bytes;
        return PerUnit(cpu, bytes, units);
    }

    public static void Expect(string name, Work expected, Work done)
    {
        if (done != expected)
            throw new InvalidOperationException($"{name} did not do the work: {done} instead of {expected}.");
    }

    /// <summary>Warms up the code until it is compiled at the last tier, and determines how often it runs in one slice.</summary>
    private static int Calibrate(Effort effort, Func<int, Work> loop)
    {
        var (warmUp, slice) = (Stopwatch.StartNew(), effort.Slice);
        while (warmUp.Elapsed < effort.LoopWarmUp)
            loop(20);
        for (var count = 16; ; count *= 2)
        {
            var watch = Stopwatch.StartNew();
            loop(count);
            if (watch.Elapsed > slice / 4)
                return Math.Max(1, (int)(count * (slice / watch.Elapsed)));
        }
    }

    private static Sample PerUnit(TimeSpan cpu, long bytes, long units) => new(cpu.TotalMicroseconds / units, (double)bytes / units);
}
