namespace Realtime.Sdk;

/// <summary>The list of items a session holds. Wire: <c>conversation</c>.</summary>
public sealed partial record ConversationInfo : WireObject
{
    /// <summary>The conversation's id.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>Always <c>realtime.conversation</c>.</summary>
    [JsonPropertyName("object")]
    public string? Object { get; init; }
}
