using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Internal;

/// <summary>Validates <see cref="RealtimeClientOptions"/> for dependency injection.</summary>
/// <remarks>Separate from <see cref="ClientOptionsRules"/>, so that a client created without dependency injection does not load the options library.</remarks>
internal sealed class RealtimeClientOptionsValidator : IValidateOptions<RealtimeClientOptions>
{
    public ValidateOptionsResult Validate(string? name, RealtimeClientOptions options) =>
        ClientOptionsRules.FindFaults(options) is var faults && options.SectionFaults.Count + faults.Count > 0
            ? ValidateOptionsResult.Fail([.. options.SectionFaults, .. faults])
            : ValidateOptionsResult.Success;
}
