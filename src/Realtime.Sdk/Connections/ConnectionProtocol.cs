using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The parts of a WebSocket protocol that depend on its events. <see cref="EventConnection{TClientEvent, TServerEvent}"/> contains everything that is
/// common to all protocols.
/// </summary>
internal abstract class ConnectionProtocol<TClientEvent, TServerEvent>
    where TClientEvent : WireObject, IClientEvent
    where TServerEvent : WireObject, IServerEvent
{
    /// <summary>The type of the event that appends audio.</summary>
    public abstract string AppendType { get; }

    public abstract IEventReader<TServerEvent> CreateReader();

    /// <summary>Writes the event that appends audio, without creating the record.</summary>
    public abstract void WriteAppend(ReadOnlySpan<byte> audio, IBufferWriter<byte> output);

    /// <summary>Returns the size of a sample and of the chunks in which a stream of audio is sent, in bytes.</summary>
    /// <param name="session">The effective session; null if the server has not reported one.</param>
    public abstract (int SampleBytes, int ChunkBytes) GetChunking(RealtimeSession? session);

    /// <summary>Returns the session that an event configures; null for all other events.</summary>
    public abstract SessionConfiguration? GetRequestedSession(TClientEvent clientEvent);

    /// <summary>Returns the rules that an event violates on a connection.</summary>
    /// <param name="clientEvent">The event.</param>
    /// <param name="session">The effective session; null if the server has not reported one.</param>
    /// <param name="notices">The warnings about models that will be shut down; null if they are not known.</param>
    public IReadOnlyList<ConstraintViolation> Validate(TClientEvent clientEvent, RealtimeSession? session, ModelNotices? notices)
    {
        var violations = clientEvent.Validate();
        if (GetRequestedSession(clientEvent) is not { } requested)
            return violations;
        violations = [.. EndpointRules.CompareShapes(requested, session?.Configuration), .. violations];
        return notices?.AddTo(violations, "session", requested) ?? violations;
    }

    /// <summary>Whether replies to this type of event do not identify the event, so that they can be matched only by their order.</summary>
    public abstract bool IsAnsweredInOrder(TClientEvent clientEvent);

    /// <summary>Returns the event with the IDs that correlate the reply with it.</summary>
    /// <exception cref="ArgumentException">The server never replies to this type of event.</exception>
    public abstract TClientEvent WithCorrelationIds(TClientEvent clientEvent);

    /// <summary>Creates the event that reports an error of the server.</summary>
    public abstract TServerEvent CreateErrorEvent(RealtimeError error);

    /// <summary>
    /// Reads a message that may be a reply. An error that is not an event is converted to an error event. An example is the body of an HTTP response that
    /// a compatible server sends over the WebSocket.
    /// </summary>
    /// <param name="reader">The event reader.</param>
    /// <param name="message">The message.</param>
    /// <param name="type">The type of the message; empty if it is not known.</param>
    public TServerEvent ReadReply(IEventReader<TServerEvent> reader, ReadOnlySpan<byte> message, ReadOnlySpan<byte> type)
    {
        var serverEvent = reader.Read(message, type);
        return serverEvent is IUnknownMessage or IMalformedMessage && ServerErrorParser.FindOutsideEvent(message) is { } error ? CreateErrorEvent(error) : serverEvent;
    }

    /// <summary>Whether a server event is the reply to an event that <see cref="WithCorrelationIds"/> returned.</summary>
    public abstract bool IsReply(TClientEvent sent, TServerEvent received);

    /// <summary>Whether a server event that does not identify the client event, and is not the reply to another one, is the reply to this one.</summary>
    public virtual bool IsUncorrelatedReply(TClientEvent sent, TServerEvent received) => false;
}
