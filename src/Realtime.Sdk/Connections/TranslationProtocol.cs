using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>The protocol of translation sessions.</summary>
internal sealed class TranslationProtocol : ConnectionProtocol<TranslationClientEvent, TranslationServerEvent>
{
    public static TranslationProtocol Instance { get; } = new();

    public override string AppendType => "session.input_audio_buffer.append";

    public override IEventReader<TranslationServerEvent> CreateReader() => new TranslationEventReader();

    public override void WriteAppend(ReadOnlySpan<byte> audio, IBufferWriter<byte> output) =>
        TranslationSessionInputAudioBufferAppendEvent.Write(audio, output);

    public override (int SampleBytes, int ChunkBytes) GetChunking(RealtimeSession? session) => AudioAppendRules.TranslationChunking;

    public override SessionConfiguration? GetRequestedSession(TranslationClientEvent clientEvent) => (clientEvent as TranslationSessionUpdateEvent)?.Session;

    public override bool IsAnsweredInOrder(TranslationClientEvent clientEvent) => clientEvent is TranslationSessionUpdateEvent or TranslationSessionCloseEvent;

    /// <summary>Returns the event unchanged: an error without an event ID counts as the reply, because translation sessions have no other requests.</summary>
    public override TranslationClientEvent WithCorrelationIds(TranslationClientEvent clientEvent) => IsAnsweredInOrder(clientEvent)
        ? clientEvent
        : throw new ArgumentException($"The server never replies to {PeerText.Sanitize(clientEvent.Type)}: send it with SendAsync.", nameof(clientEvent));

    public override TranslationServerEvent CreateErrorEvent(RealtimeError error) => new TranslationErrorEvent { Error = error };

    public override bool IsReply(TranslationClientEvent sent, TranslationServerEvent received) => (sent, received) switch
    {
        (_, TranslationErrorEvent error) => error.Error.EventId is null or "" || error.Error.EventId == sent.EventId,
        (TranslationSessionUpdateEvent, TranslationSessionUpdatedEvent) => true,
        (TranslationSessionCloseEvent, TranslationSessionClosedEvent) => true,
        _ => false,
    };
}
