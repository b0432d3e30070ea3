namespace Realtime.Sdk;

/// <summary>How the model reasons. Only reasoning models (the gpt-realtime-2 family) take it. Wire: <c>reasoning</c>.</summary>
public sealed partial record RealtimeReasoning : WireObject
{
    /// <summary>How much the model thinks before it speaks. The server's default is <c>low</c>.</summary>
    [JsonPropertyName("effort")]
    public RealtimeReasoningEffort? Effort { get; init; }

    internal override void Check(Constraints constraints) => constraints.Known(
        Effort,
        [
            RealtimeReasoningEffort.Minimal, RealtimeReasoningEffort.Low, RealtimeReasoningEffort.Medium, RealtimeReasoningEffort.High,
            RealtimeReasoningEffort.XHigh,
        ],
        "effort");
}

/// <summary>How much the model thinks before it speaks; less is faster and uses fewer tokens. Wire: <c>reasoning.effort</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct RealtimeReasoningEffort(string Value) : IWireString<RealtimeReasoningEffort>
{
    /// <summary>Hardly any.</summary>
    public static RealtimeReasoningEffort Minimal { get; } = new("minimal");

    /// <summary>Little; the server's default for realtime sessions.</summary>
    public static RealtimeReasoningEffort Low { get; } = new("low");

    /// <summary>Some.</summary>
    public static RealtimeReasoningEffort Medium { get; } = new("medium");

    /// <summary>Much.</summary>
    public static RealtimeReasoningEffort High { get; } = new("high");

    /// <summary>The most. Azure does not document it.</summary>
    public static RealtimeReasoningEffort XHigh { get; } = new("xhigh");
}
