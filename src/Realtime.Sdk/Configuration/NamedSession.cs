using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Internal;

/// <summary>A named session: its source and, after validation, the session itself. The options system creates one instance per name.</summary>
internal sealed class NamedSession
{
    public SessionSource? Source { get; set; }

    public SessionConfiguration? Session { get; set; }
}

/// <summary>Reads a named session. Errors prevent the host from starting; warnings are logged.</summary>
internal sealed class NamedSessionValidator(ILoggerFactory? loggers = null) : IValidateOptions<NamedSession>
{
    public ValidateOptionsResult Validate(string? name, NamedSession options)
    {
        var source = options.Source!;
        var faults = new SessionFaults($"Session \"{PeerText.Sanitize(name)}\"", source.GetLocation);
        options.Session = source.Read(faults);
        if (faults.Errors.Count > 0)
            return ValidateOptionsResult.Fail(faults.Errors);
        var logger = GuardedLogger.Create(loggers, "Realtime.Sdk.SessionConfiguration");
        foreach (var warning in faults.Warnings)
            Log(logger, name!, warning);
        return ValidateOptionsResult.Success;
    }

    private static void Log(ILogger logger, string name, ConstraintViolation warning)
    {
        var (path, rule) = (PeerText.Sanitize(warning.Path), PeerText.Sanitize(warning.Rule));
        if (warning.Value is { } value)
            RealtimeLog.SessionValue(logger, name, path, PeerText.Sanitize(value), rule);
        else
            RealtimeLog.SessionWarning(logger, name, path, rule);
    }
}
