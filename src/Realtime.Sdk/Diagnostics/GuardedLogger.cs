using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Realtime.Sdk.Internal;

/// <summary>Wraps a logger of the application so that it never throws. All log entries of the SDK go through it.</summary>
internal sealed class GuardedLogger : ILogger
{
    private readonly ILogger _logger;

    private GuardedLogger(ILogger logger) => _logger = logger;

    /// <summary>Creates a logger that never throws.</summary>
    /// <param name="factory">Creates the inner logger. If it is null or throws, the result is a logger that does nothing.</param>
    /// <param name="category">The category of the logger.</param>
    public static ILogger Create(ILoggerFactory? factory, string category)
    {
        try
        {
            return factory?.CreateLogger(category) is { } logger ? new GuardedLogger(logger) : NullLogger.Instance;
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
            return NullLogger.Instance;
        }
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _logger.IsEnabled(logLevel);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
            return false;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            _logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception e) when (CallbackExceptions.CanIgnore(e))
        {
        }
    }

    /// <summary>Does nothing, because the SDK uses no scopes.</summary>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
}
