namespace Realtime.Sdk;

/// <summary>An item of a response begins a part. Wire: <c>response.content_part.added</c>.</summary>
[WireType("response.content_part.added")]
public sealed partial record ResponseContentPartAddedEvent : ResponseContentEvent
{
    /// <summary>The part, still empty.</summary>
    [JsonPropertyName("part")]
    public ContentPart Part { get; init => field = value ?? ContentPart.Missing; } = ContentPart.Missing;
}

/// <summary>A part has ended, also when the response was cancelled. Wire: <c>response.content_part.done</c>.</summary>
[WireType("response.content_part.done")]
public sealed partial record ResponseContentPartDoneEvent : ResponseContentEvent
{
    /// <summary>The whole part, without audio bytes.</summary>
    [JsonPropertyName("part")]
    public ContentPart Part { get; init => field = value ?? ContentPart.Missing; } = ContentPart.Missing;
}
