using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Creates the options again when their configuration changes. If that fails, it logs the reason and returns the last valid options, because deliveries must still be
/// verified: with the platform's factory, the change would throw in the code that reloads, and each later use of the options too.
/// </summary>
internal sealed class WebhookOptionsFactory(
    IEnumerable<IConfigureOptions<RealtimeWebhookOptions>> setups,
    IEnumerable<IPostConfigureOptions<RealtimeWebhookOptions>> postSetups,
    IEnumerable<IValidateOptions<RealtimeWebhookOptions>> validators,
    ILoggerFactory? loggers = null) : IOptionsFactory<RealtimeWebhookOptions>
{
    private readonly OptionsFactory<RealtimeWebhookOptions> _factory = new(setups, postSetups, validators);
    private readonly ILogger _logger = GuardedLogger.Create(loggers, "Realtime.Sdk.RealtimeWebhooks");
    private volatile RealtimeWebhookOptions? _last;

    public RealtimeWebhookOptions Create(string name)
    {
        if (name != Options.DefaultName)
            return _factory.Create(name);
        try
        {
            return _last = _factory.Create(name);
        }
        catch (Exception e) when (_last is not null)
        {
            // Another exception is from a callback of the application. Its message may contain anything, and its type says where to look.
            RealtimeLog.WebhookOptionsNotReloaded(_logger, PeerText.Sanitize(e is OptionsValidationException ? e.Message : e.GetType().FullName));
            return _last;
        }
    }
}

/// <summary>Validates <see cref="RealtimeWebhookOptions"/> for dependency injection.</summary>
internal sealed class WebhookOptionsValidator : IValidateOptions<RealtimeWebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, RealtimeWebhookOptions options)
    {
        string[] faults = [.. options.SectionFaults, .. WebhookOptionsRules.FindFaults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
