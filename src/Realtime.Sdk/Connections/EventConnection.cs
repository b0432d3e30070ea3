using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Events of one protocol over one WebSocket: what the public connections have in common. Any number of callers may send at once; one may read.
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
        _transport = new(opened.Socket, CreateSettings(options, telemetry, opened)) { Ended = end => _replies!.Fail(end), Notified = telemetry.Ended };
        _replies = new(protocol, _transport, _session);
    }

    public RealtimeSession? Session => _session.Value;

    public bool IsOpen => _transport.IsOpen;

    public long UnreadBytes => _transport.UnreadBytes;

    public long DroppedEvents => _transport.Dropped;

    public Task Completion => _transport.Completion;

    /// <summary>Takes over a WebSocket that was opened elsewhere.</summary>
    public static EventConnection<TClientEvent, TServerEvent> FromWebSocket(
        ConnectionProtocol<TClientEvent, TServerEvent> protocol, WebSocket socket, RealtimeConnectionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(socket);
        options = (options ?? new()).Copy();
        ConnectionOptionsRules.ThrowIfInvalid(options, nameof(options));
        var telemetry = ConnectionTelemetry.Start(options.LoggerFactory, options.TimeProvider, options.LogContent, "a given socket", "given");
        var connection = new EventConnection<TClientEvent, TServerEvent>(protocol, new(socket, null), options, telemetry);
        connection.Start();
        telemetry.Established();
        return connection;
    }

    public IAsyncEnumerable<TServerEvent> ReadEventsAsync(CancellationToken cancellationToken) => _transport.Count(ReadEachEventAsync(cancellationToken));

    public IAsyncEnumerable<RealtimeMessage> ReadMessagesAsync(CancellationToken cancellationToken) => _transport.Count(ReadEachMessageAsync(cancellationToken));

    private async IAsyncEnumerable<TServerEvent> ReadEachEventAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _transport.BeginReading();
        try
        {
            while (await _transport.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (ReadEvent() is { } serverEvent)
                    yield return serverEvent;
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

    public void OnOutputAudio(OutputAudioHandler? handler) => Volatile.Write(ref _audioHandler, handler);

    /// <summary>Calls a handler with every message, sent and received, until the result is disposed.</summary>
    public IDisposable OnMessage(RealtimeMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new MessageTap(_transport, handler, _telemetry);
    }

    /// <summary>Watches for the next message of a type, from now on.</summary>
    public MessageWaiter<string> WatchFor(ReadOnlySpan<byte> type)
    {
        var wanted = type.ToArray();
        return new(_transport, (message, _) => WireMessage.PeekType(message.Span).SequenceEqual(wanted) ? "seen" : null);
    }

    public Task CloseAsync(int code, string? reason, CancellationToken cancellationToken) => _transport.CloseAsync(code, reason, cancellationToken);

    public void Abort() => _transport.Abort();

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    /// <summary>
    /// Starts to receive, waits for the first event where the server speaks first, then sends the update that configures the session and waits for
    /// the reply. Where the server speaks only after it was configured, the first session that it shows is the reply, in whatever event.
    /// </summary>
    /// <param name="attempt">The opening, as exceptions name it.</param>
    /// <param name="waitForFirst">Whether the server speaks first.</param>
    /// <param name="update">The update that configures the session; null for none.</param>
    /// <param name="cancellationToken">Cancels the waits.</param>
    public async Task BeginAsync(ConnectAttempt attempt, bool waitForFirst, TClientEvent? update, CancellationToken cancellationToken)
    {
        var first = waitForFirst ? new MessageWaiter<TServerEvent>(_transport, ReadFirst) : null;
        Start();
        try
        {
            if (first is not null)
                ThrowIfError(await first.WaitAsync(RealtimeConnectionPhase.Connect, cancellationToken).ConfigureAwait(false), attempt.ToString());
            if (update is not null)
            {
                var recognizable = _protocol.ToRecognizable(update);
                await SendAndWaitAsync(recognizable, waitForFirst ? RefusesOpening : AnswersOpening, $"{recognizable.Type} in {attempt}", cancellationToken)
                    .ConfigureAwait(false);
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

    private static bool AnswersOpening(TServerEvent serverEvent) => serverEvent.ShownSession is not null || RefusesOpening(serverEvent);

    /// <summary>Nothing else was asked of the server yet, so an error that names no event can only be about the first update.</summary>
    private static bool RefusesOpening(TServerEvent serverEvent) => serverEvent.ReportedError is { EventId: null or "" } || IsMalformedError(serverEvent);

    private static bool IsMalformedError(TServerEvent serverEvent) => serverEvent is IMalformedMessage && serverEvent.Type == "error";

    private void ThrowIfError(TServerEvent answer, string what)
    {
        if (answer.ReportedError is { } error)
            throw ServerErrors.ToException(error, what, _telemetry.Secret);
        if (IsMalformedError(answer) && answer is IMalformedMessage { Reason: var reason, Path: var path, Length: var length })
        {
            var fault = new MessageFault(reason, path).ToClause();
            throw new RealtimeProtocolException($"The server refused {what} with an error event of {length} bytes that could not be read{fault}.", path, length);
        }
    }

    /// <summary>Reads the first event on the pump's thread, before the reader reads it again: with a reader of its own.</summary>
    private TServerEvent ReadFirst(ReadOnlyMemory<byte> message, long sequence)
    {
        var serverEvent = _protocol.ReadReply(_protocol.CreateReader(), message.Span, default);
        _session.Update(serverEvent.ShownSession, sequence);
        return serverEvent;
    }

    private void Start()
    {
        _telemetry.Opened();
        _transport.Start();
    }

    /// <summary>Reads the oldest message, which the caller releases; null when the audio handler took it, or it is gone.</summary>
    private TServerEvent? ReadEvent()
    {
        if (!_transport.TryRead(out var message, out var sequence))
            return null;
        var type = WireMessage.PeekFirstType(message.Span);
        if (TryHandleAudio(message.Span, type))
            return null;
        var serverEvent = _reader.Read(message.Span, type);
        _session.Update(serverEvent.ShownSession, sequence);
        _telemetry.Received(serverEvent.Type, message.Span);
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
        // Below the keep-alive timeout: a pump that waits for a reader sees no pong, and the platform would end the connection with another reason.
        var unread = options.KeepAliveTimeout * 2 / 3;
        return new()
        {
            MaxUnreadBytes = options.MaxUnreadBytes,
            MaxMessageBytes = options.MaxMessageBytes,
            MaxQueuedSendBytes = options.MaxQueuedSendBytes,
            UnreadTimeout = options.KeepAliveTimeout == Timeout.InfiniteTimeSpan || unread > MaxUnreadTimeout ? MaxUnreadTimeout : unread,
            Source = opened.Source,
            Key = opened.Key,
            SendTimeout = options.SendTimeout,
            CloseTimeout = options.CloseTimeout,
            Droppable = options.DroppableEvents.Count == 0 ? null : new DroppableTypes(options.DroppableEvents).Contain,
            Time = options.TimeProvider ?? TimeProvider.System,
            Logger = telemetry.Logger,
            Secret = telemetry.Secret,
        };
    }
}
