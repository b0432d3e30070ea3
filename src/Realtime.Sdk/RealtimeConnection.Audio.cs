using System.IO.Pipelines;

namespace Realtime.Sdk;

/// <content>Sends and receives audio.</content>
public sealed partial class RealtimeConnection
{
    /// <summary>
    /// Sets a handler for output audio, which then bypasses <see cref="ReadEventsAsync"/>. While the loop is enumerated, the handler is called in order with
    /// the events, without allocating. Audio that is not valid base64 remains an event. An exception of the handler ends the loop and is thrown by it
    /// unchanged; the connection stays open, the audio counts as read, and the next loop continues with the next event.
    /// </summary>
    /// <param name="handler">The handler. It must return quickly, because nothing else is read while it runs. Null returns the audio to the loop.</param>
    public void OnOutputAudio(OutputAudioHandler? handler) => _events.OnOutputAudio(handler);

    /// <summary>Appends audio to the input audio buffer, as one <c>input_audio_buffer.append</c>, without allocating.</summary>
    /// <param name="audio">Whole samples in the session's input format, at most 15 MiB. The memory is read before this method returns.</param>
    /// <param name="cancellationToken">Cancels the send while the event is queued; a send that has started cannot be canceled.</param>
    /// <inheritdoc cref="SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask AppendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default) =>
        _events.AppendAudioAsync(audio, cancellationToken);

    /// <summary>
    /// Appends audio as it arrives, until <paramref name="audio"/> ends. Each piece is sent immediately; pieces of more than 100 ms are split. Nothing is
    /// committed. After a cancellation or a failure of the source, audio can still be appended.
    /// </summary>
    /// <param name="audio">Pieces of any size in the session's input format, which can be split within samples.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">The audio ended in the middle of a sample. All complete samples were sent.</exception>
    /// <inheritdoc cref="SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public Task AppendAudioAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">The audio in the session's input format, without a header. It is read to its end and not disposed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task AppendAudioAsync(Stream audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">
    /// The audio in the session's input format. It is read to its end and not completed. After a cancellation, unsent audio remains in the pipe.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task AppendAudioAsync(PipeReader audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }
}
