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

    /// <summary>Whether the conversation had begun before its recording, so that the agent's session is already configured.</summary>
    public bool StartedLate { get; init; }

    /// <summary>The number of the conversation.</summary>
    public int Number { get; set; }

    /// <summary>Adds the registration of a handler, which is disposed with this object; immediately if this object was already disposed.</summary>
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

    public void OnConnected(RealtimeConnection connection, RenewalReason? reason)
    {
        if (reason is { } renewed)
            recorder.Add(Number, new Decision(DecisionTypes.Renewed, new("reason", ConversationEngine.ToSnakeCase(renewed))));
        recorder.Add(this, connection, StartedLate || connection.IsConfigured);
    }

    public void OnDecision(in Decision decision) => recorder.Add(Number, in decision);

    /// <summary>Reports a failure of the output to the conversation, once.</summary>
    public void WarnOfFailure(string message, Exception failure)
    {
        if (Conversation is { } conversation && Interlocked.Increment(ref _failureWarnings) == 1)
            conversation.WarnOfRecorder(message, failure);
    }

    /// <summary>Reports dropped lines to the conversation, once.</summary>
    public void WarnOfDropped(string message)
    {
        if (Conversation is { } conversation && Interlocked.Increment(ref _dropWarnings) == 1)
            conversation.WarnOfRecorder(message, exception: null);
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

        // Outside the lock: a conversation calls Add under its own lock, which the disposal of its registration takes as well.
        foreach (var handler in handlers)
            handler.Dispose();
    }
}
