namespace Realtime.Sdk;

/// <summary>
/// How input audio is cleaned before turn detection and the model hear it. Wire: <c>audio.input.noise_reduction</c>, legacy
/// <c>input_audio_noise_reduction</c>.
/// </summary>
/// <remarks>
/// <see langword="null"/> in a configuration leaves the server's setting alone (its default is off); <see cref="Off"/> turns it off.
/// </remarks>
public abstract partial record NoiseReduction : WireObject
{
    private protected NoiseReduction() { }

    /// <summary>No noise reduction. Wire: <c>null</c>.</summary>
    [WireValue(null)]
    public static partial NoiseReduction Off { get; }

    /// <summary>For microphones close to the mouth, such as headsets, at the server's strength.</summary>
    public static NearFieldNoiseReduction NearField { get; } = new();

    /// <summary>For microphones in the room, such as those of laptops, at the server's strength.</summary>
    public static FarFieldNoiseReduction FarField { get; } = new();

    /// <summary>The wire discriminator; empty for <see cref="Off"/>.</summary>
    [JsonPropertyName("type")]
    public abstract string Type { get; }

    internal abstract override void Check(Constraints constraints);
}

/// <summary>Noise reduction for microphones close to the mouth, such as headsets. Wire: <c>near_field</c>.</summary>
[WireType("near_field")]
public sealed partial record NearFieldNoiseReduction : NoiseReduction
{
    /// <summary>
    /// How strongly noise is reduced; the service documents no bounds. The server's default is 1; left out of an update, the
    /// strength stays.
    /// </summary>
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

/// <summary>Noise reduction of a kind this version does not know, kept as it came.</summary>
/// <param name="Type">The wire discriminator; empty when the object names none.</param>
/// <param name="Json">The whole JSON value.</param>
public sealed partial record UnknownNoiseReduction(string Type, JsonElement Json) : NoiseReduction, IUnknownVariant;
