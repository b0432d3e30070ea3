using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Sends and receives the events of one protocol over one WebSocket: the common part of the public connections. Thread-safe, except that there can be
/// only one reader.
/// </summary>
internal sealed partial class EventConnection<TClientEvent, TServerEvent>
    where TClientEvent : WireObject, IClientEvent
    where TServerEvent : WireObject, IServerEvent
{
    private static readonly TimeSpan MaxUnreadTimeout = TimeSpan.FromSeconds(10);

    private readonly ConnectionProtocol<TClientEvent, TServerEvent> _protocol;
    private readonly RealtimeConnectionOptions _options;
    private readonly ConnectionTelemetry _telemetry;
    private readonly WebSocketTransport _transport;
    private readonly PendingReplies<TClientEvent, TServerEvent> _replies;
    private readonly IEventReader<TServerEvent> _reader;
    private readonly SessionTracker _session = new();
    private OutputAudioHandler? _audioHandler;

    public EventConnection(
        ConnectionProtocol<TClientEvent, TServerEvent> protocol, OpenedSocket opened, RealtimeConnectionOptions options, ConnectionTelemetry telemetry)
    {
        _protocol = protocol;
        _options = options;
        _telemetry = telemetry;
        _reader = protocol.CreateReader();
        // _replies needs the transport, so it is still null here. The transport calls Ended only after Start.
        _transport = new(opened.Socket, CreateSettings(options, telemetry, opened)) { Ended = end => _replies!.Fail(end), Notified = telemetry.Ended };
        _replies = new(protocol, _transport, _session);
#pragma warning disable CA2000 // the handler ends with the connection
        if (options.Tap is { } tap)
            _ = OnMessage((in message) => tap(message.Utf8Json, message.Direction == MessageDirection.Sent));
#pragma warning restore CA2000
    }

    public Action<ReadOnlyMemory<byte>, bool>? Tap => _options.Tap;

    public RealtimeSession? Session => _session.Value;

    public bool IsOpen => _transport.IsOpen;

    public long UnreadBytes => _transport.UnreadBytes;

    public long DroppedEvents => _transport.Dropped;

    public Task Completion => _transport.Completion;

    /// <summary>Creates a connection from a WebSocket that was opened by other code, and takes ownership of it.</summary>
    public static EventConnection<TClientEvent, TServerEvent> FromWebSocket(
        ConnectionProtocol<TClientEvent, TServerEvent> protocol, WebSocket socket, RealtimeConnectionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(socket);
        options = (options ?? new()).Copy();
        ConnectionOptionsRules.ThrowIfInvalid(options, nameof(options));
        var telemetry = ConnectionTelemetry.Start(options.LoggerFactory, options.TimeProvider, options.LogContent, "external WebSocket", "external");
        var connection = new EventConnection<TClientEvent, TServerEvent>(protocol, new(socket, null), options, telemetry);
        connection.Start();
        telemetry.Established();
        return connection;
    }

    public IAsyncEnumerable<TServerEvent> ReadEventsAsync(CancellationToken cancellationToken) => _transport.Count(ReadEachEventAsync(cancellationToken));

    public IAsyncEnumerable<RealtimeMessage> ReadMessagesAsync(CancellationToken cancellationToken) => _transport.Count(ReadEachMessageAsync(cancellationToken));

    public IAsyncEnumerable<RelayedMessage<TServerEvent>> ReadRelayedAsync(CancellationToken cancellationToken) => _transport.Count(ReadEachRelayedAsync(cancellationToken));

    private async IAsyncEnumerable<TServerEvent> ReadEachEventAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _transport.BeginReading();
        try
        {
            while (await _transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (ReadEvent() is { } serverEvent)
                    yield return serverEvent;

                // Only when the caller asks for the next event: until then, this one counts in UnreadBytes and as work of the clock.
                _transport.Release();
            }
        }
        finally
        {
            _transport.EndReading();
        }
    }

    private async IAsyncEnumerable<RealtimeMessage> ReadEachMessageAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _transport.BeginReading();
        try
        {
            while (await _transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_transport.TryRead(out var message, out _))
                {
                    yield return new RealtimeMessage(message, MessageDirection.Received);
                    _transport.Release();
                }
            }
        }
        finally
        {
            _transport.EndReading();
        }
    }

    private async IAsyncEnumerable<RelayedMessage<TServerEvent>> ReadEachRelayedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _transport.BeginReading();
        try
        {
            while (await _transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_transport.TryRead(out var message, out var sequence))
                {
                    yield return new(message, ReadUnlessAudio(message.Span, sequence));
                    _transport.Release();
                }
            }
        }
        finally
        {
            _transport.EndReading();
        }
    }

    public void OnOutputAudio(OutputAudioHandler? handler) => Volatile.Write(ref _audioHandler, handler);

    /// <summary>Registers a handler for every message, sent and received, until the result is disposed.</summary>
    public IDisposable OnMessage(RealtimeMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new MessageTap(_transport, handler, _telemetry);
    }

    /// <summary>Starts waiting for the next message of a type.</summary>
    public MessageWaiter<string> CreateWaiter(ReadOnlySpan<byte> type)
    {
        var wanted = type.ToArray();
        return new(_transport, (message, _) => WireMessage.PeekType(message.Span).SequenceEqual(wanted) ? "seen" : null);
    }

    public Task CloseAsync(int code, string? reason, CancellationToken cancellationToken) => _transport.CloseAsync(code, reason, cancellationToken);

    public WorkTrackingTimeProvider? Clock => _transport.Clock;

    public void Abort() => _transport.Abort();

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    /// <summary>
    /// Starts receiving and, if the server sends an event first, waits for it. Then sends the update that configures the session and waits for the reply. If
    /// the server sends nothing before it is configured, the first event with a session counts as the reply.
    /// </summary>
    /// <param name="attempt">The attempt, for exception messages.</param>
    /// <param name="waitForFirst">Whether the server sends an event before it receives one.</param>
    /// <param name="update">The update that configures the session; null sends none.</param>
    /// <param name="cancellationToken">Cancels the waits.</param>
    public async Task BeginAsync(ConnectAttempt attempt, bool waitForFirst, TClientEvent? update, CancellationToken cancellationToken)
    {
        // Registered before receiving starts, so that the first event is not missed.
        var first = waitForFirst ? new MessageWaiter<TServerEvent>(_transport, ReadFirst) : null;
        Start();
        try
        {
            if (first is not null)
                ThrowIfError(await first.WaitAsync(RealtimeConnectionPhase.Connect, cancellationToken).Counted(_transport.Clock), attempt.ToString());
            if (update is not null)
            {
                var correlated = _protocol.WithCorrelationIds(update);
                await SendAndWaitAsync(correlated, waitForFirst ? IsOpeningError : IsOpeningReply, $"{correlated.Type} in {attempt}", cancellationToken)
                    .Counted(_transport.Clock);
            }
        }
        catch (RealtimeConnectionException e)
        {
            Abort();
            throw attempt.CreateFailure(e);
        }
        catch
        {
            Abort();
            throw;
        }
    }

    private static bool IsOpeningReply(TServerEvent serverEvent) => serverEvent.ReportedSession is not null || IsOpeningError(serverEvent);

    /// <summary>Nothing else has been requested from the server yet, so an error without an event ID can only be about the first update.</summary>
    private static bool IsOpeningError(TServerEvent serverEvent) => serverEvent.ReportedError is { EventId: null or "" } || IsMalformedError(serverEvent);

    private static bool IsMalformedError(TServerEvent serverEvent) => serverEvent is IMalformedMessage && serverEvent.Type == "error";

    private void ThrowIfError(TServerEvent answer, string request)
    {
        if (answer.ReportedError is { } error)
            throw ServerErrors.ToException(error, request, _telemetry.Secret);
        if (IsMalformedError(answer) && answer is IMalformedMessage { Reason: var reason, Path: var path, Length: var length })
        {
            var fault = new MessageFault(reason, path).ToClause();
            throw new RealtimeProtocolException($"The server refused {request} with an error event of {length} bytes that could not be read{fault}.", path, length);
        }
    }

    /// <summary>Reads the first event on the thread that receives messages, with a separate reader. The connection's reader reads the event again.</summary>
    private TServerEvent ReadFirst(ReadOnlyMemory<byte> message, long sequence)
    {
        var serverEvent = _protocol.ReadReply(_protocol.CreateReader(), message.Span, default);
        _session.Update(serverEvent.ReportedSession, sequence);
        return serverEvent;
    }

    private void Start()
    {
        _telemetry.Opened();
        _transport.Start();
    }

    /// <summary>Reads the oldest message. The caller must release it. Returns null if the audio handler consumed the message or there is none.</summary>
    private TServerEvent? ReadEvent()
    {
        if (!_transport.TryRead(out var message, out var sequence))
            return null;
        var type = WireMessage.PeekFirstType(message.Span);
        return TryHandleAudio(message.Span, type) ? null : ReadEvent(message.Span, type, sequence);
    }

    /// <summary>Reads a message, unless it is output audio, which most messages are, and whose event would be a copy of the audio.</summary>
    private TServerEvent? ReadUnlessAudio(ReadOnlySpan<byte> message, long sequence)
    {
        var type = WireMessage.PeekFirstType(message);
        return _reader.IsOutputAudio(type) ? null : ReadEvent(message, type, sequence);
    }

    private TServerEvent ReadEvent(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type, long sequence)
    {
        var serverEvent = _reader.Read(message, type);
        _session.Update(serverEvent.ReportedSession, sequence);
        _telemetry.Received(serverEvent.Type, message);
        if (serverEvent.ReportedError is { } error)
            _transport.Report(error);
        else if (serverEvent is IUnknownMessage)
            _telemetry.Unknown(serverEvent.Type);
        else if (serverEvent is IMalformedMessage malformed)
            _telemetry.Malformed(malformed.Length, malformed.Reason);
        return serverEvent;
    }

    private bool TryHandleAudio(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type)
    {
        // Read for each message, because the handler may be changed by another thread while events are read.
        if (Volatile.Read(ref _audioHandler) is not { } handler || message.IsEmpty)
            return false;
        var buffer = BlockPool.Shared.Rent(message.Length);
        try
        {
            if (!_reader.TryReadOutputAudio(message, type, ref buffer, out var audio))
                return false;
            handler(in audio);
            return true;
        }
        finally
        {
            BlockPool.Shared.Return(buffer);
        }
    }

    private static WebSocketTransportSettings CreateSettings(RealtimeConnectionOptions options, ConnectionTelemetry telemetry, OpenedSocket opened)
    {
        // Less than the keep-alive timeout: while receiving is paused for a reader, no pong is received, and the platform would abort with another reason.
        var unread = options.KeepAliveTimeout * 2 / 3;
        return new()
        {
            MaxUnreadBytes = options.MaxUnreadBytes,
            MaxMessageBytes = options.MaxMessageBytes,
            MaxQueuedSendBytes = options.MaxQueuedSendBytes,
            UnreadTimeout = options.KeepAliveTimeout == Timeout.InfiniteTimeSpan || unread > MaxUnreadTimeout ? MaxUnreadTimeout : unread,
            Source = opened.Source,
            KeepAlive = opened.KeepAlive,
            KeepAliveInterval = options.KeepAliveInterval,
            KeepAliveTimeout = options.KeepAliveTimeout,
            Key = opened.Key,
            SendTimeout = options.SendTimeout,
            CloseTimeout = options.CloseTimeout,
            Droppable = options.DroppableEvents.Count == 0 ? null : new DroppableTypes(options.DroppableEvents).Contains,
            Time = options.TimeProvider ?? TimeProvider.System,
            Logger = telemetry.Logger,
            Secret = telemetry.Secret,
        };
    }
}
