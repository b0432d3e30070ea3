namespace Realtime.Sdk;

/// <summary>An item of a response has started a content part. Wire: <c>response.content_part.added</c>.</summary>
[WireType("response.content_part.added")]
public sealed partial record ResponseContentPartAddedEvent : ResponseContentEvent
{
    /// <summary>The part, which is still empty.</summary>
    [JsonPropertyName("part")]
    public ContentPart Part { get; init => field = value ?? ContentPart.Missing; } = ContentPart.Missing;
}

/// <summary>A content part has ended; also sent if the response was canceled. Wire: <c>response.content_part.done</c>.</summary>
[WireType("response.content_part.done")]
public sealed partial record ResponseContentPartDoneEvent : ResponseContentEvent
{
    /// <summary>The complete part, without audio bytes.</summary>
    [JsonPropertyName("part")]
    public ContentPart Part { get; init => field = value ?? ContentPart.Missing; } = ContentPart.Missing;
}
