using System.IO.Pipelines;

namespace Realtime.Sdk;

/// <summary>Audio in and out, without a copy too many.</summary>
public sealed partial class RealtimeConnection
{
    /// <summary>
    /// Takes output audio out of <see cref="ReadEventsAsync"/>: the handler is called in its place, in order with the events, while
    /// the loop moves, and nothing is allocated. Audio that is not valid base64 stays an event. An exception that the handler throws ends the loop and
    /// comes out of it unchanged; the connection stays open, the audio counts as read, and the next loop continues with the next event.
    /// </summary>
    /// <param name="handler">Must be quick: while it runs nothing else is read. Null gives the audio back to the loop.</param>
    public void OnOutputAudio(OutputAudioHandler? handler) => _events.OnOutputAudio(handler);

    /// <summary>Adds audio to the input audio buffer, as one <c>input_audio_buffer.append</c>, without allocating.</summary>
    /// <param name="audio">Whole samples in the session's input format, at most 15 MiB; it is read before this method first waits.</param>
    /// <param name="cancellationToken">Takes the event out of the queue. Once it has begun to leave, it leaves.</param>
    /// <inheritdoc cref="SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public ValueTask AppendAudioAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default) =>
        _events.AppendAudioAsync(audio, cancellationToken);

    /// <summary>
    /// Adds audio as it comes, until <paramref name="audio"/> ends: each piece at once, pieces of more than 100 ms in parts. Nothing is
    /// committed. After a cancellation or a fault of the source the next append works as ever.
    /// </summary>
    /// <param name="audio">Pieces in the session's input format, of any size, samples split anywhere.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">The audio ended in the middle of a sample; all whole samples were sent.</exception>
    /// <inheritdoc cref="SendAsync(ClientEvent, CancellationToken)" path="/exception"/>
    public Task AppendAudioAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">The audio in the session's input format, without a header; it is read to its end and not disposed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task AppendAudioAsync(Stream audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }

    /// <inheritdoc cref="AppendAudioAsync(IAsyncEnumerable{ReadOnlyMemory{byte}}, CancellationToken)"/>
    /// <param name="audio">
    /// The audio in the session's input format; it is read to its end and not completed. What was not sent because of a cancellation
    /// stays in the pipe.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task AppendAudioAsync(PipeReader audio, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(audio);
        return _events.CreateChunker(AppendAudioAsync).SendAsync(audio, cancellationToken);
    }
}
