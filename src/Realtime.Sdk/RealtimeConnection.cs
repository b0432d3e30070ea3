using System.Net.WebSockets;

namespace Realtime.Sdk;

/// <summary>
/// A WebSocket connection of the Realtime API, which sends events, reads events and closes. It adds no behavior of its own. Any number of callers can send at
/// the same time; only one can read. A lost session cannot be resumed, so the connection never reconnects.
/// </summary>
public sealed partial class RealtimeConnection : IAsyncDisposable
{
    private readonly EventConnection<ClientEvent, ServerEvent> _events;

    internal RealtimeConnection(EventConnection<ClientEvent, ServerEvent> events) => _events = events;

    /// <summary>The clock of the connection if it tracks work; otherwise null.</summary>
    internal WorkTrackingTimeProvider? Work => _events.Clock;

    /// <summary>Creates a connection over an open WebSocket, which it then owns.</summary>
    /// <param name="socket">An open WebSocket, which no other code may read or write.</param>
    /// <param name="options">Timeouts, limits and logging; null uses the defaults.</param>
    /// <exception cref="ArgumentException">The options are invalid. The message lists every violation.</exception>
    public static RealtimeConnection FromWebSocket(WebSocket socket, RealtimeConnectionOptions? options = null) =>
        new(EventConnection<ClientEvent, ServerEvent>.FromWebSocket(RealtimeProtocol.Instance, socket, options));

    /// <summary>The most recent session that the server reported; null before the first report. Thread-safe.</summary>
    public RealtimeSession? Session => _events.Session;

    /// <summary>The ID of the call that this connection observes; null if the connection has its own session.</summary>
    public string? CallId { get; internal init; }

    /// <summary>
    /// Whether events can be sent: the connection has not ended, and no send has failed. A loss of the connection may not have been detected yet.
    /// </summary>
    public bool IsOpen => _events.IsOpen;

    /// <summary>The size in bytes of the events that wait to be read, including the event that is being handled, until the next one is requested.</summary>
    public long UnreadBytes => _events.UnreadBytes;

    /// <summary>The number of events of <see cref="RealtimeConnectionOptions.DroppableEvents"/> that were dropped because they were not read in time.</summary>
    public long DroppedEvents => _events.DroppedEvents;

    /// <summary>A task that completes when the connection has ended for any reason. It never fails; <see cref="ReadEventsAsync"/> throws the reason.</summary>
    public Task Completion => _events.Completion;

    /// <summary>
    /// Reads the server's events in order, starting with the first unread one. Breaking out of the loop or canceling it is safe; a later loop continues. The
    /// events are not reused and can be kept.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for the next event.</param>
    /// <returns>The events until either side closes the connection normally.</returns>
    /// <exception cref="RealtimeConnectionException">The connection failed or closed abnormally. Events received before that are returned first.</exception>
    /// <exception cref="InvalidOperationException">The connection is already being read.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed before the loop started; a running loop just ends.</exception>
    public IAsyncEnumerable<ServerEvent> ReadEventsAsync(CancellationToken cancellationToken = default) => _events.ReadEventsAsync(cancellationToken);

    /// <summary>
    /// Reads the server's messages unchanged, instead of <see cref="ReadEventsAsync"/>, for relays and recorders. Only the type is parsed, and
    /// <see cref="Session"/> is not updated.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for the next message.</param>
    /// <returns>The messages, each valid until the next one is requested.</returns>
    /// <inheritdoc cref="ReadEventsAsync" path="/exception"/>
    public IAsyncEnumerable<RealtimeMessage> ReadMessagesAsync(CancellationToken cancellationToken = default) => _events.ReadMessagesAsync(cancellationToken);

    /// <summary>
    /// Registers a handler for all messages that are sent and received from now on, in order, before they are parsed and in addition to the reader, for
    /// recorders and metrics. It is called for a received message when it arrives, before the reader gets it, and for a sent message immediately before the
    /// first byte is sent. There is no cost while no handler is registered.
    /// </summary>
    /// <param name="handler">
    /// The handler. It must return quickly, because it blocks receiving or sending while it runs. Calls for the two directions may overlap. An exception of the
    /// handler is logged once and otherwise ignored.
    /// </param>
    /// <returns>An object that unregisters the handler when it is disposed.</returns>
    public IDisposable OnMessage(RealtimeMessageHandler handler) => _events.OnMessage(handler);

    /// <summary>
    /// Closes the connection normally. Queued events are sent, events that the server still sends can be read, and the read loop ends without an exception.
    /// </summary>
    /// <param name="cancellationToken">Aborts the connection immediately.</param>
    public Task CloseAsync(CancellationToken cancellationToken = default) => CloseAsync(1000, null, cancellationToken);

    /// <summary>Closes the connection with a code and a reason.</summary>
    /// <param name="code">The close code, usually 1000 or 3000 to 4999. 1005 ("no code") is sent as 1000, and codes that must not be sent as 1011.</param>
    /// <param name="reason">The reason, truncated to 123 bytes of UTF-8; null sends none.</param>
    /// <param name="cancellationToken">Aborts the connection immediately.</param>
    public Task CloseAsync(int code, string? reason, CancellationToken cancellationToken = default) => _events.CloseAsync(code, reason, cancellationToken);

    /// <summary>Aborts the connection immediately, without a close message.</summary>
    public void Abort() => _events.Abort();

    /// <summary>
    /// Closes the connection within <see cref="RealtimeConnectionOptions.CloseTimeout"/> and drops unread events. Thread-safe; can be called several times.
    /// </summary>
    public ValueTask DisposeAsync() => _events.DisposeAsync();

    /// <summary>Reads the server's messages for a relay: the bytes and, unless a message is output audio, its event. Updates <see cref="Session"/>.</summary>
    internal IAsyncEnumerable<RelayedMessage<ServerEvent>> ReadRelayedAsync(CancellationToken cancellationToken) => _events.ReadRelayedAsync(cancellationToken);

    /// <inheritdoc cref="EventConnection{TClientEvent, TServerEvent}.AppendEncodedAsync"/>
    internal ValueTask AppendEncodedAsync(ReadOnlySpan<byte> eventIdPrefix, ReadOnlySpan<byte> eventId, ReadOnlySpan<byte> base64, CancellationToken cancellationToken) =>
        _events.AppendEncodedAsync(eventIdPrefix, eventId, base64, cancellationToken);

    /// <inheritdoc cref="RealtimeConnectionOptions.Tap"/>
    internal Action<ReadOnlyMemory<byte>, bool>? Tap => _events.Tap;

    /// <summary>Whether the session was configured when the connection was opened.</summary>
    internal bool IsConfigured { get; private set; }

    /// <summary>Waits for the first event, and configures the session if the options contain one.</summary>
    internal Task BeginAsync(ConnectAttempt attempt, RealtimeConnectOptions options, CancellationToken cancellationToken)
    {
        IsConfigured = options.Session is not null;
        return _events.BeginAsync(attempt, options.WaitForSession, options.Session is { } session ? CreateSessionUpdate(session) : null, cancellationToken);
    }

    private static ClientEvent CreateSessionUpdate(SessionConfiguration session) => session is LegacyTranscriptionSessionConfiguration beta
        ? new TranscriptionSessionUpdateEvent { Session = beta }
        : new SessionUpdateEvent { Session = session };
}
