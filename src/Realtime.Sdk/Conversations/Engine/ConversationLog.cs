using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>The log of a conversation. Nothing of it contains what was said.</summary>
internal sealed partial class ConversationLog(ILoggerFactory? factory)
{
    private readonly ILogger _logger = GuardedLogger.Create(factory, "Realtime.Sdk.RealtimeConversation");

    public void Warning(WarningKind kind, string message) => LogWarning(_logger, kind, message);

    public void Ended(ConversationEnd end)
    {
        if (end.Exception is null)
            LogEnded(_logger, end.Reason);
        else
            LogFailed(_logger, end.Reason, PeerText.Sanitize(end.Message ?? ""));
    }

    [LoggerMessage(200, LogLevel.Warning, "The conversation warns of {Kind}: {Message}")]
    private static partial void LogWarning(ILogger logger, WarningKind kind, string message);

    [LoggerMessage(201, LogLevel.Information, "The conversation has ended: {Reason}.")]
    private static partial void LogEnded(ILogger logger, ConversationEndReason reason);

    [LoggerMessage(202, LogLevel.Warning, "The conversation has ended: {Reason}. {Message}")]
    private static partial void LogFailed(ILogger logger, ConversationEndReason reason, PeerText message);
}
