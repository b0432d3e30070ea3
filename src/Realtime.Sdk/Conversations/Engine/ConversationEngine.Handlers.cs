namespace Realtime.Sdk.Internal;

/// <content>The app's handlers for events and audio.</content>
internal sealed partial class ConversationEngine
{
    private readonly List<(Func<bool> Condition, CountedSource<bool> Met)> _conditions = [];
    private EventHandlerEntry[] _eventHandlers = [];
    private AudioHandlerEntry[] _audioHandlers = [];

    public IDisposable OnEvent(Action<ServerEvent> handler)
    {
        var entry = new EventHandlerEntry(handler, this);
        lock (_lock)
            _eventHandlers = [.. _eventHandlers, entry];
        return entry;
    }

    public IDisposable OnAudio(ConversationAudioHandler handler)
    {
        var entry = new AudioHandlerEntry(handler, this);
        lock (_lock)
            _audioHandlers = [.. _audioHandlers, entry];
        return entry;
    }

    private void NotifyEvent(ServerEvent serverEvent)
    {
        // The array is replaced as a whole, so handlers can be called without the lock, and a handler can unregister itself.
        var handlers = Volatile.Read(ref _eventHandlers);
        if (handlers.Length == 0)
            return;

        // The app does not see the metadata entry that the conversation adds.
        var shown = ReplyTag.Remove(serverEvent);
        foreach (var entry in handlers)
        {
            try
            {
                entry.Handler(shown);
            }
            catch (Exception e) when (CallbackExceptions.CanIgnore(e))
            {
                WarnOfHandler(entry, e);
            }
        }
    }

    private void NotifyAudio(AudioDirection direction, SampleFormat format, ReadOnlySpan<byte> audio)
    {
        var handlers = Volatile.Read(ref _audioHandlers);
        if (handlers.Length == 0)
            return;
        var shown = new ConversationAudio(direction, format, _time.GetElapsedTime(_startedAt), audio);
        foreach (var entry in handlers)
        {
            try
            {
                entry.Handler(in shown);
            }
            catch (Exception e) when (CallbackExceptions.CanIgnore(e))
            {
                WarnOfHandler(entry, e);
            }
        }
    }

    /// <summary>Reports the first exception of a handler.</summary>
    private void WarnOfHandler(HandlerEntry entry, Exception exception)
    {
        if (entry.HasFailed)
            return;
        entry.HasFailed = true;
        Change(() => Warn(WarningKind.Handler, $"A handler of the app threw {exception.GetType().Name}. It remains registered.", exception: exception));
    }

    private void Remove(HandlerEntry entry)
    {
        lock (_lock)
        {
            _eventHandlers = [.. _eventHandlers.Where(other => other != entry)];
            _audioHandlers = [.. _audioHandlers.Where(other => other != entry)];
        }
    }

    /// <summary>A registered handler, until it is disposed.</summary>
    private abstract class HandlerEntry(ConversationEngine engine) : IDisposable
    {
        public bool HasFailed { get; set; }

        public void Dispose() => engine.Remove(this);
    }

    private sealed class EventHandlerEntry(Action<ServerEvent> handler, ConversationEngine engine) : HandlerEntry(engine)
    {
        public Action<ServerEvent> Handler => handler;
    }

    private sealed class AudioHandlerEntry(ConversationAudioHandler handler, ConversationEngine engine) : HandlerEntry(engine)
    {
        public ConversationAudioHandler Handler => handler;
    }
}
