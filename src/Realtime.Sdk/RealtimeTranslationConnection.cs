using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Realtime.Sdk;

/// <summary>
/// One live translation session: speech goes in, translated speech and text come out. Any number of callers may send at once; one may
/// read. A session that is lost cannot be resumed, so nothing reconnects by itself.
/// </summary>
public sealed class RealtimeTranslationConnection : IAsyncDisposable
{
    private readonly SocketCore _core;
    private readonly RealtimeConnectionOptions _options;
    private readonly ConnectionDiary _diary;
    private readonly LatestSession _session = new();
    private int _finishing;

    internal RealtimeTranslationConnection(WebSocket socket, RealtimeConnectionOptions options, ConnectionDiary diary, ReadAheadStream? source)
    {
        _options = options;
        _diary = diary;
        _core = new SocketCore(socket, options.ToSettings(diary, source)) { Notified = diary.Ended };
    }

    /// <inheritdoc cref="RealtimeConnection.Session"/>
    public RealtimeSession? Session => _session.Value;

    /// <inheritdoc cref="RealtimeConnection.IsOpen"/>
    public bool IsOpen => _core.IsOpen;

    /// <inheritdoc cref="RealtimeConnection.UnreadBytes"/>
    public long UnreadBytes => _core.UnreadBytes;

    /// <inheritdoc cref="RealtimeConnection.DroppedEvents"/>
    public long DroppedEvents => _core.Dropped;

    /// <inheritdoc cref="RealtimeConnection.Completion"/>
    public Task Completion => _core.Completion;

    /// <inheritdoc cref="RealtimeConnection.ReadEventsAsync"/>
    public async IAsyncEnumerable<TranslationServerEvent> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
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

    /// <inheritdoc cref="RealtimeConnection.SendAsync(ClientEvent, CancellationToken)"/>
    /// <exception cref="InvalidOperationException">After <c>session.close</c> nothing may be sent.</exception>
    public ValueTask SendAsync(TranslationClientEvent clientEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clientEvent);
        if (_options.ValidateEvents != false)
        {
            var violations = clientEvent.Validate();
            RealtimeValidationException.ThrowIfErrors(violations);
            _diary.Questionable(clientEvent.Type, violations);
        }
        if (Interlocked.CompareExchange(ref _finishing, clientEvent is TranslationSessionCloseEvent ? 1 : 0, 0) != 0)
            throw new InvalidOperationException("The session is being finished: nothing may be sent after session.close.");
        var message = _core.Write(clientEvent.Write);
        _diary.Sending(clientEvent.Type, message.Written.Span);
        return _core.SendAsync(message, null, null, cancellationToken);
    }

    /// <summary>Adds speech to translate, as one <c>session.input_audio_buffer.append</c>, without allocating.</summary>
    /// <param name="audio">Whole 16-bit samples at 24 kHz, at most 15 MiB; it is read before this method first waits.</param>
    /// <param name="cancellationToken">Takes the event out of the queue. Once it has begun to leave, it leaves.</param>
    /// <inheritdoc cref="SendAsync(TranslationClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask AppendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default)
    {
        AudioAppend.Check(audio.Span);
        if (Volatile.Read(ref _finishing) != 0)
            throw new InvalidOperationException("The session is being finished: nothing may be sent after session.close.");
        var message = _core.RentWriter();
        TranslationSessionInputAudioBufferAppendEvent.Write(audio.Span, message);
        _diary.Sending("session.input_audio_buffer.append", message.Written.Span);
        return _core.SendAsync(message, null, null, cancellationToken);
    }

    /// <summary>Adds speech as it comes, until <paramref name="audio"/> ends: each piece at once, pieces of more than 200 ms in parts.</summary>
    /// <param name="audio">Pieces of 16-bit samples at 24 kHz, of any size, samples split anywhere.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">The audio ended in the middle of a sample; all whole samples were sent.</exception>
    /// <inheritdoc cref="SendAsync(TranslationClientEvent, CancellationToken)" path="/exception"/>
    public Task AppendAudioAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return Pieces().SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">16-bit samples at 24 kHz without a header; read to its end and not disposed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task AppendAudioAsync(Stream audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return Pieces().SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">16-bit samples at 24 kHz; read to its end and not completed. What was not sent stays in the pipe.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task AppendAudioAsync(PipeReader audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return Pieces().SendAsync(audio, cancellationToken);
    }

    /// <summary>
    /// Sends <c>session.close</c> and waits until the server has translated everything and answered <c>session.closed</c>; the events
    /// until then come to the reader as ever. Then the connection is closed.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the session then ends when the connection does.</param>
    /// <exception cref="RealtimeConnectionException">The connection ended before.</exception>
    /// <exception cref="InvalidOperationException">The session is being finished already.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken = default)
    {
        var closed = new Watch<string>(_core, static (message, _) => WireMessage.PeekType(message).SequenceEqual("session.closed"u8) ? "closed" : null);
        await SendAsync(new TranslationSessionCloseEvent(), cancellationToken).ConfigureAwait(false);
        await closed.WaitAsync(RealtimeConnectionPhase.Receive, cancellationToken).ConfigureAwait(false);
        await CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection at once, without waiting for what is still being translated: see <see cref="FinishAsync"/>.</summary>
    /// <param name="cancellationToken">Cuts the link.</param>
    public Task CloseAsync(CancellationToken cancellationToken = default) => _core.CloseAsync(1000, null, cancellationToken);

    /// <inheritdoc cref="RealtimeConnection.Abort"/>
    public void Abort() => _core.Cut();

    /// <inheritdoc cref="RealtimeConnection.DisposeAsync"/>
    public ValueTask DisposeAsync() => _core.DisposeAsync();

    /// <summary>Waits for the first event, and configures the session where that is asked for.</summary>
    internal async Task BeginAsync(TranslationSessionConfiguration? session, CancellationToken cancellationToken)
    {
        var first = new Watch<TranslationServerEvent>(_core, See);
        _diary.Opened();
        _core.Start();
        try
        {
            ThrowIfError(await first.WaitAsync(RealtimeConnectionPhase.Connect, cancellationToken).ConfigureAwait(false), "the session");
            if (session is not null)
                await ConfigureAsync(session with { Model = null }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Abort();
            throw;
        }
    }

    private async Task ConfigureAsync(TranslationSessionConfiguration session, CancellationToken cancellationToken)
    {
        var answer = new Watch<TranslationServerEvent>(
            _core, (message, sequence) => See(message, sequence) is { } seen and (TranslationSessionUpdatedEvent or TranslationErrorEvent) ? seen : null);
        await SendAsync(new TranslationSessionUpdateEvent { Session = session }, cancellationToken).ConfigureAwait(false);
        ThrowIfError(await answer.WaitAsync(RealtimeConnectionPhase.Connect, cancellationToken).ConfigureAwait(false), "session.update");
    }

    private TranslationServerEvent See(ReadOnlySpan<byte> message, long sequence)
    {
        var serverEvent = TranslationServerEvent.Read(message);
        _session.Follow(LatestSession.Of(serverEvent), sequence);
        return serverEvent;
    }

    private void ThrowIfError(TranslationServerEvent answer, string what)
    {
        if (answer is TranslationErrorEvent { Error: var error })
            throw ServerErrors.ToException(error, what, _diary.Secret);
    }

    private AudioPieces Pieces() => new(AppendAudioAsync, AudioAppend.TranslationCut);

    /// <summary>Reads the oldest message; null when it is gone.</summary>
    private TranslationServerEvent? ReadEvent()
    {
        if (!_core.TryRead(out var message, out var sequence))
            return null;
        try
        {
            var serverEvent = See(message.Span, sequence);
            _diary.Received(serverEvent.Type, message.Span);
            if (serverEvent is TranslationErrorEvent { Error: var error })
                _core.Report(error);
            else if (serverEvent is UnknownTranslationServerEvent)
                _diary.Unknown(serverEvent.Type);
            else if (serverEvent is MalformedTranslationEvent malformed)
                _diary.Malformed(malformed.Length, malformed.Reason);
            return serverEvent;
        }
        finally
        {
            _core.Release();
        }
    }
}
