namespace Realtime.Sdk;

/// <summary>The reasoning settings. Only reasoning models (the gpt-realtime-2 family) accept them. Wire: <c>reasoning</c>.</summary>
public sealed partial record RealtimeReasoning : WireObject
{
    /// <summary>The amount of reasoning before the model answers. The server's default is <c>low</c>.</summary>
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

/// <summary>The amount of reasoning before the model answers. Less is faster and uses fewer tokens. Wire: <c>reasoning.effort</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct RealtimeReasoningEffort(string Value) : IWireString<RealtimeReasoningEffort>
{
    /// <summary>Minimal reasoning.</summary>
    public static RealtimeReasoningEffort Minimal { get; } = new("minimal");

    /// <summary>Little reasoning, which is the server's default for realtime sessions.</summary>
    public static RealtimeReasoningEffort Low { get; } = new("low");

    /// <summary>A medium amount of reasoning.</summary>
    public static RealtimeReasoningEffort Medium { get; } = new("medium");

    /// <summary>Much reasoning.</summary>
    public static RealtimeReasoningEffort High { get; } = new("high");

    /// <summary>The maximum amount of reasoning. Azure does not document this value.</summary>
    public static RealtimeReasoningEffort XHigh { get; } = new("xhigh");
}
