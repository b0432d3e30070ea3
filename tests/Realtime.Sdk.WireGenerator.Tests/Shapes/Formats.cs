namespace Example.Shapes;

/// <summary>Values whose type does not say how they stand on the wire, and JSON of any shape.</summary>
public sealed partial record Formats : WireObject
{
    [JsonPropertyName("delay_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan Delay { get; init; }

    [JsonPropertyName("timeout_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan? Timeout { get; init; }

    /// <summary>The format reads null itself.</summary>
    [JsonPropertyName("idle_timeout_ms"), WireFormat(typeof(IdleTimeout))]
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Stored as the received bytes.</summary>
    [JsonPropertyName("metadata")]
    public partial JsonElement? Metadata { get; init; }
}
