using System.Diagnostics;

namespace Realtime.Sdk.Benchmarks;

/// <summary>What an emulator's process has cost so far.</summary>
/// <param name="Cpu">The CPU time of the process.</param>
/// <param name="Allocated">The bytes it has allocated.</param>
/// <param name="Heap">The bytes on its managed heap.</param>
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

    /// <summary>What the process has cost so far, after a full garbage collection if <paramref name="collects"/>.</summary>
    public async Task<EmulatorCost> CostAsync(bool collects = false)
    {
        await _process.StandardInput.WriteLineAsync(collects ? "collect" : "");
        var parts = (await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The emulator is gone.")).Split(' ').Select(long.Parse).ToArray();
        return new(TimeSpan.FromTicks(parts[0]), parts[1], parts[2]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
