namespace Realtime.Sdk.Testing;

/// <summary>
/// A session that was recorded with <see cref="SessionRecorder"/>, to be played to a client: pass <see cref="PlayAsync"/> to
/// <see cref="RealtimeEmulator.OnConnect"/> as the script. A message from the client matches the recorded message if it has the same shape: the same
/// members with the same JSON types, and the same values of <c>type</c> and <c>role</c>. Texts, numbers and IDs may differ; server events are sent with
/// the IDs that the client uses. Any number of audio appends in a row matches any other number.
/// </summary>
public sealed class EmulatorRecording
{
    private readonly IReadOnlyList<RecordedLine> _lines;

    private EmulatorRecording(IReadOnlyList<RecordedLine> lines) => _lines = lines;

    /// <summary>
    /// Whether server events are sent with the recorded pauses, by the emulator's clock. The default is <see langword="false"/>: they are sent without pauses.
    /// </summary>
    public bool KeepsPace { get; init; }

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

    /// <summary>Plays the recording to a client. The session stays open afterwards.</summary>
    /// <param name="session">The session to play in.</param>
    /// <exception cref="EmulatorExpectationException">
    /// The client sent a message that does not match the recording, or none within <see cref="RealtimeEmulatorOptions.ExpectTimeout"/>.
    /// </exception>
    /// <exception cref="EmulatorSessionEndedException">The session ended before the recording.</exception>
    public async Task PlayAsync(EmulatorSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        var ids = new Dictionary<string, string>();
        var (before, isHeard) = (TimeSpan.Zero, false);
        foreach (var line in _lines)
        {
            if (!line.IsFromClient)
            {
                if (KeepsPace)
                    await session.DelayAsync(line.At - before).ConfigureAwait(false);
                await session.SendBytesAsync(WireJson.Bytes(MessageShape.WithIds(line.Event, ids))).ConfigureAwait(false);
            }
            else if (!line.IsAppend || !isHeard)
            {
                await HearAsync(session, line, ids).ConfigureAwait(false);
            }
            (before, isHeard) = (line.At, line.IsAppend);
        }
    }

    private static async Task HearAsync(EmulatorSession session, RecordedLine expected, Dictionary<string, string> ids)
    {
        var message = await session.NextAsync().ConfigureAwait(false);
        while (RecordedLine.IsAudio(message.Type) && !expected.IsAppend)
            message = await session.NextAsync().ConfigureAwait(false);
        var actual = JsonNode.Parse(message.Bytes.Span) as JsonObject ?? [];
        if (MessageShape.Difference(expected.Event, actual) is { } difference)
            throw new EmulatorExpectationException($"Expected {PeerText.Sanitize(expected.Type)} as in the recording, but received {message}: {PeerText.Sanitize(difference)}.");
        MessageShape.LearnIds(expected.Event, actual, ids);
    }
}
