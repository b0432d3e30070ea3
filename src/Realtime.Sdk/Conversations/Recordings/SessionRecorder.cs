#pragma warning disable CA2000 // subscriptions are disposed with the recorder
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>
/// Records connections and conversations as JSON lines while they are used: the messages of both sides, their times, and the decisions of the conversation. A
/// recording is played back with <c>EmulatorRecording</c> of the package Realtime.Sdk.Testing. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Secrets are masked: text that looks like a key, anywhere in a string, and the values of members such as <c>authorization</c>, <c>headers</c>,
/// <c>client_secret</c> and <c>password</c>. A key that is split over several deltas is not recognized. The text of the conversation is not masked.</para>
/// <para>Lines are written in a separate task. An output that is slow or throws never delays or changes the conversation: lines are dropped, which is reported
/// once in the log and in a <see cref="WarningUpdate"/>.</para>
/// <para>Use one recorder for one conversation. If there are several, lines of the others have a number.</para>
/// </remarks>
/// <example>
/// <code>
/// await using var file = File.Create("call.jsonl");
/// await using var recorder = new SessionRecorder(file);
/// await using var conversation = await client.StartConversationAsync(agent, new() { Recorder = recorder });
/// </code>
/// </example>
public sealed class SessionRecorder : IAsyncDisposable
{
    private readonly RecordingPump _pump;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly List<RecordingSubscription> _subscriptions = [];
    private int _connections;
    private int _conversations;

    /// <summary>Creates a recorder.</summary>
    /// <param name="output">The output: UTF-8 without a byte order mark. It is flushed when no more lines are waiting, and is not disposed.</param>
    /// <param name="options">Audio, limits and the clock; null uses the defaults.</param>
    /// <exception cref="ArgumentException"><paramref name="output"/> is not writable.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public SessionRecorder(Stream output, SessionRecorderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!output.CanWrite)
            throw new ArgumentException("The stream is not writable.", nameof(output));
        options = options?.Copy() ?? new();
        options.Validate();
        _logger = GuardedLogger.Create(options.LoggerFactory, "Realtime.Sdk.SessionRecorder");
        _pump = new(output, options, OnOutputFailed);
    }

    /// <summary>The number of lines that were dropped because the output was too slow or has failed.</summary>
    public long DroppedLines => _pump.Dropped;

    /// <summary>The exception of the output, after which nothing was recorded; null if there was none.</summary>
    public Exception? Failure => _pump.Failure;

    /// <summary>
    /// Records the messages of an open connection from now on. The recording begins with the session, so that it can be played back. To record a conversation and
    /// its decisions, set <see cref="RealtimeConversationOptions.Recorder"/>.
    /// </summary>
    /// <param name="connection">The connection. Its reader is not affected.</param>
    /// <returns>An object that ends the recording of this connection when it is disposed.</returns>
    /// <exception cref="ObjectDisposedException">The recorder was disposed.</exception>
    public IDisposable Record(RealtimeConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var subscription = Subscribe();
        Add(subscription, connection, connection.IsConfigured);
        return subscription;
    }

    /// <summary>Records the messages of an open translation connection from now on.</summary>
    /// <inheritdoc cref="Record(RealtimeConnection)"/>
    public IDisposable Record(RealtimeTranslationConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var subscription = Subscribe();
        var number = Interlocked.Increment(ref _connections);
        subscription.Add(connection.OnMessage((in message) => Add(number, in message)));
        return subscription;
    }

    /// <summary>
    /// Records the messages and decisions of a conversation from now on. The recording begins with the effective session. To record from the first message on, set
    /// <see cref="RealtimeConversationOptions.Recorder"/>.
    /// </summary>
    /// <param name="conversation">The conversation.</param>
    /// <returns>An object that ends the recording of this conversation when it is disposed.</returns>
    /// <exception cref="ObjectDisposedException">The recorder was disposed.</exception>
    public IDisposable Record(RealtimeConversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var subscription = Subscribe(startedLate: true);
        Observe(subscription, conversation.Engine);
        return subscription;
    }

    /// <summary>Records a message that was sent by other means, for example by another client to the emulator.</summary>
    /// <param name="utf8Json">The message.</param>
    public void RecordSent(ReadOnlySpan<byte> utf8Json) => _pump.Enqueue(RecordingEntryKind.Sent, 1, utf8Json);

    /// <summary>Records a message that was received by other means.</summary>
    /// <param name="utf8Json">The message.</param>
    public void RecordReceived(ReadOnlySpan<byte> utf8Json) => _pump.Enqueue(RecordingEntryKind.Received, 1, utf8Json);

    /// <summary>
    /// Ends the recording and waits until everything was written, at most <see cref="SessionRecorderOptions.DisposeTimeout"/>. Never throws; see
    /// <see cref="Failure"/>. The output is not disposed.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        // Outside the lock, because each disposal takes the lock of its connection or conversation.
        foreach (var subscription in TakeSubscriptions())
            subscription.Dispose();
        return _pump.CloseAsync();
    }

    /// <summary>Creates a handler for the messages of a connection that is being opened.</summary>
    internal Action<ReadOnlyMemory<byte>, bool> CreateTap(TimeProvider? time)
    {
        if (time is not null)
            _pump.UseClock(time);
        return new ConnectionTap(this, Interlocked.Increment(ref _connections)).OnMessage;
    }

    /// <summary>Records a conversation that begins. Does nothing if the recorder was disposed.</summary>
    internal void Begin(ConversationEngine engine)
    {
        if (TrySubscribe() is { } subscription)
        {
            Observe(subscription, engine);
            // The output may have failed while the connection was opened.
            Warn(subscription);
        }
    }

    /// <summary>Records the messages of a connection, unless they have been recorded since it was opened.</summary>
    internal void Add(RecordingSubscription subscription, RealtimeConnection connection, bool isConfigured)
    {
        if (connection.Tap?.Target is ConnectionTap tap && tap.Recorder == this)
            return;
        var number = Interlocked.Increment(ref _connections);
        if (connection.Session is { } session)
        {
            var json = RealtimeJson.SerializeToUtf8Bytes(session);
            _pump.Enqueue(RecordingEntryKind.Opened, number, json, isConfigured);
        }
        subscription.Add(connection.OnMessage((in message) => Add(number, in message)));
    }

    internal void Add(int conversation, in Decision decision) => _pump.Enqueue(conversation, in decision);

    internal void Remove(RecordingSubscription subscription)
    {
        lock (_lock)
            _subscriptions.Remove(subscription);
    }

    private void Add(int connection, in RealtimeMessage message) =>
        _pump.Enqueue(message.Direction == MessageDirection.Sent ? RecordingEntryKind.Sent : RecordingEntryKind.Received, connection, message.Utf8Json.Span);

    private RecordingSubscription Subscribe(bool startedLate = false) => TrySubscribe(startedLate) ?? throw new ObjectDisposedException(nameof(SessionRecorder));

    private RecordingSubscription? TrySubscribe(bool startedLate = false)
    {
        var subscription = new RecordingSubscription(this) { StartedLate = startedLate };
        lock (_lock)
        {
            if (_pump.IsClosed)
                return null;
            _subscriptions.Add(subscription);
        }
        return subscription;
    }

    private void Observe(RecordingSubscription subscription, ConversationEngine engine)
    {
        _pump.UseClock(engine.Time);
        subscription.Conversation = engine;
        subscription.Number = Interlocked.Increment(ref _conversations);
        subscription.Add(engine.Observe(subscription));
    }

    private RecordingSubscription[] TakeSubscriptions()
    {
        lock (_lock)
        {
            RecordingSubscription[] all = [.. _subscriptions];
            _subscriptions.Clear();
            return all;
        }
    }

    /// <summary>Reports an exception of the output, or dropped lines if it is null. Called on the thread pool.</summary>
    private void OnOutputFailed(Exception? exception)
    {
        if (exception is null)
            RealtimeLog.RecordingIncomplete(_logger);
        else
            RealtimeLog.RecordingFailed(_logger, PeerText.Sanitize(exception.GetType().Name));
        RecordingSubscription[] all;
        lock (_lock)
            all = [.. _subscriptions];
        foreach (var subscription in all)
            Warn(subscription);
    }

    private void Warn(RecordingSubscription subscription)
    {
        if (_pump.Failure is { } failure)
            subscription.WarnOfFailure($"The output of the recorder threw {failure.GetType().Name}, so the recording has stopped.", failure);
        else if (_pump.Dropped > 0)
            subscription.WarnOfDropped($"The output of the recorder is too slow: more than {_pump.MaxQueuedBytes} bytes were waiting, so lines are dropped. The maximum is {nameof(SessionRecorderOptions)}.{nameof(SessionRecorderOptions.MaxQueuedBytes)}.");
    }

    /// <summary>Records the messages of one connection since it was opened.</summary>
    private sealed class ConnectionTap(SessionRecorder recorder, int number)
    {
        public SessionRecorder Recorder => recorder;

        public void OnMessage(ReadOnlyMemory<byte> utf8Json, bool isSent) =>
            recorder._pump.Enqueue(isSent ? RecordingEntryKind.Sent : RecordingEntryKind.Received, number, utf8Json.Span);
    }
}
