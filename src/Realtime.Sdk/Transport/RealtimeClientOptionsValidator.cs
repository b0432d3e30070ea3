using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Internal;

/// <summary>The rules of <see cref="RealtimeClientOptions"/>, asked by dependency injection.</summary>
/// <remarks>Apart from them, so that a client made by hand needs nothing of the options library.</remarks>
internal sealed class RealtimeClientOptionsValidator : IValidateOptions<RealtimeClientOptions>
{
    public ValidateOptionsResult Validate(string? name, RealtimeClientOptions options) =>
        ClientOptionsRules.Faults(options) is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
