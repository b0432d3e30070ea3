namespace Realtime.Sdk.Testing.Internal;

/// <summary>The values that the emulator accepts.</summary>
/// <param name="AcceptsUnknownValues">Whether values and members that are unknown to the emulator are accepted.</param>
/// <param name="Date">The date of the emulated service; null means a date before every announced shutdown.</param>
/// <param name="ModelsAreDeployments">Whether models are names of deployments, which can be any name, as on Azure's paths.</param>
/// <param name="AcceptsOtherModels">
/// Whether models that exist, but not in this API, are accepted: client secrets can be created for them, but do not open a session.
/// </param>
internal sealed record ServicePolicy(
    bool AcceptsUnknownValues = false, DateOnly? Date = null, bool ModelsAreDeployments = false, bool AcceptsOtherModels = false)
{
    public static ServicePolicy Strict { get; } = new();

    /// <summary>Whether a shutdown on <paramref name="day"/> has happened.</summary>
    public bool IsShutDown(DateOnly day) => Date >= day;
}
