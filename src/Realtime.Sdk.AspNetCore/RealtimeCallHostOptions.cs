using Microsoft.Extensions.Options;

namespace Realtime.Sdk;

/// <summary>The options of the call host, which carries the calls of all endpoints of an application.</summary>
public sealed class RealtimeCallHostOptions
{
    private static readonly TimeSpan MaxDrain = TimeSpan.FromDays(1);

    /// <summary>The maximum number of calls at the same time; more are refused with 503. At least 1; the default is 100.</summary>
    public int MaxCalls { get; set; } = 100;

    /// <summary>
    /// The time during which calls continue when the application stops; then they are ended and hung up. New calls are refused meanwhile. Must be less than the
    /// <c>ShutdownTimeout</c> of the host, after which calls are cut off. At least zero, at most a day; the default is 10 seconds.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Reports every option that is out of range.</summary>
    internal sealed class Validator : IValidateOptions<RealtimeCallHostOptions>
    {
        public ValidateOptionsResult Validate(string? name, RealtimeCallHostOptions options)
        {
            var faults = new List<string>();
            if (options.MaxCalls < 1)
                faults.Add($"{nameof(MaxCalls)} is {options.MaxCalls}, must be at least 1");
            if (options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > MaxDrain)
                faults.Add($"{nameof(DrainTimeout)} is {options.DrainTimeout}, must be 0 to {MaxDrain}");
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
