namespace Realtime.Sdk;

/// <summary>
/// Noise reduction for input audio, which is applied before turn detection and the model. Wire: <c>audio.input.noise_reduction</c>, legacy
/// <c>input_audio_noise_reduction</c>.
/// </summary>
/// <remarks>
/// <see langword="null"/> in a configuration does not change the server's setting, which is off by default; <see cref="Off"/> turns noise reduction off.
/// </remarks>
public abstract partial record NoiseReduction : WireObject
{
    private protected NoiseReduction() { }

    /// <summary>No noise reduction. Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial NoiseReduction Off { get; }

    /// <summary>Noise reduction for microphones close to the mouth, such as headsets, at the server's default strength.</summary>
    public static NearFieldNoiseReduction NearField { get; } = new();

    /// <summary>Noise reduction for microphones in the room, such as those of laptops, at the server's default strength.</summary>
    public static FarFieldNoiseReduction FarField { get; } = new();

    /// <summary>The value of <c>type</c> on the wire; empty for <see cref="Off"/>.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Noise reduction for microphones close to the mouth, such as headsets. Wire: <c>near_field</c>.</summary>
[WireType("near_field")]
public sealed partial record NearFieldNoiseReduction : NoiseReduction
{
    /// <summary>The strength of noise reduction. The service documents no bounds; its default is 1. Null in an update does not change the strength.</summary>
    [JsonPropertyName("strength")]
    public double? Strength { get; init; }

    internal override void Check(Constraints constraints) => constraints.Finite(Strength, "strength");
}

/// <summary>Noise reduction for microphones in the room, such as those of laptops and meeting rooms. Wire: <c>far_field</c>.</summary>
[WireType("far_field")]
public sealed partial record FarFieldNoiseReduction : NoiseReduction
{
    /// <inheritdoc cref="NearFieldNoiseReduction.Strength"/>
    [JsonPropertyName("strength")]
    public double? Strength { get; init; }

    internal override void Check(Constraints constraints) => constraints.Finite(Strength, "strength");
}

/// <summary>Noise reduction of an unrecognized type, kept unchanged.</summary>
/// <param name="Type">The value of <c>type</c> on the wire; empty if there is none.</param>
/// <param name="Json">The whole JSON value.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial record UnknownNoiseReduction(string Type, JsonElement Json) : NoiseReduction, IUnknownVariant;
