namespace Realtime.Sdk.Internal;

/// <summary>The recording of one connection or conversation, until it is disposed.</summary>
internal sealed class RecordingSubscription(SessionRecorder recorder) : IConversationObserver, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<IDisposable> _handlers = [];
    private bool _isDisposed;
    private int _failureWarnings;
    private int _dropWarnings;

    /// <summary>The conversation; null for a connection.</summary>
    public ConversationEngine? Conversation { get; set; }

    /// <summary>Whether the conversation had begun, so that the agent's session was configured before.</summary>
    public bool IsLate { get; init; }

    /// <summary>The number of the conversation.</summary>
    public int Number { get; set; }

    /// <summary>Adds a registration, which ends with this object.</summary>
    public void Add(IDisposable handler)
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _handlers.Add(handler);
                return;
            }
        }
        handler.Dispose();
    }

    public void Connected(RealtimeConnection connection, RenewalReason? reason)
    {
        if (reason is { } renewed)
            recorder.Add(Number, new Decision(DecisionTypes.Renewed, new("reason", ConversationEngine.WordOf(renewed))));
        recorder.Add(this, connection, IsLate || connection.IsConfigured);
    }

    public void Decided(in Decision decision) => recorder.Add(Number, in decision);

    /// <summary>Warns the conversation, once.</summary>
    public void WarnOfFailure(string message, Exception failure)
    {
        if (Conversation is { } conversation && Interlocked.Increment(ref _failureWarnings) == 1)
            conversation.RecorderFailed(message, failure);
    }

    /// <summary>Warns the conversation, once.</summary>
    public void WarnOfDropped(string message)
    {
        if (Conversation is { } conversation && Interlocked.Increment(ref _dropWarnings) == 1)
            conversation.RecorderFailed(message, exception: null);
    }

    public void Dispose()
    {
        recorder.Remove(this);
        IDisposable[] handlers;
        lock (_lock)
        {
            _isDisposed = true;
            handlers = [.. _handlers];
            _handlers.Clear();
        }
        foreach (var handler in handlers)
            handler.Dispose();
    }
}
