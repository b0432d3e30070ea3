namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>Events of the server as messages of Microsoft.Extensions.AI.</summary>
internal static class ServerMessages
{
    /// <summary>The types that middleware recognizes, which an event of an unknown type must not have.</summary>
    private static readonly HashSet<string> KnownTypes = new(
        [
            .. new[]
            {
                RealtimeServerMessageType.ConversationItemAdded, RealtimeServerMessageType.ConversationItemDone, RealtimeServerMessageType.Error,
                RealtimeServerMessageType.InputAudioTranscriptionDelta, RealtimeServerMessageType.InputAudioTranscriptionCompleted,
                RealtimeServerMessageType.InputAudioTranscriptionFailed,
                RealtimeServerMessageType.OutputAudioDelta, RealtimeServerMessageType.OutputAudioDone,
                RealtimeServerMessageType.OutputAudioTranscriptionDelta, RealtimeServerMessageType.OutputAudioTranscriptionDone,
                RealtimeServerMessageType.OutputTextDelta, RealtimeServerMessageType.OutputTextDone,
                RealtimeServerMessageType.ResponseCreated, RealtimeServerMessageType.ResponseDone,
                RealtimeServerMessageType.ResponseOutputItemAdded, RealtimeServerMessageType.ResponseOutputItemDone,
            }.Select(type => type.Value),
        ],
        StringComparer.OrdinalIgnoreCase);

    public static RealtimeServerMessage Create(ServerEvent serverEvent, SessionConfiguration? session)
    {
        var message = CreateTyped(serverEvent, session) ?? new() { Type = TypeOf(serverEvent) };
        message.MessageId = serverEvent.EventId;
        message.RawRepresentation = serverEvent;
        return message;
    }

    private static RealtimeServerMessage? CreateTyped(ServerEvent serverEvent, SessionConfiguration? session) => serverEvent switch
    {
        ErrorEvent error => new ErrorRealtimeServerMessage { Error = Read(error.Error), OriginatingMessageId = error.Error.EventId },

        ResponseCreatedEvent created => CreateResponse(RealtimeServerMessageType.ResponseCreated, created.Response, session),
        ResponseDoneEvent done => CreateResponse(RealtimeServerMessageType.ResponseDone, done.Response, session),
        ResponseOutputItemAddedEvent added =>
            CreateItem(RealtimeServerMessageType.ResponseOutputItemAdded, added.Item, false, session, added.ResponseId, added.OutputIndex),
        ResponseOutputItemDoneEvent done =>
            CreateItem(RealtimeServerMessageType.ResponseOutputItemDone, done.Item, true, session, done.ResponseId, done.OutputIndex),

        ResponseOutputTextDeltaEvent text => CreateContent(RealtimeServerMessageType.OutputTextDelta, text, text.Delta),
        ResponseOutputTextDoneEvent text => CreateContent(RealtimeServerMessageType.OutputTextDone, text, text.Text),
        ResponseOutputAudioTranscriptDeltaEvent text => CreateContent(RealtimeServerMessageType.OutputAudioTranscriptionDelta, text, text.Delta),
        ResponseOutputAudioTranscriptDoneEvent text => CreateContent(RealtimeServerMessageType.OutputAudioTranscriptionDone, text, text.Transcript),
        ResponseOutputAudioDeltaEvent audio => CreateContent(RealtimeServerMessageType.OutputAudioDelta, audio, null, Convert.ToBase64String(audio.Delta.Span)),
        ResponseOutputAudioDoneEvent audio => CreateContent(RealtimeServerMessageType.OutputAudioDone, audio, null),

        ConversationItemAddedEvent added => CreateItem(RealtimeServerMessageType.ConversationItemAdded, added.Item, false, session),
        ConversationItemCreatedEvent created => CreateItem(RealtimeServerMessageType.ConversationItemAdded, created.Item, false, session),
        ConversationItemDoneEvent done => CreateItem(RealtimeServerMessageType.ConversationItemDone, done.Item, false, session),
        ConversationItemRetrievedEvent retrieved => CreateItem(TypeOf(serverEvent), retrieved.Item, false, session),

        ConversationItemInputAudioTranscriptionDeltaEvent delta =>
            CreateTranscription(RealtimeServerMessageType.InputAudioTranscriptionDelta, delta.ItemId, delta.ContentIndex, delta.Delta),
        ConversationItemInputAudioTranscriptionCompletedEvent completed =>
            CreateTranscription(
                RealtimeServerMessageType.InputAudioTranscriptionCompleted, completed.ItemId, completed.ContentIndex, completed.Transcript, UsageMapping.Read(completed.Usage)),
        ConversationItemInputAudioTranscriptionFailedEvent failed =>
            CreateTranscription(RealtimeServerMessageType.InputAudioTranscriptionFailed, failed.ItemId, failed.ContentIndex, null, null, Read(failed.Error)),

        // Microsoft.Extensions.AI has the message for items, but no types for tools that the service runs.
        McpListToolsInProgressEvent listing => CreateReference(serverEvent, listing.ItemId),
        McpListToolsCompletedEvent listing => CreateReference(serverEvent, listing.ItemId),
        McpListToolsFailedEvent listing => CreateReference(serverEvent, listing.ItemId),
        ResponseMcpCallInProgressEvent call => CreateReference(serverEvent, call.ItemId, call.OutputIndex),
        ResponseMcpCallCompletedEvent call => CreateReference(serverEvent, call.ItemId, call.OutputIndex),
        ResponseMcpCallFailedEvent call => CreateReference(serverEvent, call.ItemId, call.OutputIndex),
        _ => null,
    };

    /// <summary>The type of the wire, unless it is not usable as a type or could be taken for another message.</summary>
    private static RealtimeServerMessageType TypeOf(ServerEvent serverEvent) =>
        serverEvent is MalformedEvent || string.IsNullOrWhiteSpace(serverEvent.Type) || KnownTypes.Contains(serverEvent.Type)
            ? RealtimeServerMessageType.RawContentOnly
            : new(serverEvent.Type);

    private static ResponseCreatedRealtimeServerMessage CreateResponse(RealtimeServerMessageType type, RealtimeResponse response, SessionConfiguration? session) => new(type)
    {
        ResponseId = response.Id,
        Status = response.Status?.Value,
        Items = ItemReader.Read(response.Output, session),
        OutputModalities = FormatMapping.ReadModalities(response.OutputModalities),
        OutputVoice = FormatMapping.ReadVoice(response.Audio?.Output?.Voice),
        OutputAudioOptions = FormatMapping.ReadFormat(response.Audio?.Output?.Format),
        MaxOutputTokens = FormatMapping.ReadLimit(response.MaxOutputTokens),
        AdditionalProperties = response.Metadata is { Count: > 0 } metadata ? new(metadata.Select(entry => KeyValuePair.Create(entry.Key, (object?)entry.Value))) : null,
        Usage = UsageMapping.Read(response.Usage),
        Error = response.StatusDetails?.Error is { } error
            ? new(error.Message ?? error.Type ?? error.Code) { ErrorCode = error.Code ?? error.Type, RawRepresentation = error }
            : null,
    };

    private static ResponseOutputItemRealtimeServerMessage CreateItem(
        RealtimeServerMessageType type, ConversationItem item, bool mayInvoke, SessionConfiguration? session, string? responseId = null, int? outputIndex = null) =>
        new(type) { Item = ItemReader.Read(item, mayInvoke, session), ResponseId = responseId, OutputIndex = outputIndex };

    private static ResponseOutputItemRealtimeServerMessage CreateReference(ServerEvent serverEvent, string itemId, int? outputIndex = null) =>
        new(TypeOf(serverEvent)) { Item = new([], itemId), OutputIndex = outputIndex };

    private static OutputTextAudioRealtimeServerMessage CreateContent(RealtimeServerMessageType type, ResponseContentEvent content, string? text, string? audio = null) => new(type)
    {
        Text = text,
        Audio = audio,
        ItemId = content.ItemId,
        ResponseId = content.ResponseId,
        OutputIndex = content.OutputIndex,
        ContentIndex = content.ContentIndex,
    };

    private static InputAudioTranscriptionRealtimeServerMessage CreateTranscription(
        RealtimeServerMessageType type, string itemId, int? contentIndex, string? text, UsageDetails? usage = null, ErrorContent? error = null) =>
        new(type) { ItemId = itemId, ContentIndex = contentIndex, Transcription = text, Usage = usage, Error = error };

    private static ErrorContent Read(RealtimeError error) => new(error.Message) { ErrorCode = error.Code ?? error.Type, Details = error.Param, RawRepresentation = error };
}
