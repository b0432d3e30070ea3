using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>What the REST half logs; event ids 1 to 19. No address, no body, no header, no credential.</summary>
internal static partial class RestLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Operation} was answered with {StatusCode} after {Elapsed}, attempts: {Attempts}, request id: {RequestId}.")]
    public static partial void Answered(ILogger logger, string operation, int statusCode, TimeSpan elapsed, int attempts, string? requestId);

    [LoggerMessage(2, LogLevel.Warning, "{Operation} failed ({Reason}) after {Elapsed}, attempts: {Attempts}, request id: {RequestId}.")]
    public static partial void Failed(ILogger logger, string operation, string reason, TimeSpan elapsed, int attempts, string? requestId);

    [LoggerMessage(3, LogLevel.Information, "{Operation} failed ({Reason}) and is sent again after {Delay}; repetition {Repetition}.")]
    public static partial void Repeating(ILogger logger, string operation, string reason, TimeSpan delay, int repetition);

    [LoggerMessage(4, LogLevel.Debug, "{Operation} is sent although {Path} {Rule}.")]
    public static partial void Questionable(ILogger logger, string operation, string path, string rule);

    [LoggerMessage(5, LogLevel.Information,
        "{Handler}, set for all HTTP clients, is left out of the Realtime client \"{Name}\": it has its own resilience, and calls must not be placed twice.")]
    public static partial void HandlerLeftOut(ILogger logger, string? handler, string name);
}
