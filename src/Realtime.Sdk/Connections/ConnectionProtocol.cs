using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>
/// What sets one protocol over a WebSocket apart from another: its events, and what they mean to a connection. Everything else is
/// <see cref="EventConnection{TClientEvent, TServerEvent}"/>.
/// </summary>
internal abstract class ConnectionProtocol<TClientEvent, TServerEvent>
    where TClientEvent : WireObject, IClientEvent
    where TServerEvent : WireObject, IServerEvent
{
    /// <summary>The type of the event that appends audio.</summary>
    public abstract string AppendType { get; }

    public abstract IEventReader<TServerEvent> CreateReader();

    /// <summary>Writes the event that appends audio, without making the record.</summary>
    public abstract void WriteAppend(ReadOnlySpan<byte> audio, IBufferWriter<byte> output);

    /// <summary>How a stream of audio is cut into events.</summary>
    /// <param name="session">The session in effect; null when the server has shown none.</param>
    public abstract (int SampleBytes, int ChunkBytes) GetChunking(RealtimeSession? session);

    /// <summary>The session that an event configures; null for every other event.</summary>
    public abstract SessionConfiguration? GetRequestedSession(TClientEvent clientEvent);

    /// <summary>The rules that an event breaks on a connection.</summary>
    /// <param name="clientEvent">The event.</param>
    /// <param name="session">The session in effect; null when the server has shown none.</param>
    /// <param name="notices">Which models end; null where that is not known.</param>
    public IReadOnlyList<ConstraintViolation> Validate(TClientEvent clientEvent, RealtimeSession? session, ModelNotices? notices)
    {
        var violations = clientEvent.Validate();
        if (GetRequestedSession(clientEvent) is not { } requested)
            return violations;
        violations = [.. EndpointRules.CompareShapes(requested, session?.Configuration), .. violations];
        return notices?.AddTo(violations, "session", requested) ?? violations;
    }

    /// <summary>Whether replies to events of this kind do not name the event, so that they can be matched only by their order.</summary>
    public abstract bool IsAnsweredInOrder(TClientEvent clientEvent);

    /// <summary>The event as it is sent so that the reply to it can be recognized.</summary>
    /// <exception cref="ArgumentException">The server never replies to events of this kind.</exception>
    public abstract TClientEvent ToRecognizable(TClientEvent clientEvent);

    /// <summary>Creates the event that reports an error of the server.</summary>
    public abstract TServerEvent CreateErrorEvent(RealtimeError error);

    /// <summary>
    /// Reads a message that may be a reply. An error that is not an event, such as the body of an HTTP answer that a compatible server
    /// sends over the WebSocket, is read as an error event.
    /// </summary>
    /// <param name="reader">The reader of events.</param>
    /// <param name="message">The message.</param>
    /// <param name="type">The type of the message; empty when it is not known.</param>
    public TServerEvent ReadReply(IEventReader<TServerEvent> reader, ReadOnlySpan<byte> message, ReadOnlySpan<byte> type)
    {
        var serverEvent = reader.Read(message, type);
        return serverEvent is IUnknownMessage or IMalformedMessage && ErrorWords.FindOutsideEvent(message) is { } error ? CreateErrorEvent(error) : serverEvent;
    }

    /// <summary>Whether an event of the server is the reply to an event that was sent as <see cref="ToRecognizable"/> made it.</summary>
    public abstract bool IsReply(TClientEvent sent, TServerEvent received);

    /// <summary>Whether an event that is the reply to no other pending event is the reply to this one, although it does not name it.</summary>
    public virtual bool IsUnnamedReply(TClientEvent sent, TServerEvent received) => false;
}
