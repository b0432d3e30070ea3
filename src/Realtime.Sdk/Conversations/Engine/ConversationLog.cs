using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>The log of a conversation. Nothing of it contains what was said.</summary>
internal sealed class ConversationLog(ILoggerFactory? factory)
{
    private readonly ILogger _logger = GuardedLogger.Create(factory, "Realtime.Sdk.RealtimeConversation");

    public void Warning(WarningKind kind, string message) => RealtimeLog.ConversationWarning(_logger, kind.ToString(), PeerText.Sanitize(message));

    public void Ended(ConversationEnd end)
    {
        if (end.Exception is null)
            RealtimeLog.ConversationEnded(_logger, PeerText.Sanitize(end.Reason.ToString()));
        else
            RealtimeLog.ConversationFailed(_logger, end.Reason.ToString(), PeerText.Sanitize(end.Message ?? ""));
    }
}
