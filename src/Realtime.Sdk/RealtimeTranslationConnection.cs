using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Realtime.Sdk;

/// <summary>
/// A WebSocket connection of a translation session, which receives speech and returns translated speech and text. Any number of callers can send at the same
/// time; only one can read. A lost session cannot be resumed, so the connection never reconnects.
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
    /// Sets a handler for translated audio, as <see cref="RealtimeConnection.OnOutputAudio"/> does. The pieces have no response ID and no item ID. Audio that
    /// is not mono PCM at 24 kHz remains an event.
    /// </summary>
    /// <param name="handler">The handler. It must return quickly, because nothing else is read while it runs. Null returns the audio to the loop.</param>
    public void OnOutputAudio(OutputAudioHandler? handler) => _events.OnOutputAudio(handler);

    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)"/>
    /// <exception cref="InvalidOperationException">An event was sent after <c>session.close</c>.</exception>
    public ValueTask SendAsync(TranslationClientEvent clientEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clientEvent);
        return BeginSend(clientEvent) is { } refused ? ValueTask.FromException(refused) : _events.SendAsync(clientEvent, cancellationToken);
    }

    /// <summary>
    /// Sends an event and waits for the server's reply. Supported are <c>session.update</c> and <c>session.close</c>. The reply is also returned by
    /// <see cref="ReadEventsAsync"/>, in order; this method completes whether or not events are being read.
    /// </summary>
    /// <param name="clientEvent">The event.</param>
    /// <param name="cancellationToken">Cancels the wait; a send that has started cannot be canceled.</param>
    /// <returns>The reply: <see cref="TranslationSessionUpdatedEvent"/> or <see cref="TranslationSessionClosedEvent"/>.</returns>
    /// <exception cref="RealtimeApiException">The server replied with an <c>error</c> event that contains the ID of this event, or no ID.</exception>
    /// <exception cref="RealtimeTimeoutException">No reply arrived within <see cref="RealtimeConnectionOptions.ReplyTimeout"/>.</exception>
    /// <exception cref="ArgumentException">The server never replies to events of this type, for example audio appends.</exception>
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

    /// <summary>Appends speech to translate, as one <c>session.input_audio_buffer.append</c>, without allocating.</summary>
    /// <param name="audio">Whole 16-bit samples at 24 kHz, at most 15 MiB. The memory is read before this method returns.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued; a send that has started cannot be canceled.</param>
    /// <inheritdoc cref="SendAsync(TranslationClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask AppendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        return CreateFinishingException(Volatile.Read(ref _finishing)) is { } refused ? ValueTask.FromException(refused) : _events.AppendAudioAsync(audio, cancellationToken);
    }

    /// <summary>
    /// Appends speech as it arrives, until <paramref name="audio"/> ends. Each piece is sent immediately; pieces of more than 200 ms are split.
    /// </summary>
    /// <param name="audio">Pieces of any size of 16-bit samples at 24 kHz, which can be split within samples.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">The audio ended in the middle of a sample. All complete samples were sent.</exception>
    /// <inheritdoc cref="SendAsync(TranslationClientEvent, CancellationToken)" path="/exception"/>
    public Task AppendAudioAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">16-bit samples at 24 kHz, without a header. The stream is read to its end and not disposed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task AppendAudioAsync(Stream audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">16-bit samples at 24 kHz. The pipe is read to its end and not completed. Unsent audio remains in the pipe.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task AppendAudioAsync(PipeReader audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <summary>
    /// Sends <c>session.close</c>, waits until the server has translated everything and replied with <c>session.closed</c>, and closes the connection. Events
    /// until then can still be read.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait; the session then ends when the connection ends.</param>
    /// <exception cref="RealtimeConnectionException">The connection ended before the server replied.</exception>
    /// <exception cref="InvalidOperationException">The session is already being finished.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken = default)
    {
        // Created before the event is sent, so that an immediate reply is not missed.
        var closed = _events.CreateWaiter("session.closed"u8);
        await SendAsync(new TranslationSessionCloseEvent(), cancellationToken).ConfigureAwait(false);
        await closed.WaitAsync(RealtimeConnectionPhase.Receive, cancellationToken).ConfigureAwait(false);
        await CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection immediately, without waiting for the rest of the translation; see <see cref="FinishAsync"/>.</summary>
    /// <param name="cancellationToken">Aborts the connection immediately.</param>
    public Task CloseAsync(CancellationToken cancellationToken = default) => _events.CloseAsync(1000, null, cancellationToken);

    /// <inheritdoc cref="RealtimeConnection.Abort"/>
    public void Abort() => _events.Abort();

    /// <inheritdoc cref="RealtimeConnection.DisposeAsync"/>
    public ValueTask DisposeAsync() => _events.DisposeAsync();

    /// <summary>Waits for the first event, and configures the session if one is given.</summary>
    internal Task BeginAsync(ConnectAttempt attempt, TranslationSessionConfiguration? session, CancellationToken cancellationToken) =>
        _events.BeginAsync(attempt, true, session is null ? null : new TranslationSessionUpdateEvent { Session = session with { Model = null } }, cancellationToken);

    /// <summary>Returns an exception if <c>session.close</c> was sent, because no event can follow it.</summary>
    private InvalidOperationException? BeginSend(TranslationClientEvent clientEvent) =>
        // For all other events, 0 is exchanged for 0, which only reads the value atomically.
        CreateFinishingException(Interlocked.CompareExchange(ref _finishing, clientEvent is TranslationSessionCloseEvent ? 1 : 0, 0));

    private static InvalidOperationException? CreateFinishingException(int finishing) =>
        finishing == 0 ? null : new("The session is ending: no event can be sent after session.close.");
}
