namespace Realtime.Sdk;

/// <summary>More text of the model. Wire: <c>response.output_text.delta</c>, beta <c>response.text.delta</c>.</summary>
public sealed record ResponseOutputTextDeltaEvent() : ResponseContentEvent("response.output_text.delta")
{
    /// <summary>The text to append.</summary>
    [JsonPropertyName("delta")]
    public string Delta { get; init => field = value ?? ""; } = "";
}

/// <summary>All text of a part, also when the response was cancelled. Wire: <c>response.output_text.done</c>, beta <c>response.text.done</c>.</summary>
public sealed record ResponseOutputTextDoneEvent() : ResponseContentEvent("response.output_text.done")
{
    /// <summary>The whole text.</summary>
    [JsonPropertyName("text")]
    public string Text { get; init => field = value ?? ""; } = "";
}
