using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>An event that a connection sends, independent of the protocol.</summary>
internal interface IClientEvent
{
    string Type { get; }

    string? EventId { get; }

    IReadOnlyList<ConstraintViolation> Validate();

    void WriteTo(IBufferWriter<byte> output);
}

/// <summary>An event that a connection receives, independent of the protocol.</summary>
internal interface IServerEvent
{
    string Type { get; }

    /// <summary>The session that the event contains; null if it contains none.</summary>
    RealtimeSession? ReportedSession { get; }

    /// <summary>The error that the event reports; null if it reports none.</summary>
    RealtimeError? ReportedError { get; }
}

/// <summary>
/// Reads the messages of one connection, on one thread at a time. The type of each message is searched for only once, by
/// <see cref="WireMessage.PeekFirstType"/>, and passed to every method that needs it.
/// </summary>
internal interface IEventReader<TServerEvent>
{
    /// <summary>Reads one message. Never throws because of the content: unrecognized and malformed messages are also returned as events.</summary>
    /// <param name="message">The message.</param>
    /// <param name="type">The first type of the message; empty if none was found.</param>
    TServerEvent Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type);

    /// <summary>Whether a type is that of output audio.</summary>
    bool IsOutputAudio(ReadOnlySpan<byte> type);

    /// <summary>
    /// Reads an output audio delta into a reused buffer, without allocating. Returns <see langword="false"/> if the message is anything else or cannot be read
    /// in this way; <see cref="Read"/> then returns the event.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="type">The first type of the message; empty if none was found.</param>
    /// <param name="buffer">The buffer for the audio, which is replaced by a larger one if it is too small.</param>
    /// <param name="delta">The audio and its position, valid until the buffer is reused.</param>
    bool TryReadOutputAudio(ReadOnlySpan<byte> message, scoped ReadOnlySpan<byte> type, ref byte[] buffer, out OutputAudioDelta delta);
}

/// <summary>Extensions for callers that do not have the type of the message.</summary>
internal static class EventReaderExtensions
{
    public static TServerEvent Read<TServerEvent>(this IEventReader<TServerEvent> reader, ReadOnlySpan<byte> message) =>
        reader.Read(message, WireMessage.PeekFirstType(message));

    public static bool TryReadOutputAudio<TServerEvent>(
        this IEventReader<TServerEvent> reader, ReadOnlySpan<byte> message, ref byte[] buffer, out OutputAudioDelta delta) =>
        reader.TryReadOutputAudio(message, WireMessage.PeekFirstType(message), ref buffer, out delta);
}
