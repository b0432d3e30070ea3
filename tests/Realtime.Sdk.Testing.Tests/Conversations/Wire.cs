namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>Events as a server sends them.</summary>
internal static class Wire
{
    public static ResponseCreatedEvent Created(string id, IReadOnlyDictionary<string, string>? metadata = null, string? conversationId = "conv_1") =>
        new() { Response = new() { Id = id, Status = ResponseStatus.InProgress, ConversationId = conversationId, Metadata = metadata } };

    public static ResponseDoneEvent Done(
        string id, ResponseStatus? status = null, IReadOnlyDictionary<string, string>? metadata = null, string? conversationId = "conv_1",
        ResponseStatusDetails? details = null, ResponseUsage? usage = null) => new()
        {
            Response = new()
            {
                Id = id,
                Status = status ?? ResponseStatus.Completed,
                StatusDetails = details,
                ConversationId = conversationId,
                Metadata = metadata,
                Usage = usage,
            },
        };

    public static ServerEvent[] Item(string responseId, string itemId, string? previousItemId = null)
    {
        var item = new MessageItem { Id = itemId, Role = ItemRole.Assistant, Status = ItemStatus.InProgress, Content = [] };
        return [new ResponseOutputItemAddedEvent { ResponseId = responseId, Item = item }, new ConversationItemAddedEvent { Item = item, PreviousItemId = previousItemId }];
    }

    /// <summary>A text answer of one item, from its item to the end of the response.</summary>
    public static ServerEvent[] Text(string responseId, string itemId, string text, string? previousItemId = null) =>
    [
        .. Item(responseId, itemId, previousItemId),
        new ResponseOutputTextDeltaEvent { ResponseId = responseId, ItemId = itemId, Delta = text },
        new ResponseOutputTextDoneEvent { ResponseId = responseId, ItemId = itemId, Text = text },
        Done(responseId),
    ];

    /// <summary>A piece of spoken answer: its words and its audio.</summary>
    public static ServerEvent[] Speech(string responseId, string itemId, string text, int milliseconds) =>
    [
        new ResponseOutputAudioTranscriptDeltaEvent { ResponseId = responseId, ItemId = itemId, Delta = text },
        Audio(responseId, itemId, milliseconds),
    ];

    public static ResponseOutputAudioDeltaEvent Audio(string responseId, string itemId, int milliseconds) =>
        new() { ResponseId = responseId, ItemId = itemId, Delta = Sounds.Speech(milliseconds / 1000.0) };

    public static ServerEvent[] SpeechDone(string responseId, string itemId, string text) =>
    [
        new ResponseOutputAudioDoneEvent { ResponseId = responseId, ItemId = itemId },
        new ResponseOutputAudioTranscriptDoneEvent { ResponseId = responseId, ItemId = itemId, Transcript = text },
    ];

    public static InputAudioBufferSpeechStartedEvent SpeechStarted(string itemId, int milliseconds = 0) =>
        new() { ItemId = itemId, AudioStart = TimeSpan.FromMilliseconds(milliseconds) };

    /// <summary>What ends a turn of the user: from <c>speech_stopped</c> to the item.</summary>
    public static ServerEvent[] Committed(string itemId, string? previousItemId = null, int milliseconds = 1000) =>
    [
        new InputAudioBufferSpeechStoppedEvent { ItemId = itemId, AudioEnd = TimeSpan.FromMilliseconds(milliseconds) },
        new InputAudioBufferCommittedEvent { ItemId = itemId, PreviousItemId = previousItemId },
        new ConversationItemAddedEvent
        {
            PreviousItemId = previousItemId,
            Item = new MessageItem { Id = itemId, Role = ItemRole.User, Status = ItemStatus.Completed, Content = [new InputAudioPart()] },
        },
    ];

    public static ConversationItemInputAudioTranscriptionCompletedEvent Transcript(string itemId, string text) => new() { ItemId = itemId, Transcript = text };

    public static ErrorEvent Error(string code, string? eventId = null, string message = "No.") =>
        new() { Error = new() { Type = "invalid_request_error", Code = code, Message = message, EventId = eventId } };

    public static FunctionCallItem Call(string callId, string name = "cook", string arguments = "{}") =>
        new() { Id = $"item_{callId}", CallId = callId, Name = name, Arguments = arguments, Status = ItemStatus.Completed };

    public static ResponseOutputItemDoneEvent ItemDone(string responseId, ConversationItem item) => new() { ResponseId = responseId, Item = item };

    /// <summary>A whole response that makes calls.</summary>
    public static ServerEvent[] Calls(string responseId, params IReadOnlyList<ConversationItem> calls) =>
    [
        Created(responseId), .. calls.Select(call => ItemDone(responseId, call)), DoneWith(responseId, calls),
    ];

    public static ResponseDoneEvent DoneWith(string id, params IReadOnlyList<ConversationItem> output)
    {
        var done = Done(id);
        return done with { Response = done.Response with { Output = output } };
    }

    public static McpApprovalRequestItem ApprovalRequest(string id, string name = "search") =>
        new() { Id = id, ServerLabel = "web", Name = name, Arguments = """{"q":"soup"}""" };

    public static McpCallItem McpCall(string id, string? approvalRequestId = null, string? output = "found") =>
        new() { Id = id, ServerLabel = "web", Name = "search", Arguments = """{"q":"soup"}""", ApprovalRequestId = approvalRequestId, Output = output };

    public static MessageItem Message(string itemId, string text) =>
        new() { Id = itemId, Role = ItemRole.Assistant, Status = ItemStatus.Completed, Content = [new OutputTextPart { Text = text }] };
}
