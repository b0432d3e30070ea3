using System.IO.Pipelines;

namespace Realtime.Sdk;

/// <summary>
/// Where the audio of the user comes from: a microphone, a telephone line, a file. A <see cref="Stream"/> and a <see cref="PipeReader"/> convert to
/// one; derive from it for a device of your own. A conversation never disposes what it reads from.
/// </summary>
public abstract class AudioSource
{
    /// <summary>
    /// The format of the audio, which the conversation converts to that of the session. Null, the default, says that it is the session's input format.
    /// </summary>
    public virtual SampleFormat? Format => null;

    /// <summary>
    /// Whether audio arrives as it is spoken. The default is <see langword="true"/>. Otherwise the conversation reads no faster than the audio
    /// sounds, so that a file is heard as if somebody were speaking.
    /// </summary>
    public virtual bool IsLive => true;

    /// <summary>Reads the next audio. One read runs at a time.</summary>
    /// <param name="buffer">Where the audio goes, with room for at least one sample. It may be filled in part, and two reads may share a sample.</param>
    /// <param name="cancellationToken">Cancels the wait for audio.</param>
    /// <returns>How many bytes were read; 0 at the end.</returns>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>A conversation stops reading, at the end of the audio or before it. A read may still be under way.</summary>
    internal virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    /// <summary>Creates a source that reads a stream of raw audio. The stream stays the caller's.</summary>
    /// <param name="stream">The audio, without a header; for WAV see <see cref="FromWav"/>.</param>
    /// <param name="format">The format of the audio. Null, the default, is the session's input format.</param>
    /// <param name="isLive">See <see cref="IsLive"/>. Pass <see langword="false"/> for a file. The default is <see langword="true"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be read.</exception>
    public static AudioSource FromStream(Stream stream, SampleFormat? format = null, bool isLive = true)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead)
            throw new ArgumentException("The stream cannot be read.", nameof(stream));
        return new StreamSource(stream, format, isLive);
    }

    /// <summary>Creates a source that reads a pipe of raw audio. The pipe stays the caller's, with what was not read, and is not completed.</summary>
    /// <param name="pipe">The audio, without a header.</param>
    /// <param name="format">The format of the audio. Null, the default, is the session's input format.</param>
    /// <param name="isLive">See <see cref="IsLive"/>. The default is <see langword="true"/>.</param>
    public static AudioSource FromPipe(PipeReader pipe, SampleFormat? format = null, bool isLive = true)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return new PipeSource(pipe, format, isLive);
    }

    /// <summary>Creates a source that enumerates chunks of any size, as the callback of a microphone gives them; it is live.</summary>
    /// <param name="chunks">
    /// The audio. It is enumerated once, by the first read; each chunk is used only until the next is asked for. The enumerator is disposed when the
    /// audio ends, and when a conversation stops reading before: the source has ended then.
    /// </param>
    /// <param name="format">The format of the audio. Null, the default, is the session's input format.</param>
    public static AudioSource FromChunks(IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, SampleFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        return new ChunkSource(chunks, format);
    }

    /// <summary>Creates a source that reads a WAV file as if somebody were speaking. The reader stays the caller's.</summary>
    /// <param name="wav">The file.</param>
    public static AudioSource FromWav(WavReader wav)
    {
        ArgumentNullException.ThrowIfNull(wav);
        return new WavSource(wav);
    }

    /// <summary>A live source that reads a stream in the session's input format, as <see cref="FromStream"/> creates it.</summary>
    public static implicit operator AudioSource(Stream stream) => FromStream(stream);

    /// <summary>A live source that reads a pipe in the session's input format, as <see cref="FromPipe"/> creates it.</summary>
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
