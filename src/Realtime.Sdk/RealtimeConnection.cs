using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk;

/// <summary>
/// One live WebSocket of the Realtime API: send events, read events, close. It hides nothing and decides nothing for you. Any number
/// of callers may send at once; one may read. A session that is lost cannot be resumed, so nothing reconnects by itself.
/// </summary>
public sealed partial class RealtimeConnection : IAsyncDisposable
{
    private readonly SocketCore _core;
    private readonly RealtimeConnectionOptions _options;
    private readonly Confirmations _confirmations;
    private readonly ConnectionDiary _diary;
    private readonly ServerEventReader _reader = new();
    private readonly LatestSession _session = new();

    internal RealtimeConnection(WebSocket socket, RealtimeConnectionOptions options, ConnectionDiary diary, ReadAheadStream? source = null)
    {
        _options = options;
        _diary = diary;
        _core = new SocketCore(socket, options.ToSettings(diary, source)) { Ended = end => _confirmations!.Fail(end), Notified = diary.Ended };
        _confirmations = new(_core, _session);
    }

    /// <summary>Takes over a WebSocket that was opened elsewhere; the connection owns it from now on.</summary>
    /// <param name="socket">An open WebSocket on which nobody else reads or writes.</param>
    /// <param name="options">Deadlines, bounds and logging; null takes the defaults.</param>
    /// <exception cref="ArgumentException">The options break rules; the message names each.</exception>
    public static RealtimeConnection FromWebSocket(WebSocket socket, RealtimeConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        options = (options ?? new()).Copy();
        options.Check(nameof(options));
        var connection = new RealtimeConnection(socket, options, ConnectionDiary.Start(options.LoggerFactory, options.TimeProvider, options.LogContent, "a given socket", "given"));
        connection.Start();
        return connection;
    }

    /// <summary>The session in effect as the server last told it; null until it has. Thread-safe.</summary>
    public RealtimeSession? Session => _session.Value;

    /// <summary>The call this connection watches over; null when it is the session's own.</summary>
    public string? CallId { get; internal init; }

    /// <summary>
    /// Whether events can be sent: the connection has not ended and no send has failed. It may be lost without that being known yet.
    /// </summary>
    public bool IsOpen => _core.IsOpen;

    /// <summary>The bytes of events that wait to be read.</summary>
    public long UnreadBytes => _core.UnreadBytes;

    /// <summary>How many events of <see cref="RealtimeConnectionOptions.DroppableEvents"/> were dropped because nobody read in time.</summary>
    public long DroppedEvents => _core.Dropped;

    /// <summary>Completes when the connection is over, however it ended; never fails. Reading tells how it ended.</summary>
    public Task Completion => _core.Completion;

    /// <summary>
    /// The server's events in the order of the wire, beginning with the first that was not read yet. Leaving or cancelling the loop
    /// harms nothing, and a later loop goes on. Every record is yours to keep.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the next event.</param>
    /// <returns>The events until the connection is closed normally, by either side.</returns>
    /// <exception cref="RealtimeConnectionException">The connection ended in any other way; events that came before are delivered first.</exception>
    /// <exception cref="InvalidOperationException">The connection is being read already.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed before reading began; a loop that runs just ends.</exception>
    public async IAsyncEnumerable<ServerEvent> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _core.BeginReading();
        try
        {
            while (await _core.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (ReadEvent() is { } serverEvent)
                    yield return serverEvent;
            }
        }
        finally
        {
            _core.EndReading();
        }
    }

    /// <summary>
    /// The server's messages as they came, in the place of <see cref="ReadEventsAsync"/>: for relays and recorders. Nothing is parsed
    /// but the type, and <see cref="Session"/> does not follow.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the next message.</param>
    /// <returns>The messages, each valid until the next is asked for.</returns>
    /// <inheritdoc cref="ReadEventsAsync" path="/exception"/>
    public async IAsyncEnumerable<RealtimeMessage> ReadMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _core.BeginReading();
        try
        {
            while (await _core.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_core.TryRead(out var message, out _))
                {
                    yield return new RealtimeMessage(message);
                    _core.Release();
                }
            }
        }
        finally
        {
            _core.Release();
            _core.EndReading();
        }
    }

    /// <summary>Closes the connection normally. What is queued is sent, what the server still sends can be read, and the loop ends without an exception.</summary>
    /// <param name="cancellationToken">Cuts the link at once.</param>
    public Task CloseAsync(CancellationToken cancellationToken = default) => CloseAsync(1000, null, cancellationToken);

    /// <summary>Closes the connection with a code and a reason of your own.</summary>
    /// <param name="code">
    /// The close code, normally 1000 or 3000 to 4999. "No code" (1005) is sent as 1000; codes that may not be sent become 1011.
    /// </param>
    /// <param name="reason">The reason, cut to 123 bytes of UTF-8; null gives none.</param>
    /// <param name="cancellationToken">Cuts the link at once.</param>
    public Task CloseAsync(int code, string? reason, CancellationToken cancellationToken = default) => _core.CloseAsync(code, reason, cancellationToken);

    /// <summary>Cuts the link at once, without a close.</summary>
    public void Abort() => _core.Cut();

    /// <summary>Closes the connection within <see cref="RealtimeConnectionOptions.CloseTimeout"/> and drops what was not read. May be called often and from anywhere.</summary>
    public ValueTask DisposeAsync() => _core.DisposeAsync();

    /// <summary>Waits for the first event, and configures the session where that is asked for.</summary>
    internal async Task BeginAsync(RealtimeConnectOptions options, CancellationToken cancellationToken)
    {
        var first = options.WaitForSession ? new Watch<ServerEvent>(_core, See) : null;
        Start();
        try
        {
            if (first is not null)
                ServerErrors.ThrowIfError(await first.WaitAsync(RealtimeConnectionPhase.Connect, cancellationToken).ConfigureAwait(false), "the session", _diary.Secret);
            if (options.Session is { } session)
                await SendAndConfirmAsync(SessionUpdate(session), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Abort();
            throw;
        }
    }

    /// <summary>The first event, read on the pump before the reader reads it again.</summary>
    private ServerEvent See(ReadOnlySpan<byte> message, long sequence)
    {
        var serverEvent = new ServerEventReader().Read(message);
        _session.Follow(LatestSession.Of(serverEvent), sequence);
        return serverEvent;
    }

    private void Start()
    {
        _diary.Opened();
        _core.Start();
    }

    private static ClientEvent SessionUpdate(SessionConfiguration session) => session is LegacyTranscriptionSessionConfiguration beta
        ? new TranscriptionSessionUpdateEvent { Session = beta }
        : new SessionUpdateEvent { Session = session };

    /// <summary>Reads the oldest message; null when it was told to the audio handler, or is gone.</summary>
    private ServerEvent? ReadEvent()
    {
        if (!_core.TryRead(out var message, out var sequence))
            return null;
        try
        {
            if (TryHandleAudio(message.Span))
                return null;
            var serverEvent = _reader.Read(message.Span);
            _session.Follow(LatestSession.Of(serverEvent), sequence);
            _diary.Received(serverEvent.Type, message.Span);
            if (serverEvent is ErrorEvent { Error: var error })
                _core.Report(error);
            else if (serverEvent is UnknownServerEvent)
                _diary.Unknown(serverEvent.Type);
            else if (serverEvent is MalformedEvent malformed)
                _diary.Malformed(malformed.Length, malformed.Reason);
            return serverEvent;
        }
        finally
        {
            _core.Release();
        }
    }
}
