using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>The options of a <see cref="SessionRecorder"/>. Immutable; every member has a default.</summary>
public sealed record SessionRecorderOptions
{
    /// <summary>
    /// Whether audio is recorded. The default is <see langword="false"/>: of each piece of audio only the size is recorded, so that a playback sends silence of the
    /// same length.
    /// </summary>
    public bool IncludeAudio { get; init; }

    /// <summary>
    /// The maximum size of the messages and decisions that wait for the output, in bytes. With more, lines are dropped, and a line reports how many. At least 1; the
    /// default is 8 MiB.
    /// </summary>
    public long MaxQueuedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// The maximum time that <see cref="SessionRecorder.DisposeAsync"/> waits for the output, by the system clock. More than zero, at most a day; the default is 10
    /// seconds.
    /// </summary>
    public TimeSpan DisposeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The clock of the times in the recording. Null, the default, uses the clock of the first conversation that is recorded, or the system clock if a connection is
    /// recorded first.
    /// </summary>
    public TimeProvider? TimeProvider { get; init; }

    /// <summary>The factory of the recorder's logger, which reports a failed output. Null, the default, writes no log.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Returns the members as text, without the app's objects.</summary>
    public override string ToString() => $"{nameof(SessionRecorderOptions)} {{ IncludeAudio = {IncludeAudio}, MaxQueuedBytes = {MaxQueuedBytes}, DisposeTimeout = {DisposeTimeout} }}";

    internal SessionRecorderOptions Copy() => this with { };

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DisposeTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DisposeTimeout, TimeSpan.FromDays(1));
    }
}
