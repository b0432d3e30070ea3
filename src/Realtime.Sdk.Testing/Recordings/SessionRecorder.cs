namespace Realtime.Sdk.Testing;

/// <summary>
/// Writes one session as JSON lines, to be played by <see cref="EmulatorRecording"/>: who spoke, when, and the message. Secrets are masked:
/// what looks like a key, wherever it stands in a text, and what stands in members such as <c>authorization</c>, <c>headers</c>,
/// <c>client_secret</c> and <c>password</c>. Audio and other words are not. Safe to use from any thread.
/// </summary>
/// <example>
/// <code>
/// var recorder = new SessionRecorder(File.CreateText("session.jsonl"));
/// await foreach (var message in connection.ReadMessagesAsync())
///     recorder.Received(message.Utf8Json.Span);
/// </code>
/// </example>
/// <param name="writer">Where the lines go; it is flushed after each and not disposed.</param>
/// <param name="timeProvider">Tells when; null takes the machine's clock.</param>
public sealed class SessionRecorder(TextWriter writer, TimeProvider? timeProvider = null)
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private long? _start;

    /// <summary>Records a message the client has sent.</summary>
    /// <param name="utf8Json">The message.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public void Sent(ReadOnlySpan<byte> utf8Json) => Write(RecordedLine.Client, utf8Json);

    /// <summary>Records a message the client has received.</summary>
    /// <param name="utf8Json">The message.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
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
