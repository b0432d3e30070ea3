using System.IO.Pipelines;

namespace Realtime.Sdk;

/// <summary>
/// Plays the audio of a conversation, for example on a loudspeaker, a telephone line or into a file. Derive from it for your own device. The
/// conversation converts audio to <see cref="Format"/>, writes it, and stops the player when the user interrupts. From <see cref="Played"/> it
/// calculates what the user heard.
/// </summary>
/// <remarks>
/// <para>A conversation calls <see cref="WriteAsync"/> one call at a time. It reads <see cref="Played"/>, and calls <see cref="StopAsync"/> and
/// <see cref="DrainAsync"/>, at any time and from any thread, also during a write. It never disposes a player.</para>
/// <para>If a member throws, if <see cref="StopAsync"/> takes longer than 250 ms, or if nothing is played for 5 seconds although audio was
/// written, the conversation reports a <see cref="WarningUpdate"/>, stops using the player, and discards the audio instead.</para>
/// </remarks>
public abstract class AudioPlayer : IAsyncDisposable
{
    /// <summary>The format of the audio that is passed to <see cref="WriteAsync"/>. It must not change.</summary>
    public abstract SampleFormat Format { get; }

    /// <summary>
    /// The total duration of the audio that was played since the player was created. It never decreases, and does not include audio that
    /// <see cref="StopAsync"/> discarded. Audio that waits in a buffer of the device does not count as played.
    /// </summary>
    public abstract TimeSpan Played { get; }

    /// <summary>Whether a write always completes synchronously and never blocks, so that no pump on another thread is needed.</summary>
    internal virtual bool IsNonBlocking => false;

    /// <summary>Writes the next audio. The method may wait until there is room for it.</summary>
    /// <param name="audio">Whole samples in <see cref="Format"/>, valid only until the method completes.</param>
    /// <param name="cancellationToken">Cancels the operation; audio that was already accepted is still played.</param>
    /// <returns>A task that completes when the audio was accepted, or was discarded by <see cref="StopAsync"/>.</returns>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops playing immediately and discards the audio that was not played, including that of a <see cref="WriteAsync"/> in progress, which
    /// then completes. Audio that is written later is played.
    /// </summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The value of <see cref="Played"/> when playback stopped.</returns>
    public abstract ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until all audio that was written before the call was played or discarded.</summary>
    /// <param name="cancellationToken">Cancels the wait, not the playback.</param>
    public abstract Task DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>Stops playing and releases the resources of the player.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Creates a player that writes audio to a stream at playback speed, in pieces of 20 ms, for a process or a device that accepts raw audio. The
    /// player does not dispose the stream.
    /// </summary>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="format">The format of the stream's audio. Null, the default, is PCM at 24 kHz.</param>
    /// <param name="timeProvider">The clock that determines the speed. Null, the default, uses the system clock.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> is not writable.</exception>
    public static AudioPlayer ToStream(Stream stream, SampleFormat? format = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
            throw new ArgumentException("The stream is not writable.", nameof(stream));
        return new PacedAudioPlayer(stream.WriteAsync, format ?? default, timeProvider);
    }

    /// <summary>
    /// Creates a player that writes audio to a pipe at playback speed, in pieces of 20 ms, each of which is flushed. The player does not complete the
    /// pipe. When the reader of the pipe completes it, later audio is discarded at the same speed.
    /// </summary>
    /// <param name="pipe">The pipe to write to.</param>
    /// <param name="format">The format of the pipe's audio. Null, the default, is PCM at 24 kHz.</param>
    /// <param name="timeProvider">The clock that determines the speed. Null, the default, uses the system clock.</param>
    public static AudioPlayer ToPipe(PipeWriter pipe, SampleFormat? format = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return new PacedAudioPlayer(
            async (audio, cancellationToken) => await pipe.WriteAsync(audio, cancellationToken).ConfigureAwait(false), format ?? default, timeProvider);
    }

    /// <summary>
    /// Creates a player without output: it discards audio at playback speed. Interruptions and heard durations are the same as with a loudspeaker.
    /// </summary>
    /// <param name="timeProvider">The clock that determines the speed. Null, the default, uses the system clock.</param>
    public static AudioPlayer Discard(TimeProvider? timeProvider = null) => new PacedAudioPlayer(output: null, default, timeProvider);
}
