namespace Realtime.Sdk;

/// <summary>The default conversation exists; follows <c>session.created</c>. Wire: <c>conversation.created</c>.</summary>
public sealed record ConversationCreatedEvent() : ServerEvent("conversation.created")
{
    /// <summary>The conversation.</summary>
    [JsonPropertyName("conversation")]
    public Conversation Conversation { get; init => field = value ?? new(); } = new();
}

/// <summary>The list of items a session holds. Wire: <c>conversation</c>.</summary>
public sealed record Conversation : WireObject
{
    /// <summary>The conversation's id.</summary>
    [JsonPropertyName("id"), JsonIgnore(Condition = WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Always <c>realtime.conversation</c>.</summary>
    [JsonPropertyName("object"), JsonIgnore(Condition = WhenWritingNull)]
    public string? Object { get; init; }
}
