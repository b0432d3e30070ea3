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

/// <summary>Reads the messages of one connection, on one thread at a time.</summary>
internal interface IEventReader<TServerEvent>
{
    /// <summary>Reads one message. Never throws for what it holds: unknown and malformed messages are events too.</summary>
    TServerEvent Read(ReadOnlySpan<byte> message);

    /// <summary>
    /// Reads an output audio delta into a buffer that is used again and again, without allocating. False when the message is anything else,
    /// or cannot be read like this: <see cref="Read"/> then says what it is.
    /// </summary>
    bool TryReadOutputAudio(ReadOnlySpan<byte> message, ref byte[] buffer, out OutputAudioDelta delta);
}
