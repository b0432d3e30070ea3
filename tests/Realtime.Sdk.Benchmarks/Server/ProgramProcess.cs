using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The cost of a process so far.</summary>
/// <param name="Cpu">The CPU time of the process.</param>
/// <param name="Allocated">The bytes that the process has allocated.</param>
/// <param name="Heap">The size of the managed heap in bytes.</param>
internal readonly record struct ProcessCost(TimeSpan Cpu, long Allocated, long Heap)
{
    /// <summary>Returns the CPU time and the allocated bytes of each unit of work since <paramref name="before"/>.</summary>
    public Sample Since(ProcessCost before, long units) => new((Cpu - before.Cpu).TotalMicroseconds / units, (double)(Allocated - before.Allocated) / units);
}

/// <summary>A program of the folder Programs in its own process, which serves, and reports its cost without that of its clients.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private readonly string _name;
    private readonly Process _process;

    private ProgramProcess(string name, Process process, string address) => (_name, _process, Address) = (name, process, address);

    /// <summary>The line that the program prints when it serves.</summary>
    public string Address { get; }

    /// <inheritdoc cref="Benchmarks.WakeUps.Of"/>
    public WakeUps WakeUps => WakeUps.Of(_process.Id);

    /// <summary>Builds a program, and starts it.</summary>
    public static async Task<ProgramProcess> StartAsync(string name, params string[] arguments)
    {
        var program = await ClientPrograms.BuildAsync(name);
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return new(name, process, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{name} did not start."));
    }

    /// <summary>Returns the cost of the process so far, after a full garbage collection if <paramref name="collects"/> is true.</summary>
    public async Task<ProcessCost> CostAsync(bool collects = false)
    {
        await _process.StandardInput.WriteLineAsync(collects ? "collect" : "");
        var parts = (await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{_name} has exited.")).Split(' ').Select(long.Parse).ToArray();
        return new(TimeSpan.FromTicks(parts[0]), parts[1], parts[2]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
