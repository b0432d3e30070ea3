namespace Realtime.Sdk;

/// <summary>What the model answers to one <see cref="ResponseCreateEvent"/>, or to one turn. Wire: <c>response</c> of server events.</summary>
public sealed record RealtimeResponse : WireObject
{
    /// <summary>The response's id.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Always <c>realtime.response</c>.</summary>
    [JsonPropertyName("object"), JsonIgnore(Condition = WhenWritingNull)]
    public string? Object { get; init; }

    /// <summary>How far the response has come, and how it ended.</summary>
    [JsonPropertyName("status"), JsonIgnore(Condition = WhenWritingNull)]
    public ResponseStatus? Status { get; init; }

    /// <summary>Why it ended that way; null while it runs, and mostly when it is completed.</summary>
    [JsonPropertyName("status_details"), JsonConverter(typeof(ResponseStatusDetails.Converter)), JsonIgnore(Condition = WhenWritingNull)]
    public ResponseStatusDetails? StatusDetails { get; init; }

    /// <summary>The items of the answer, without audio bytes; empty in <see cref="ResponseCreatedEvent"/>.</summary>
    [JsonPropertyName("output"), JsonIgnore(Condition = WhenWritingNull)]
    public IReadOnlyList<ConversationItem>? Output { get; init; }

    /// <summary>The conversation the answer was added to; null for a response outside it.</summary>
    [JsonPropertyName("conversation_id"), JsonIgnore(Condition = WhenWritingNull)]
    public string? ConversationId { get; init; }

    /// <summary>What the response cost; null until it has ended.</summary>
    [JsonPropertyName("usage"), JsonIgnore(Condition = WhenWritingNull)]
    public ResponseUsage? Usage { get; init; }

    /// <summary>The <c>metadata</c> it was asked with: the way to tell your own responses apart.</summary>
    [JsonPropertyName("metadata"), JsonIgnore(Condition = WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
