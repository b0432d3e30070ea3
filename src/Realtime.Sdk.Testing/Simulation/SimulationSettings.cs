namespace Realtime.Sdk.Testing.Internal;

/// <summary>The settings that all model sessions of an emulator share.</summary>
/// <param name="Options">The options of the model.</param>
/// <param name="Model">The rules of the model for all sessions.</param>
/// <param name="Time">The emulator's clock.</param>
/// <param name="Ids">Creates IDs.</param>
/// <param name="Violations">The log of violations.</param>
/// <param name="Fail">Keeps the exception of a callback that failed when there was no connection.</param>
internal sealed record SimulationSettings(EmulatorModelOptions Options, EmulatorModel Model, TimeProvider Time, IdSource Ids, ViolationLog Violations, Action<Exception> Fail)
{
    /// <summary>The cache of synthesized words of all sessions.</summary>
    public SpokenWords SpokenWords { get; } = new();

    /// <summary>The values that the model accepts.</summary>
    public ServicePolicy Policy { get; init; } = ServicePolicy.Strict;
}
