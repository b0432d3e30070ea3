namespace Realtime.Sdk.Testing;

/// <summary>
/// A session as <see cref="SessionRecorder"/> wrote it, to be played to a client: its <see cref="PlayAsync"/> is a script for
/// <see cref="RealtimeEmulator.OnConnect"/>. A message of the client's fits the recorded one when it has the same type and shape: the same
/// members, of the same kinds, with the same <c>type</c> and <c>role</c>; texts, numbers and ids may differ, and server events then carry the
/// client's own ids. Any number of audio appends stands for any other.
/// </summary>
public sealed class EmulatorRecording
{
    private readonly IReadOnlyList<RecordedLine> _lines;

    private EmulatorRecording(IReadOnlyList<RecordedLine> lines) => _lines = lines;

    /// <summary>Whether server events come when they came, by the emulator's time. False, the default, sends each as soon as it is its turn.</summary>
    public bool KeepsPace { get; init; }

    /// <summary>Reads a recording.</summary>
    /// <param name="jsonLines">The lines; empty ones are skipped.</param>
    /// <exception cref="FormatException">A line is not a line of a recording; the message names it.</exception>
    public static EmulatorRecording Parse(string jsonLines)
    {
        ArgumentNullException.ThrowIfNull(jsonLines);
        var lines = jsonLines.Split('\n').Select((line, index) => (Text: line.Trim(), Number: index + 1)).Where(line => line.Text.Length > 0);
        return new([.. lines.Select(line => RecordedLine.Parse(line.Text, line.Number))]);
    }

    /// <summary>The same recording at the pace it was made.</summary>
    public EmulatorRecording WithPace() => new(_lines) { KeepsPace = true };

    /// <summary>Plays the recording to a client, and leaves the session open behind it.</summary>
    /// <param name="session">The session to play in.</param>
    /// <exception cref="EmulatorExpectationException">The client sends something else, or nothing, where it spoke in the recording.</exception>
    /// <exception cref="EmulatorSessionEndedException">The session is over before the recording is.</exception>
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
            throw new EmulatorExpectationException($"The recording has {PeerText.Sanitize(expected.Type)} here, but {message} came: {PeerText.Sanitize(difference)}.");
        MessageShape.LearnIds(expected.Event, actual, ids);
    }
}
