using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Internal;

/// <summary>Validates <see cref="RealtimeClientOptions"/> for dependency injection.</summary>
/// <remarks>Separate from <see cref="ClientOptionsRules"/>, so that creating a client without dependency injection does not load the options library.</remarks>
internal sealed class RealtimeClientOptionsValidator : IValidateOptions<RealtimeClientOptions>
{
    public ValidateOptionsResult Validate(string? name, RealtimeClientOptions options)
    {
        string[] faults = [.. options.SectionFaults, .. ClientOptionsRules.FindFaults(options)];
        if (faults.Length == 0)
            return ValidateOptionsResult.Success;
        // Without the name, it would not be clear which of several clients is invalid.
        return ValidateOptionsResult.Fail(string.IsNullOrEmpty(name) ? faults : [.. faults.Select(fault => $"Client \"{PeerText.Sanitize(name)}\": {fault}")]);
    }
}
