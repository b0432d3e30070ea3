using System.Buffers;

namespace Realtime.Sdk.Internal;

/// <summary>The protocol of realtime and transcription sessions.</summary>
internal sealed class RealtimeProtocol : ConnectionProtocol<ClientEvent, ServerEvent>
{
    // The server returns the metadata of a response, but not the ID of the event that requested it.
    private const string MetadataKey = "realtime_sdk_request";

    public static RealtimeProtocol Instance { get; } = new();

    public override string AppendType => "input_audio_buffer.append";

    public override IEventReader<ServerEvent> CreateReader() => new ServerEventReader();

    public override void WriteAppend(ReadOnlySpan<byte> audio, IBufferWriter<byte> output) => InputAudioBufferAppendEvent.Write(audio, output);

    public override (int SampleBytes, int ChunkBytes) GetChunking(RealtimeSession? session) => AudioAppendRules.GetChunking(session);

    public override SessionConfiguration? GetRequestedSession(ClientEvent clientEvent) => clientEvent switch
    {
        SessionUpdateEvent update => update.Session,
        TranscriptionSessionUpdateEvent update => update.Session,
        _ => null,
    };

    public override bool IsAnsweredInOrder(ClientEvent clientEvent) =>
        clientEvent is SessionUpdateEvent or TranscriptionSessionUpdateEvent or InputAudioBufferCommitEvent or InputAudioBufferClearEvent;

    /// <summary>Adds an event ID and, if needed, an item ID or a metadata entry.</summary>
    public override ClientEvent WithCorrelationIds(ClientEvent clientEvent)
    {
        var known = clientEvent switch
        {
            ConversationItemCreateEvent { Item.Id: null or "" } create => create with { Item = create.Item with { Id = CreateId("item_", 24) } },
            ResponseCreateEvent create => create with { Response = AddTag(create.Response ?? new()) },
            ConversationItemCreateEvent or ConversationItemDeleteEvent or ConversationItemRetrieveEvent or ConversationItemTruncateEvent
                or ResponseCancelEvent or OutputAudioBufferClearEvent => clientEvent,
            _ when IsAnsweredInOrder(clientEvent) => clientEvent,
            _ => throw new ArgumentException($"The server never replies to {PeerText.Sanitize(clientEvent.Type)}: send it with SendAsync.", nameof(clientEvent)),
        };
        return known.EventId is null ? known with { EventId = CreateId("evt_", 24) } : known;
    }

    public override ServerEvent CreateErrorEvent(RealtimeError error) => new ErrorEvent { Error = error };

    public override bool IsReply(ClientEvent sent, ServerEvent received) => (sent, received) switch
    {
        (_, ErrorEvent error) => sent.EventId is { } id && error.Error.EventId == id,
        (SessionUpdateEvent, SessionUpdatedEvent) => true,
        (TranscriptionSessionUpdateEvent, TranscriptionSessionUpdatedEvent) => true,
        (InputAudioBufferCommitEvent, InputAudioBufferCommittedEvent) => true,
        (InputAudioBufferClearEvent, InputAudioBufferClearedEvent) => true,
        (ConversationItemCreateEvent create, ConversationItemAddedEvent added) => added.Item.Id == create.Item.Id,
        (ConversationItemCreateEvent create, ConversationItemCreatedEvent created) => created.Item.Id == create.Item.Id,
        (ConversationItemDeleteEvent delete, ConversationItemDeletedEvent deleted) => deleted.ItemId == delete.ItemId,
        (ConversationItemRetrieveEvent retrieve, ConversationItemRetrievedEvent retrieved) => retrieved.Item.Id == retrieve.ItemId,
        (ConversationItemTruncateEvent truncate, ConversationItemTruncatedEvent truncated) => truncated.ItemId == truncate.ItemId,
        (ResponseCreateEvent create, ResponseCreatedEvent created) => GetTag(created.Response.Metadata) == GetTag(create.Response!.Metadata),
        (ResponseCreateEvent create, ResponseDoneEvent done) => GetTag(done.Response.Metadata) == GetTag(create.Response!.Metadata),
        (ResponseCancelEvent { ResponseId: { } id }, ResponseDoneEvent done) => done.Response.Id == id,
        _ => false,
    };

    // A cancel without a response ID fails if the response has already ended in any other way. A call that plays nothing does not reply to a clear, so clears
    // that are sent without waiting are not added to the order of replies.
    public override bool IsUncorrelatedReply(ClientEvent sent, ServerEvent received) => (sent, received) switch
    {
        (ResponseCancelEvent { ResponseId: null }, ResponseDoneEvent done) => done.Response.Status == ResponseStatus.Cancelled,
        (OutputAudioBufferClearEvent, OutputAudioBufferClearedEvent) => true,
        _ => false,
    };

    private static ResponseConfiguration AddTag(ResponseConfiguration response)
    {
        var metadata = new Dictionary<string, string>(response.Metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        metadata.TryAdd(MetadataKey, CreateId("", 16));
        return response with { Metadata = metadata };
    }

    private static string CreateId(string prefix, int digits) => prefix + Guid.NewGuid().ToString("N")[..digits];

    private static string? GetTag(IReadOnlyDictionary<string, string>? metadata) => metadata?.GetValueOrDefault(MetadataKey);
}
