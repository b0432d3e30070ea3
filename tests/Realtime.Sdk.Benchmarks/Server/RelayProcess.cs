namespace Realtime.Sdk.Benchmarks;

/// <summary>A relay in its own process, between pages and the loopback server.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private readonly ProgramProcess _process;

    private RelayProcess(ProgramProcess process) => _process = process;

    /// <summary>The URL to which pages connect.</summary>
    public Uri Endpoint => new(_process.Address);

    /// <inheritdoc cref="ProgramProcess.WakeUps"/>
    public WakeUps WakeUps => _process.WakeUps;

    /// <summary>Starts a relay.</summary>
    /// <param name="candidate">The argument of the program that selects the relay.</param>
    /// <param name="server">The server.</param>
    /// <param name="model">The model, which selects the behavior of the server.</param>
    public static async Task<RelayProcess> StartAsync(string candidate, ServerProcess server, string model) =>
        new(await ProgramProcess.StartAsync("Relay", candidate, server.Plain.ToString(), model));

    /// <inheritdoc cref="ProgramProcess.CostAsync"/>
    public Task<ProcessCost> CostAsync(bool collects = false) => _process.CostAsync(collects);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
