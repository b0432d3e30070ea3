namespace Realtime.Sdk.Testing.Internal;

/// <summary>How strict the emulator is.</summary>
/// <param name="AcceptsUnknownValues">Whether words and members that the emulator does not know are accepted.</param>
/// <param name="Date">The day on which the service is emulated; null is before every announced end.</param>
/// <param name="NamesDeployments">Whether models are named by their deployments, which are free, as under Azure.</param>
/// <param name="AcceptsOtherModels">Whether models that exist, but not in this API, are accepted: client secrets are made for them, and open nothing.</param>
internal sealed record ServicePolicy(
    bool AcceptsUnknownValues = false, DateOnly? Date = null, bool NamesDeployments = false, bool AcceptsOtherModels = false)
{
    public static ServicePolicy Strict { get; } = new();

    /// <summary>Whether what is shut down on <paramref name="day"/> is gone; it is from that day on.</summary>
    public bool IsShutDown(DateOnly day) => Date >= day;
}
