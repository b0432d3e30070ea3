namespace Realtime.Sdk.Testing.Internal;

/// <summary>Plays the messages of one connection of a recording to a client.</summary>
/// <param name="lines">The lines of the connection, without decisions.</param>
/// <param name="keepsPace">Whether server events are sent with the recorded pauses.</param>
internal sealed class RecordingPlayer(IReadOnlyList<RecordedLine> lines, bool keepsPace)
{
    /// <summary>How much later than in the recording a client may send a message, if the player has a clock.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, string> _ids = [];
    private readonly OmittedAudio _audio = new();

    /// <summary>
    /// The clock that limits how long a message of the client is waited for. The client then need not send the user's audio, and of its messages only the types are
    /// compared. Null, the default, compares their shapes.
    /// </summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Plays the recording.</summary>
    /// <exception cref="EmulatorExpectationException">The client did not send a message of the recording.</exception>
    public async Task PlayAsync(EmulatorSession session)
    {
        // A later connection begins when the client opens it.
        var (before, wasAppend) = (lines.Count > 0 ? lines[0].At : TimeSpan.Zero, false);
        foreach (var line in lines)
        {
            if (line.Kind == RecordedLineKind.Opened)
                await OpenAsync(session, line).ConfigureAwait(false);
            else if (!line.IsFromClient)
                await SendAsync(session, line, line.At - before).ConfigureAwait(false);
            else if (line.Kind == RecordedLineKind.Message && !(line.IsAppend && wasAppend) && !(Clock is not null && IsInputAudio(line.Type)))
                await ReceiveAsync(session, line, line.At - before).ConfigureAwait(false);
            (before, wasAppend) = (line.At, line.IsAppend);
        }
    }

    /// <summary>Opens a session whose opening was not recorded.</summary>
    private async Task OpenAsync(EmulatorSession session, RecordedLine line)
    {
        var effective = line.Content.Object("session")!;
        _audio.UpdateFormats(effective);
        await session.SendBytesAsync(WireJson.Bytes(CreateSessionEvent("session.created", effective))).ConfigureAwait(false);
        if (line.Content.Flag("is_configured") != true)
            return;
        var update = await NextAsync(session, TimeSpan.Zero, acceptsAudio: false).ConfigureAwait(false);
        if (update.Type != "session.update")
            throw new EmulatorExpectationException($"Expected session.update, because the recording began with a configured session, but received {update}.");
        await session.SendBytesAsync(WireJson.Bytes(CreateSessionEvent("session.updated", effective))).ConfigureAwait(false);
    }

    private static JsonObject CreateSessionEvent(string type, JsonObject session) =>
        new() { ["type"] = type, ["event_id"] = "event_recorded", ["session"] = session.DeepClone() };

    private async Task SendAsync(EmulatorSession session, RecordedLine line, TimeSpan pause)
    {
        if (keepsPace)
            await session.DelayAsync(pause < TimeSpan.Zero ? TimeSpan.Zero : pause).ConfigureAwait(false);
        if (line.Kind == RecordedLineKind.Malformed)
        {
            // Only the length is known.
            await session.SendTextAsync(new('?', (int)Math.Clamp(line.Content.Number("bytes") ?? 0, 0, 1_000_000))).ConfigureAwait(false);
            return;
        }
        _audio.UpdateFormats(line.Content.Object("session"));
        var message = _audio.Restore(MessageShape.ReplaceIds(line.Content, _ids), isFromUser: false);
        await session.SendBytesAsync(WireJson.Bytes(message)).ConfigureAwait(false);
    }

    private async Task ReceiveAsync(EmulatorSession session, RecordedLine line, TimeSpan pause)
    {
        var message = await NextAsync(session, pause, acceptsAudio: line.IsAppend).ConfigureAwait(false);
        var expected = (JsonObject)_audio.Restore(line.Content.DeepClone(), isFromUser: true);
        var actual = JsonNode.Parse(message.Bytes.Span) as JsonObject ?? [];
        if ((Clock is null ? MessageShape.FindDifference(expected, actual) : MessageShape.FindTypeDifference(expected, actual)) is { } difference)
            throw new EmulatorExpectationException($"Expected {PeerText.Sanitize(line.Type)} as in the recording, but received {message}: {PeerText.Sanitize(difference)}.");
        MessageShape.MapIds(expected, actual, _ids);
    }

    private async Task<ReceivedMessage> NextAsync(EmulatorSession session, TimeSpan pause, bool acceptsAudio)
    {
        using var limit = Clock is null ? null : new CancellationTokenSource(pause + MaxDelay, Clock);
        while (true)
        {
            var message = await session.NextAsync(limit?.Token ?? CancellationToken.None).ConfigureAwait(false);
            if (Clock is null ? acceptsAudio || !RecordedLine.IsAudio(message.Type) : !IsInputAudio(message.Type))
                return message;
        }
    }

    private static bool IsInputAudio(string type) => type.StartsWith("input_audio_buffer.", StringComparison.Ordinal);
}
