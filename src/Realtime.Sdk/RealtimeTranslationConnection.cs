using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Realtime.Sdk;

/// <summary>
/// One live translation session: speech goes in, translated speech and text come out. Any number of callers may send at once; one may
/// read. A session that is lost cannot be resumed, so nothing reconnects by itself.
/// </summary>
public sealed class RealtimeTranslationConnection : IAsyncDisposable
{
    private readonly EventConnection<TranslationClientEvent, TranslationServerEvent> _events;
    private int _finishing;

    internal RealtimeTranslationConnection(EventConnection<TranslationClientEvent, TranslationServerEvent> events) => _events = events;

    /// <inheritdoc cref="RealtimeConnection.FromWebSocket"/>
    public static RealtimeTranslationConnection FromWebSocket(WebSocket socket, RealtimeConnectionOptions? options = null) =>
        new(EventConnection<TranslationClientEvent, TranslationServerEvent>.FromWebSocket(TranslationProtocol.Instance, socket, options));

    /// <inheritdoc cref="RealtimeConnection.Session"/>
    public RealtimeSession? Session => _events.Session;

    /// <inheritdoc cref="RealtimeConnection.IsOpen"/>
    public bool IsOpen => _events.IsOpen;

    /// <inheritdoc cref="RealtimeConnection.UnreadBytes"/>
    public long UnreadBytes => _events.UnreadBytes;

    /// <inheritdoc cref="RealtimeConnection.DroppedEvents"/>
    public long DroppedEvents => _events.DroppedEvents;

    /// <inheritdoc cref="RealtimeConnection.Completion"/>
    public Task Completion => _events.Completion;

    /// <inheritdoc cref="RealtimeConnection.ReadEventsAsync"/>
    public IAsyncEnumerable<TranslationServerEvent> ReadEventsAsync(CancellationToken cancellationToken = default) => _events.ReadEventsAsync(cancellationToken);

    /// <inheritdoc cref="RealtimeConnection.ReadMessagesAsync"/>
    public IAsyncEnumerable<RealtimeMessage> ReadMessagesAsync(CancellationToken cancellationToken = default) => _events.ReadMessagesAsync(cancellationToken);

    /// <inheritdoc cref="RealtimeConnection.OnMessage"/>
    public IDisposable OnMessage(RealtimeMessageHandler handler) => _events.OnMessage(handler);

    /// <summary>
    /// Takes translated audio out of <see cref="ReadEventsAsync"/>, as <see cref="RealtimeConnection.OnOutputAudio"/> does. The views name no response and
    /// no item. Audio that is not mono PCM at 24 kHz stays an event.
    /// </summary>
    /// <param name="handler">Must be quick: while it runs nothing else is read. Null gives the audio back to the loop.</param>
    public void OnOutputAudio(OutputAudioHandler? handler) => _events.OnOutputAudio(handler);

    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)"/>
    /// <exception cref="InvalidOperationException">After <c>session.close</c> nothing may be sent.</exception>
    public ValueTask SendAsync(TranslationClientEvent clientEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clientEvent);
        return BeginSend(clientEvent) is { } refused ? ValueTask.FromException(refused) : _events.SendAsync(clientEvent, cancellationToken);
    }

    /// <summary>
    /// Sends an event and waits for the server's reply to it: <c>session.update</c> or <c>session.close</c>. The reply also comes through
    /// <see cref="ReadEventsAsync"/>, in its place; it completes this method whether or not events are being read.
    /// </summary>
    /// <param name="clientEvent">The event.</param>
    /// <param name="cancellationToken">Cancels the wait; a send that has started cannot be canceled.</param>
    /// <returns>The reply: <see cref="TranslationSessionUpdatedEvent"/> or <see cref="TranslationSessionClosedEvent"/>.</returns>
    /// <exception cref="RealtimeApiException">The server replied with an <c>error</c> event that names this event, or no event.</exception>
    /// <exception cref="RealtimeTimeoutException">No reply came within <see cref="RealtimeConnectionOptions.ReplyTimeout"/>.</exception>
    /// <exception cref="ArgumentException">The server never replies to events of this kind, for example audio appends.</exception>
    /// <inheritdoc cref="SendAsync(TranslationClientEvent, CancellationToken)" path="/exception"/>
    public Task<TranslationServerEvent> SendAndWaitForReplyAsync(TranslationClientEvent clientEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clientEvent);
        return BeginSend(clientEvent) is { } refused
            ? Task.FromException<TranslationServerEvent>(refused)
            : _events.SendAndWaitForReplyAsync(clientEvent, cancellationToken);
    }

    /// <inheritdoc cref="RealtimeConnection.SendMessageAsync"/>
    public ValueTask SendMessageAsync(ReadOnlyMemory<byte> utf8Json, CancellationToken cancellationToken = default) =>
        _events.SendMessageAsync(utf8Json, cancellationToken);

    /// <summary>Adds speech to translate, as one <c>session.input_audio_buffer.append</c>, without allocating.</summary>
    /// <param name="audio">Whole 16-bit samples at 24 kHz, at most 15 MiB; it is read before this method first waits.</param>
    /// <param name="cancellationToken">Takes the event out of the queue. Once it has begun to leave, it leaves.</param>
    /// <inheritdoc cref="SendAsync(TranslationClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask AppendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        return RefuseWhile(Volatile.Read(ref _finishing)) is { } refused ? ValueTask.FromException(refused) : _events.AppendAudioAsync(audio, cancellationToken);
    }

    /// <summary>Adds speech as it comes, until <paramref name="audio"/> ends: each piece at once, pieces of more than 200 ms in parts.</summary>
    /// <param name="audio">Pieces of 16-bit samples at 24 kHz, of any size, samples split anywhere.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">The audio ended in the middle of a sample; all whole samples were sent.</exception>
    /// <inheritdoc cref="SendAsync(TranslationClientEvent, CancellationToken)" path="/exception"/>
    public Task AppendAudioAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">16-bit samples at 24 kHz without a header; read to its end and not disposed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task AppendAudioAsync(Stream audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">16-bit samples at 24 kHz; read to its end and not completed. What was not sent stays in the pipe.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task AppendAudioAsync(PipeReader audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <summary>
    /// Sends <c>session.close</c> and waits until the server has translated everything and answered <c>session.closed</c>; the events
    /// until then come to the reader as ever. Then the connection is closed.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait; the session then ends when the connection does.</param>
    /// <exception cref="RealtimeConnectionException">The connection ended before.</exception>
    /// <exception cref="InvalidOperationException">The session is being finished already.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken = default)
    {
        var closed = _events.WatchFor("session.closed"u8);
        await SendAsync(new TranslationSessionCloseEvent(), cancellationToken).ConfigureAwait(false);
        await closed.WaitAsync(RealtimeConnectionPhase.Receive, cancellationToken).ConfigureAwait(false);
        await CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection at once, without waiting for what is still being translated: see <see cref="FinishAsync"/>.</summary>
    /// <param name="cancellationToken">Aborts the connection immediately.</param>
    public Task CloseAsync(CancellationToken cancellationToken = default) => _events.CloseAsync(1000, null, cancellationToken);

    /// <inheritdoc cref="RealtimeConnection.Abort"/>
    public void Abort() => _events.Abort();

    /// <inheritdoc cref="RealtimeConnection.DisposeAsync"/>
    public ValueTask DisposeAsync() => _events.DisposeAsync();

    /// <summary>Waits for the first event, and configures the session where that is asked for.</summary>
    internal Task BeginAsync(ConnectAttempt attempt, TranslationSessionConfiguration? session, CancellationToken cancellationToken) =>
        _events.BeginAsync(attempt, true, session is null ? null : new TranslationSessionUpdateEvent { Session = session with { Model = null } }, cancellationToken);

    /// <summary>No event may follow <c>session.close</c>, so it is sent last.</summary>
    private InvalidOperationException? BeginSend(TranslationClientEvent clientEvent) =>
        RefuseWhile(Interlocked.CompareExchange(ref _finishing, clientEvent is TranslationSessionCloseEvent ? 1 : 0, 0));

    private static InvalidOperationException? RefuseWhile(int finishing) =>
        finishing == 0 ? null : new("The session is being finished: no event can be sent after session.close.");
}
