namespace Realtime.Sdk;

/// <summary>The method by which the server detects that the user has finished speaking. Wire: <c>audio.input.turn_detection</c>.</summary>
/// <remarks>
/// <see langword="null"/> in a configuration does not change the server's setting, which is <see cref="ServerVad"/> by default; <see cref="Disabled"/> turns
/// turn detection off.
/// </remarks>
public abstract partial record TurnDetection : WireObject
{
    private protected TurnDetection() { }

    /// <summary>No turn detection: the client commits the input audio buffer and requests responses itself. Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial TurnDetection Disabled { get; }

    /// <summary>The value of <c>type</c> on the wire; empty for <see cref="Disabled"/>.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);

    private protected static void WarnOfInterruptions(Constraints constraints, bool? createResponse, bool? interruptResponse)
    {
        if (createResponse == false && interruptResponse != false)
            constraints.Warning("interrupt_response", null, "should be false when create_response is false: otherwise speech still cancels responses");
    }
}

/// <summary>Turn detection by volume and silence. Wire: <c>server_vad</c>.</summary>
[WireType("server_vad")]
public sealed partial record ServerVad : TurnDetection
{
    /// <summary>The volume at which audio is treated as speech, 0 to 1. Higher values suit noisy environments. The server's default is 0.5.</summary>
    [JsonPropertyName("threshold")]
    public double? Threshold { get; init; }

    /// <summary>The duration of audio to include from before speech starts, in whole milliseconds. The server's default is 300 ms.</summary>
    [JsonPropertyName("prefix_padding_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan? PrefixPadding { get; init; }

    /// <summary>The duration of silence that ends a turn, in whole milliseconds. The documented default is 500 ms; some servers use 200 ms.</summary>
    [JsonPropertyName("silence_duration_ms"), WireFormat(typeof(Milliseconds))]
    public TimeSpan? SilenceDuration { get; init; }

    /// <summary>
    /// The duration of silence after which the model speaks without being prompted, 5 to 30 seconds. <see cref="Timeout.InfiniteTimeSpan"/>, the server's
    /// default, disables it and is sent as <c>null</c>.
    /// </summary>
    [JsonPropertyName("idle_timeout_ms"), WireFormat(typeof(IdleTimeout))]
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether the server creates a response when speech stops. The server's default is <see langword="true"/>.</summary>
    [JsonPropertyName("create_response")]
    public bool? CreateResponse { get; init; }

    /// <summary>Whether speech interrupts a response. The server's default is <see langword="true"/>.</summary>
    [JsonPropertyName("interrupt_response")]
    public bool? InterruptResponse { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.InRange(Threshold, Limits.MinThreshold, Limits.MaxThreshold, "threshold");
        constraints.InRange(PrefixPadding, TimeSpan.Zero, Limits.MaxMilliseconds, "prefix_padding_ms");
        constraints.InRange(SilenceDuration, TimeSpan.Zero, Limits.MaxMilliseconds, "silence_duration_ms");
        if (IdleTimeout != Timeout.InfiniteTimeSpan)
            constraints.InRange(IdleTimeout, Limits.MinIdleTimeout, Limits.MaxIdleTimeout, "idle_timeout_ms");
        constraints.Forbid(this, "must not be sent: only semantic_vad accepts it", "eagerness");
        WarnOfInterruptions(constraints, CreateResponse, InterruptResponse);
    }
}

/// <summary>Turn detection by the content of speech, which waits longer after an unfinished sentence. Wire: <c>semantic_vad</c>.</summary>
[WireType("semantic_vad")]
public sealed partial record SemanticVad : TurnDetection
{
    /// <summary>How soon the model answers. The server's default is <c>auto</c>, which is the same as <c>medium</c>.</summary>
    [JsonPropertyName("eagerness")]
    public VadEagerness? Eagerness { get; init; }

    /// <inheritdoc cref="ServerVad.CreateResponse"/>
    [JsonPropertyName("create_response")]
    public bool? CreateResponse { get; init; }

    /// <inheritdoc cref="ServerVad.InterruptResponse"/>
    [JsonPropertyName("interrupt_response")]
    public bool? InterruptResponse { get; init; }

    internal override void Check(Constraints constraints)
    {
        constraints.Known(Eagerness, [VadEagerness.Auto, VadEagerness.Low, VadEagerness.Medium, VadEagerness.High], "eagerness");
        constraints.Forbid(
            this, "must not be sent: only server_vad accepts it", "threshold", "prefix_padding_ms", "silence_duration_ms", "idle_timeout_ms");
        WarnOfInterruptions(constraints, CreateResponse, InterruptResponse);
    }
}

/// <summary>Turn detection of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownTurnDetection(string Type, JsonElement Json) : TurnDetection, IUnknownVariant;

/// <summary>How soon the model answers with semantic turn detection. Wire: <c>turn_detection.eagerness</c>.</summary>
/// <param name="Value">The value on the wire.</param>
public readonly partial record struct VadEagerness(string Value) : IWireString<VadEagerness>
{
    /// <summary>Waits up to 8 seconds for the user to continue.</summary>
    public static VadEagerness Low { get; } = new("low");

    /// <summary>Waits up to 4 seconds for the user to continue.</summary>
    public static VadEagerness Medium { get; } = new("medium");

    /// <summary>Waits up to 2 seconds for the user to continue.</summary>
    public static VadEagerness High { get; } = new("high");

    /// <summary>The server's default, which is the same as <see cref="Medium"/>.</summary>
    public static VadEagerness Auto { get; } = new("auto");
}
