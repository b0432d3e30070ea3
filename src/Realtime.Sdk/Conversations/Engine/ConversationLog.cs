using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>The log of a conversation. It never contains the text of the conversation.</summary>
internal sealed class ConversationLog(ILoggerFactory? factory)
{
    private readonly ILogger _logger = GuardedLogger.Create(factory, "Realtime.Sdk.RealtimeConversation");

    // Created with the first entry, because most conversations have none.
    private volatile ConcurrentQueue<Action>? _queued;

    /// <summary>Whether entries wait to be written.</summary>
    public bool HasQueued => _queued is { IsEmpty: false };

    /// <summary>Queues a warning, under the conversation's lock. The logger is not called there, because it is code of the app.</summary>
    public void AddWarning(WarningKind kind, string message) => Add(() => RealtimeLog.ConversationWarning(_logger, kind.ToString(), PeerText.Sanitize(message)));

    /// <summary>Queues a renewal, under the conversation's lock.</summary>
    public void AddRenewal(RenewalUpdate renewal) =>
        Add(() => RealtimeLog.ConversationRenewed(_logger, renewal.Reason.ToString(), renewal.Gap, renewal.HistoryItems, renewal.NotCarriedOver.Count));

    /// <summary>Writes the queued entries, outside the lock.</summary>
    public void Flush()
    {
        while (_queued is { } queued && queued.TryDequeue(out var write))
            write();
    }

    public void LogEnd(ConversationEnd end)
    {
        if (end.Exception is null)
            RealtimeLog.ConversationEnded(_logger, PeerText.Sanitize(end.Reason.ToString()));
        else
            RealtimeLog.ConversationFailed(_logger, end.Reason.ToString(), PeerText.Sanitize(end.Message ?? ""));
    }

    private void Add(Action write) => (_queued ??= new()).Enqueue(write);
}
