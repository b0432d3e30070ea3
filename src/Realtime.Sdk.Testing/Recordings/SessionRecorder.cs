namespace Realtime.Sdk.Testing;

/// <summary>
/// Records one session as JSON lines for <see cref="EmulatorRecording"/>: the sender, the time and the message. Secrets are masked: text that looks like
/// a key, anywhere in a string, and the values of members such as <c>authorization</c>, <c>headers</c>, <c>client_secret</c> and <c>password</c>. Audio
/// and other text are not masked. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// var recorder = new SessionRecorder(File.CreateText("session.jsonl"));
/// await foreach (var message in connection.ReadMessagesAsync())
///     recorder.Received(message.Utf8Json.Span);
/// </code>
/// </example>
/// <param name="writer">The writer of the lines. It is flushed after each line, and is not disposed.</param>
/// <param name="timeProvider">The clock. Null, the default, uses <see cref="TimeProvider.System"/>.</param>
public sealed class SessionRecorder(TextWriter writer, TimeProvider? timeProvider = null)
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private long? _start;

    /// <summary>Records a message that the client has sent.</summary>
    /// <param name="utf8Json">The message.</param>
    /// <exception cref="JsonException">The message is not valid JSON.</exception>
    public void Sent(ReadOnlySpan<byte> utf8Json) => Write(RecordedLine.Client, utf8Json);

    /// <summary>Records a message that the client has received.</summary>
    /// <param name="utf8Json">The message.</param>
    /// <exception cref="JsonException">The message is not valid JSON.</exception>
    public void Received(ReadOnlySpan<byte> utf8Json) => Write(RecordedLine.Server, utf8Json);

    private void Write(string from, ReadOnlySpan<byte> utf8Json)
    {
        var message = SecretMask.Apply(JsonNode.Parse(utf8Json));
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            _start ??= now;
            var at = (long)_time.GetElapsedTime(_start.Value, now).TotalMilliseconds;
            writer.WriteLine(WireJson.Text(new JsonObject { ["at_ms"] = at, ["from"] = from, ["event"] = message }));
            writer.Flush();
        }
    }
}
