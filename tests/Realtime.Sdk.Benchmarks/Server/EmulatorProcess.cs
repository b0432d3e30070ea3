using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>The cost of an emulator's process so far.</summary>
/// <param name="Cpu">The CPU time of the process.</param>
/// <param name="Allocated">The bytes that the process has allocated.</param>
/// <param name="Heap">The size of the managed heap in bytes.</param>
internal readonly record struct EmulatorCost(TimeSpan Cpu, long Allocated, long Heap);

/// <summary>The emulator of Realtime.Sdk.Testing in its own process, which reports its cost without that of the clients.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    private readonly Process _process;

    private EmulatorProcess(Process process, string[] start) => (_process, Endpoint, ApiKey) = (process, new(start[0]), start[1]);

    public Uri Endpoint { get; }

    public string ApiKey { get; }

    public static async Task<EmulatorProcess> StartAsync()
    {
        var program = await ClientPrograms.BuildAsync("Emulator");
        var process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The emulator did not start.");
        return new(process, address.Split(' '));
    }

    /// <summary>Returns the cost of the process so far, after a full garbage collection if <paramref name="collects"/> is true.</summary>
    public async Task<EmulatorCost> CostAsync(bool collects = false)
    {
        await _process.StandardInput.WriteLineAsync(collects ? "collect" : "");
        var parts = (await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The emulator has exited.")).Split(' ').Select(long.Parse).ToArray();
        return new(TimeSpan.FromTicks(parts[0]), parts[1], parts[2]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
