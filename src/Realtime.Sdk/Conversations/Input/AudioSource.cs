using System.IO.Pipelines;

namespace Realtime.Sdk;

/// <summary>
/// The source of the user's audio, for example a microphone, a telephone line or a file. A <see cref="Stream"/> and a <see cref="PipeReader"/> are
/// converted implicitly; derive from this class for your own device. A conversation never disposes a source, or the stream or pipe that it reads.
/// </summary>
public abstract class AudioSource
{
    /// <summary>
    /// The format of the audio, which the conversation converts to the session's input format. Null, the default, means the session's input format.
    /// </summary>
    public virtual SampleFormat? Format => null;

    /// <summary>
    /// Whether audio arrives while it is spoken, as from a microphone. The default is <see langword="true"/>. If <see langword="false"/>, as for a file, the
    /// conversation reads at playback speed.
    /// </summary>
    public virtual bool IsLive => true;

    /// <summary>Reads the next audio. A conversation makes one call at a time.</summary>
    /// <param name="buffer">The buffer for the audio, with room for at least one sample. A read may fill it partially, and may end in the middle of a sample.</param>
    /// <param name="cancellationToken">Cancels the wait for audio.</param>
    /// <returns>The number of bytes read; 0 at the end of the audio.</returns>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Called when a conversation stops reading, at the end of the audio or before. A read may still be in progress.</summary>
    internal virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    /// <summary>Creates a source that reads raw audio from a stream. The source does not dispose the stream.</summary>
    /// <param name="stream">The audio, without a header; for a WAV file use <see cref="FromWav"/>.</param>
    /// <param name="format">The format of the audio. Null, the default, is the session's input format.</param>
    /// <param name="isLive">
    /// The value of <see cref="IsLive"/>. Null, the default, is <see langword="true"/> unless the stream can seek, as a file or a buffer in memory can.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> is not readable.</exception>
    public static AudioSource FromStream(Stream stream, SampleFormat? format = null, bool? isLive = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead)
            throw new ArgumentException("The stream is not readable.", nameof(stream));
        return new StreamSource(stream, format, isLive ?? !stream.CanSeek);
    }

    /// <summary>Creates a source that reads raw audio from a pipe. The source does not complete the pipe, and leaves audio in it that it does not read.</summary>
    /// <param name="pipe">The audio, without a header.</param>
    /// <param name="format">The format of the audio. Null, the default, is the session's input format.</param>
    /// <param name="isLive">The value of <see cref="IsLive"/>. The default is <see langword="true"/>.</param>
    public static AudioSource FromPipe(PipeReader pipe, SampleFormat? format = null, bool isLive = true)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return new PipeSource(pipe, format, isLive);
    }

    /// <summary>Creates a live source that enumerates chunks of any size, for example those of a microphone's callback.</summary>
    /// <param name="chunks">
    /// The audio. It is enumerated once; each chunk is used only until the next one is requested. The enumerator is disposed when the audio ends or when the
    /// conversation stops reading, so a source of this kind can be listened to only once.
    /// </param>
    /// <param name="format">The format of the audio. Null, the default, is the session's input format.</param>
    public static AudioSource FromChunks(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, SampleFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return new ChunkSource(chunks, format);
    }

    /// <summary>Creates a source that reads a WAV file at playback speed. The source does not dispose the reader.</summary>
    /// <param name="wav">The file.</param>
    public static AudioSource FromWav(WavReader wav)
    {
        ArgumentNullException.ThrowIfNull(wav);
        return new WavSource(wav);
    }

    /// <summary>
    /// Converts a stream to a source in the session's input format, as <see cref="FromStream"/> does: live unless the stream can seek, so that a file is sent at playback
    /// speed.
    /// </summary>
    public static implicit operator AudioSource(Stream stream) => FromStream(stream);

    /// <summary>Converts a pipe to a live source in the session's input format, as <see cref="FromPipe"/> does.</summary>
    public static implicit operator AudioSource(PipeReader pipe) => FromPipe(pipe);

    private sealed class StreamSource(Stream stream, SampleFormat? format, bool isLive) : AudioSource
    {
        public override SampleFormat? Format => format;

        public override bool IsLive => isLive;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            stream.ReadAsync(buffer, cancellationToken);
    }

    private sealed class WavSource(WavReader wav) : AudioSource
    {
        public override SampleFormat? Format => wav.Format;

        public override bool IsLive => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            wav.ReadAsync(buffer, cancellationToken);
    }
}
