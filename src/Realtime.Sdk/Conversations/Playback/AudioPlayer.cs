using System.IO.Pipelines;

namespace Realtime.Sdk;

/// <summary>
/// Plays the audio of a conversation: a loudspeaker, a telephone line, a file. Derive from it for a device of your own. The conversation
/// converts audio to <see cref="Format"/>, writes it, and stops the player when the user interrupts; <see cref="Played"/> is how it knows
/// what the user heard.
/// </summary>
/// <remarks>
/// One <see cref="WriteAsync"/> runs at a time. <see cref="Played"/> may be read, and <see cref="StopAsync"/> called, at any time and from any
/// thread. A conversation never disposes a player.
/// </remarks>
public abstract class AudioPlayer : IAsyncDisposable
{
    /// <summary>The format in which audio is written. It does not change.</summary>
    public abstract SampleFormat Format { get; }

    /// <summary>
    /// The duration of the audio played so far, of everything that was ever written. It never decreases, and does not count what
    /// <see cref="StopAsync"/> discarded.
    /// </summary>
    public abstract TimeSpan Played { get; }

    /// <summary>Whether a write never waits and never blocks, so that it needs no thread of its own.</summary>
    internal virtual bool TakesAudioAtOnce => false;

    /// <summary>Writes the next audio. It may wait until there is room for it.</summary>
    /// <param name="audio">Whole samples in <see cref="Format"/>, valid only until the method completes.</param>
    /// <param name="cancellationToken">Cancels the operation; audio that was already taken is still played.</param>
    /// <returns>Completes when the audio was taken, or discarded by <see cref="StopAsync"/>.</returns>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> audio, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops playing at once and discards the audio that was not played, including that of a <see cref="WriteAsync"/> in progress, which
    /// completes. Audio that is written later is played.
    /// </summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns><see cref="Played"/> at the moment playback stopped.</returns>
    public abstract ValueTask<TimeSpan> StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Completes when everything written so far was played or discarded.</summary>
    /// <param name="cancellationToken">Cancels the wait, not the playback.</param>
    public abstract Task DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>Stops playing and releases what the player owns.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Creates a player that writes audio to a stream at the pace at which it sounds, in pieces of 20 ms: for a process or a device that takes
    /// raw audio. The stream stays the caller's.
    /// </summary>
    /// <param name="stream">Where the audio goes.</param>
    /// <param name="format">The format of the stream's audio. Null, the default, is PCM at 24 kHz.</param>
    /// <param name="timeProvider">The clock that sets the pace. Null, the default, is the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="stream"/> cannot be written.</exception>
    public static AudioPlayer ToStream(Stream stream, SampleFormat? format = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
            throw new ArgumentException("The stream cannot be written.", nameof(stream));
        return new PacedAudioPlayer(stream.WriteAsync, format ?? default, timeProvider);
    }

    /// <summary>
    /// Creates a player that writes audio to a pipe at the pace at which it sounds, in pieces of 20 ms, each flushed. The pipe stays the caller's
    /// and is not completed; when its reader completes it, later audio is discarded at the same pace.
    /// </summary>
    /// <param name="pipe">Where the audio goes.</param>
    /// <param name="format">The format of the pipe's audio. Null, the default, is PCM at 24 kHz.</param>
    /// <param name="timeProvider">The clock that sets the pace. Null, the default, is the system's.</param>
    public static AudioPlayer ToPipe(PipeWriter pipe, SampleFormat? format = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return new PacedAudioPlayer(
            async (audio, cancellationToken) => await pipe.WriteAsync(audio, cancellationToken).ConfigureAwait(false), format ?? default, timeProvider);
    }

    /// <summary>
    /// Creates a player without a loudspeaker: it takes all audio at once and plays it by the clock, unheard. Interruptions and the end of
    /// playback are then what they would be for a user who listens.
    /// </summary>
    /// <param name="timeProvider">The clock. Null, the default, is the system's.</param>
    public static AudioPlayer Discard(TimeProvider? timeProvider = null) => new PacedAudioPlayer(output: null, default, timeProvider);
}
