namespace Realtime.Sdk.Benchmarks;

/// <summary>The emulator of Realtime.Sdk.Testing in its own process.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    private readonly ProgramProcess _process;

    private EmulatorProcess(ProgramProcess process)
    {
        _process = process;
        var parts = process.Address.Split(' ');
        (Endpoint, ApiKey) = (new(parts[0]), parts[1]);
    }

    public Uri Endpoint { get; }

    public string ApiKey { get; }

    public static async Task<EmulatorProcess> StartAsync() => new(await ProgramProcess.StartAsync("Emulator"));

    /// <inheritdoc cref="ProgramProcess.CostAsync"/>
    public Task<ProcessCost> CostAsync(bool collects = false) => _process.CostAsync(collects);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
