namespace Realtime.Sdk;

/// <summary>The server's conversation, which contains the items of a session. Wire: <c>conversation</c>.</summary>
public sealed partial record ConversationInfo : WireObject
{
    /// <summary>The ID of the conversation.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>Always <c>realtime.conversation</c>.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }
}
