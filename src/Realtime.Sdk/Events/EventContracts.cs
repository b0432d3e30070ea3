using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>An event as a connection sends it, whatever its protocol.</summary>
internal interface IClientEvent
{
    string Type { get; }

    string? EventId { get; }

    IReadOnlyList<ConstraintViolation> Validate();

    void WriteTo(IBufferWriter<byte> output);
}

/// <summary>An event as a connection receives it, whatever its protocol.</summary>
internal interface IServerEvent
{
    string Type { get; }

    /// <summary>The session that the event shows; null when it shows none.</summary>
    RealtimeSession? ShownSession { get; }

    /// <summary>The error that the event reports; null when it reports none.</summary>
    RealtimeError? ReportedError { get; }
}

/// <summary>
/// Reads the messages of one connection, on one thread at a time. Each is looked through for its type once, by
/// <see cref="WireMessage.PeekFirstType"/>; the result is passed on to whoever chooses by it.
/// </summary>
internal interface IEventReader<TServerEvent>
{
    /// <summary>Reads one message. Never throws for what it holds: unknown and malformed messages are events too.</summary>
    /// <param name="message">The message.</param>
    /// <param name="type">Its first type; empty when it was not found.</param>
    TServerEvent Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> type);

    /// <summary>
    /// Reads an output audio delta into a buffer that is used again and again, without allocating. False when the message is anything else,
    /// or cannot be read like this: <see cref="Read"/> then says what it is.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="type">Its first type; empty when it was not found.</param>
    /// <param name="buffer">Holds the audio afterwards; replaced by a larger one when it is too small.</param>
    /// <param name="delta">The audio and where it belongs, valid until the buffer is used again.</param>
    bool TryReadOutputAudio(ReadOnlySpan<byte> message, scoped ReadOnlySpan<byte> type, ref byte[] buffer, out OutputAudioDelta delta);
}

/// <summary>Reading for callers that have not looked for the type of the message.</summary>
internal static class EventReaderExtensions
{
    public static TServerEvent Read<TServerEvent>(this IEventReader<TServerEvent> reader, ReadOnlySpan<byte> message) =>
        reader.Read(message, WireMessage.PeekFirstType(message));

    public static bool TryReadOutputAudio<TServerEvent>(
        this IEventReader<TServerEvent> reader, ReadOnlySpan<byte> message, ref byte[] buffer, out OutputAudioDelta delta) =>
        reader.TryReadOutputAudio(message, WireMessage.PeekFirstType(message), ref buffer, out delta);
}
