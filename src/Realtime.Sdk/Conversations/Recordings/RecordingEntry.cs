using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>The kind of a line in a recording.</summary>
internal enum RecordingEntryKind
{
    /// <summary>A message from the client.</summary>
    Sent,

    /// <summary>A message from the server.</summary>
    Received,

    /// <summary>The session of a connection that was open when its recording began.</summary>
    Opened,

    /// <summary>A decision of a conversation.</summary>
    Decision,

    /// <summary>Lines that were dropped.</summary>
    Dropped,
}

/// <summary>One line of a recording before it is written.</summary>
internal readonly struct RecordingEntry
{
    /// <summary>The cost of an entry in addition to its bytes, so that the queue is limited for decisions too.</summary>
    private const int Overhead = 256;

    private readonly byte[]? _bytes;
    private readonly int _length;
    private readonly Decision _decision;

    /// <summary>Creates an entry for a message, or for a session as JSON.</summary>
    public RecordingEntry(RecordingEntryKind kind, int source, ReadOnlySpan<byte> json)
    {
        (Kind, Source, _length) = (kind, source, json.Length);

        // Copied, because the message is valid only during the call.
        _bytes = ArrayPool<byte>.Shared.Rent(json.Length);
        json.CopyTo(_bytes);
    }

    /// <summary>Creates an entry for a decision.</summary>
    public RecordingEntry(int source, in Decision decision) => (Kind, Source, _decision) = (RecordingEntryKind.Decision, source, decision);

    /// <summary>Creates an entry for dropped lines.</summary>
    public RecordingEntry(int dropped) => (Kind, _length) = (RecordingEntryKind.Dropped, dropped);

    public RecordingEntryKind Kind { get; }

    /// <summary>The number of the connection or, for a decision, of the conversation, counting from 1.</summary>
    public int Source { get; }

    /// <summary>The timestamp at which it was added.</summary>
    public long Time { get; init; }

    /// <summary>The time of day of the first line; null for the others.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>For a session, whether the client has configured it.</summary>
    public bool IsConfigured { get; init; }

    /// <summary>The size of an entry with this much JSON.</summary>
    public static long GetCost(int bytes) => bytes + Overhead;

    public long Cost => GetCost(_bytes is null ? 0 : _length);

    /// <summary>Returns the memory to the pool, cleared because it may contain user data.</summary>
    public void Release()
    {
        if (_bytes is not null)
            ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
    }

    /// <summary>Writes the line.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="at">The time since the first line.</param>
    /// <param name="includesAudio">Whether audio is written; otherwise only its size is.</param>
    public void WriteTo(Utf8JsonWriter writer, TimeSpan at, bool includesAudio)
    {
        writer.WriteStartObject();
        writer.WriteNumber("at_ms", (long)at.TotalMilliseconds);
        if (Kind is RecordingEntryKind.Sent or RecordingEntryKind.Received)
            writer.WriteString("from", Kind == RecordingEntryKind.Sent ? "client" : "server");
        if (Source > 1)
            writer.WriteNumber(Kind == RecordingEntryKind.Decision ? "conversation" : "connection", Source);
        var json = _bytes.AsSpan(0, _bytes is null ? 0 : _length);
        switch (Kind)
        {
            case RecordingEntryKind.Decision:
                writer.WritePropertyName("decision");
                _decision.WriteTo(writer);
                break;
            case RecordingEntryKind.Dropped:
                WriteNumber(writer, "dropped", "lines");
                break;
            case RecordingEntryKind.Opened:
                writer.WriteStartObject("opened");
                writer.WriteBoolean("is_configured", IsConfigured);
                writer.WritePropertyName("session");
                MessageMask.Write(json, writer, includesAudio);
                writer.WriteEndObject();
                break;
            default:
                WriteMessage(writer, json, includesAudio);
                break;
        }
        if (StartedAt is { } startedAt)
            writer.WriteString("started_at", startedAt);
        writer.WriteEndObject();
    }

    private void WriteMessage(Utf8JsonWriter writer, ReadOnlySpan<byte> message, bool includesAudio)
    {
        if (!MessageMask.CanWrite(message))
        {
            // A message that is not valid JSON cannot be masked, so only its size is written.
            WriteNumber(writer, "malformed", "bytes");
            return;
        }
        writer.WritePropertyName("event");
        MessageMask.Write(message, writer, includesAudio);
    }

    private void WriteNumber(Utf8JsonWriter writer, string name, string unit)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber(unit, _length);
        writer.WriteEndObject();
    }
}
