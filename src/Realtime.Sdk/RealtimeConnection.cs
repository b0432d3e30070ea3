using System.Net.WebSockets;

namespace Realtime.Sdk;

/// <summary>
/// One live WebSocket of the Realtime API: send events, read events, close. It hides nothing and decides nothing for you. Any number
/// of callers may send at once; one may read. A session that is lost cannot be resumed, so nothing reconnects by itself.
/// </summary>
public sealed partial class RealtimeConnection : IAsyncDisposable
{
    private readonly EventConnection<ClientEvent, ServerEvent> _events;

    internal RealtimeConnection(EventConnection<ClientEvent, ServerEvent> events) => _events = events;

    /// <summary>Takes over a WebSocket that was opened elsewhere; the connection owns it from now on.</summary>
    /// <param name="socket">An open WebSocket that nothing else reads or writes.</param>
    /// <param name="options">Deadlines, bounds and logging; null takes the defaults.</param>
    /// <exception cref="ArgumentException">The options break rules; the message names each.</exception>
    public static RealtimeConnection FromWebSocket(WebSocket socket, RealtimeConnectionOptions? options = null) =>
        new(EventConnection<ClientEvent, ServerEvent>.FromWebSocket(RealtimeProtocol.Instance, socket, options));

    /// <summary>The session in effect as the server last showed it; null until it has. Thread-safe.</summary>
    public RealtimeSession? Session => _events.Session;

    /// <summary>The call this connection watches over; null when it is the session's own.</summary>
    public string? CallId { get; internal init; }

    /// <summary>
    /// Whether events can be sent: the connection has not ended and no send has failed. It may be lost without that being known yet.
    /// </summary>
    public bool IsOpen => _events.IsOpen;

    /// <summary>The bytes of events that wait to be read, and of the event that is being handled: until its reader asks for the next one.</summary>
    public long UnreadBytes => _events.UnreadBytes;

    /// <summary>How many events of <see cref="RealtimeConnectionOptions.DroppableEvents"/> were dropped because they were not read in time.</summary>
    public long DroppedEvents => _events.DroppedEvents;

    /// <summary>Completes when the connection is over, however it ended; never fails. Reading shows how it ended.</summary>
    public Task Completion => _events.Completion;

    /// <summary>
    /// The server's events in the order of the wire, beginning with the first that was not read yet. Leaving or cancelling the loop
    /// harms nothing, and a later loop goes on. Every record is yours to keep.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for the next event.</param>
    /// <returns>The events until the connection is closed normally, by either side.</returns>
    /// <exception cref="RealtimeConnectionException">The connection ended in any other way; events that came before are delivered first.</exception>
    /// <exception cref="InvalidOperationException">The connection is being read already.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed before reading began; a loop that runs just ends.</exception>
    public IAsyncEnumerable<ServerEvent> ReadEventsAsync(CancellationToken cancellationToken = default) => _events.ReadEventsAsync(cancellationToken);

    /// <summary>
    /// The server's messages as they came, in the place of <see cref="ReadEventsAsync"/>: for relays and recorders. Nothing is parsed
    /// but the type, and <see cref="Session"/> does not follow.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for the next message.</param>
    /// <returns>The messages, each valid until the next is asked for.</returns>
    /// <inheritdoc cref="ReadEventsAsync" path="/exception"/>
    public IAsyncEnumerable<RealtimeMessage> ReadMessagesAsync(CancellationToken cancellationToken = default) => _events.ReadMessagesAsync(cancellationToken);

    /// <summary>
    /// Calls a handler with every message that is sent or received from now on, in the order of the wire, before it is parsed and beside the
    /// one reader: for recorders and meters. A received message is shown when it arrives, before the reader gets it; a sent one immediately before
    /// its first byte may leave. Costs nothing while no handler is registered.
    /// </summary>
    /// <param name="handler">
    /// Must be quick: while it runs nothing else is received, or sent. Calls for the two directions may overlap. An exception that it throws is logged
    /// once and changes nothing.
    /// </param>
    /// <returns>Dispose it to unregister the handler.</returns>
    public IDisposable OnMessage(RealtimeMessageHandler handler) => _events.OnMessage(handler);

    /// <summary>Closes the connection normally. What is queued is sent, what the server still sends can be read, and the loop ends without an exception.</summary>
    /// <param name="cancellationToken">Aborts the connection immediately.</param>
    public Task CloseAsync(CancellationToken cancellationToken = default) => CloseAsync(1000, null, cancellationToken);

    /// <summary>Closes the connection with a code and a reason of your own.</summary>
    /// <param name="code">
    /// The close code, normally 1000 or 3000 to 4999. "No code" (1005) is sent as 1000; codes that may not be sent become 1011.
    /// </param>
    /// <param name="reason">The reason, cut to 123 bytes of UTF-8; null gives none.</param>
    /// <param name="cancellationToken">Aborts the connection immediately.</param>
    public Task CloseAsync(int code, string? reason, CancellationToken cancellationToken = default) => _events.CloseAsync(code, reason, cancellationToken);

    /// <summary>Aborts the connection immediately, without a close.</summary>
    public void Abort() => _events.Abort();

    /// <summary>Closes the connection within <see cref="RealtimeConnectionOptions.CloseTimeout"/> and drops what was not read. May be called often and from anywhere.</summary>
    public ValueTask DisposeAsync() => _events.DisposeAsync();

    /// <summary>Waits for the first event, and configures the session where that is asked for.</summary>
    internal Task BeginAsync(ConnectAttempt attempt, RealtimeConnectOptions options, CancellationToken cancellationToken) =>
        _events.BeginAsync(attempt, options.WaitForSession, options.Session is { } session ? SessionUpdate(session) : null, cancellationToken);

    private static ClientEvent SessionUpdate(SessionConfiguration session) => session is LegacyTranscriptionSessionConfiguration beta
        ? new TranscriptionSessionUpdateEvent { Session = beta }
        : new SessionUpdateEvent { Session = session };
}
