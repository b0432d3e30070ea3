namespace Realtime.Sdk;

/// <summary>The default conversation was created; follows <see cref="SessionCreatedEvent"/>. Wire: <c>conversation.created</c>.</summary>
[WireType("conversation.created")]
public sealed partial record ConversationCreatedEvent : ServerEvent
{
    /// <summary>The conversation.</summary>
    [JsonPropertyName("conversation")]
    public ConversationInfo Conversation { get; init => field = value ?? new(); } = new();
}
