using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>The log of a conversation. It never contains the text of the conversation.</summary>
internal sealed class ConversationLog(ILoggerFactory? factory)
{
    private readonly ILogger _logger = GuardedLogger.Create(factory, "Realtime.Sdk.RealtimeConversation");
    private readonly ConcurrentQueue<(WarningKind Kind, string Message)> _warnings = [];
    private readonly ConcurrentQueue<RenewalUpdate> _renewals = [];

    /// <summary>Whether entries wait to be written.</summary>
    public bool HasQueued => !_warnings.IsEmpty || !_renewals.IsEmpty;

    /// <summary>Queues a warning, under the conversation's lock. The logger is not called there, because it is code of the app.</summary>
    public void AddWarning(WarningKind kind, string message) => _warnings.Enqueue((kind, message));

    /// <summary>Writes the queued entries, outside the lock.</summary>
    public void Flush()
    {
        while (_warnings.TryDequeue(out var warning))
            RealtimeLog.ConversationWarning(_logger, warning.Kind.ToString(), PeerText.Sanitize(warning.Message));
        while (_renewals.TryDequeue(out var renewal))
            RealtimeLog.ConversationRenewed(_logger, renewal.Reason.ToString(), renewal.Gap, renewal.HistoryItems, renewal.NotCarriedOver.Count);
    }

    /// <summary>Queues a renewal, under the conversation's lock.</summary>
    public void AddRenewal(RenewalUpdate renewal) => _renewals.Enqueue(renewal);

    public void LogEnd(ConversationEnd end)
    {
        if (end.Exception is null)
            RealtimeLog.ConversationEnded(_logger, PeerText.Sanitize(end.Reason.ToString()));
        else
            RealtimeLog.ConversationFailed(_logger, end.Reason.ToString(), PeerText.Sanitize(end.Message ?? ""));
    }
}
