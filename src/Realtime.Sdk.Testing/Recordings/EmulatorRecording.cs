namespace Realtime.Sdk.Testing;

/// <summary>
/// A session that was recorded with <see cref="SessionRecorder"/>, to be played to a client: pass <see cref="PlayAsync"/> to
/// <see cref="RealtimeEmulator.OnConnect"/> as the script. A message from the client matches the recorded message if it has the same shape: the same
/// members with the same JSON types, and the same values of <c>type</c> and <c>role</c>. Texts, numbers and IDs may differ; server events are sent with
/// the IDs that the client uses. Any number of audio appends in a row matches any other number. Audio that was not recorded is played as silence of the same length,
/// and the recorded decisions of a conversation are ignored; <see cref="CompareDecisionsAsync"/> compares them.
/// </summary>
public sealed partial class EmulatorRecording
{
    private readonly IReadOnlyList<RecordedLine> _lines;
    private readonly int[] _connections;
    private int _played;

    private EmulatorRecording(IReadOnlyList<RecordedLine> lines)
    {
        _lines = lines;
        _connections = [.. lines.Where(line => line.Kind is RecordedLineKind.Message or RecordedLineKind.Malformed or RecordedLineKind.Opened).Select(line => line.Source).Distinct().Order()];
        Decisions = [.. lines.Where(line => line.Kind == RecordedLineKind.Decision).Select(RecordedDecision.From)];
    }

    /// <summary>
    /// Whether server events are sent with the recorded pauses, by the emulator's clock. The default is <see langword="false"/>: they are sent without pauses.
    /// </summary>
    public bool KeepsPace { get; init; }

    /// <summary>The time of the first line by the clock of the recorder; null if it was not recorded.</summary>
    public DateTimeOffset? StartedAt => _lines.Count == 0 ? null : _lines[0].StartedAt;

    /// <summary>The recorded decisions of the conversation, in order; empty if only a connection was recorded.</summary>
    public IReadOnlyList<RecordedDecision> Decisions { get; }

    /// <summary>The number of lines that are missing, because the output of the recorder was too slow.</summary>
    public long DroppedLines => (long)_lines.Where(line => line.Kind == RecordedLineKind.Dropped).Sum(line => line.Content.Number("lines") ?? 1);

    /// <summary>Reads a recording.</summary>
    /// <param name="jsonLines">The lines; empty lines are skipped.</param>
    /// <exception cref="FormatException">A line is not a valid line of a recording. The message contains its number.</exception>
    public static EmulatorRecording Parse(string jsonLines)
    {
        ArgumentNullException.ThrowIfNull(jsonLines);
        var lines = jsonLines.Split('\n').Select((line, index) => (Text: line.Trim(), Number: index + 1)).Where(line => line.Text.Length > 0);
        return new([.. lines.Select(line => RecordedLine.Parse(line.Text, line.Number))]);
    }

    /// <summary>Returns the same recording with <see cref="KeepsPace"/> set.</summary>
    public EmulatorRecording WithPace() => new(_lines) { KeepsPace = true };

    /// <summary>
    /// Plays the recording to a client. The session stays open afterwards. If the recording has several connections, for example because a conversation was continued
    /// over a new one, the calls of this method play them in turn.
    /// </summary>
    /// <param name="session">The session to play in.</param>
    /// <exception cref="EmulatorExpectationException">
    /// The client sent a message that does not match the recording, or none within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.
    /// </exception>
    /// <exception cref="EmulatorSessionEndedException">The session ended before the recording.</exception>
    public Task PlayAsync(EmulatorSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return CreatePlayer(Interlocked.Increment(ref _played) - 1, KeepsPace, clock: null).PlayAsync(session);
    }

    private RecordingPlayer CreatePlayer(int index, bool keepsPace, TimeProvider? clock) => new(GetLines(index), keepsPace) { Clock = clock };

    /// <summary>Returns the lines of a connection.</summary>
    private List<RecordedLine> GetLines(int index)
    {
        var connection = _connections.Length == 0 ? 1 : _connections[index % _connections.Length];
        return [.. _lines.Where(line => line.Source == connection && line.Kind is not (RecordedLineKind.Decision or RecordedLineKind.Dropped))];
    }
}
