namespace Realtime.Sdk.Testing.Internal;

/// <summary>What the model sessions of one emulator share.</summary>
/// <param name="Options">How the model behaves.</param>
/// <param name="Model">What the test has it say, call and hear in every session.</param>
/// <param name="Time">The emulator's clock.</param>
/// <param name="Ids">Makes ids.</param>
/// <param name="Violations">Takes what clients did wrong.</param>
/// <param name="Fail">Takes what a callback in the options threw while no connection was there to be ended.</param>
internal sealed record SimulationSettings(EmulatorModelOptions Options, EmulatorModel Model, TimeProvider Time, IdSource Ids, ViolationLog Violations, Action<Exception> Fail)
{
    /// <summary>What was said before, by any of the sessions.</summary>
    public SpokenWords SpokenWords { get; } = new();

    /// <summary>How strict the model is.</summary>
    public ServicePolicy Policy { get; init; } = ServicePolicy.Strict;
}
