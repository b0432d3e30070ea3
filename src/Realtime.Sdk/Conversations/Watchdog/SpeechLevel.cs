namespace Realtime.Sdk.Internal;

/// <summary>
/// Estimates from the level of audio whether it can be speech, which is louder than steady noise such as that of a car. Not thread-safe; allocates nothing.
/// </summary>
internal sealed class SpeechLevel
{
    /// <summary>Below this level, about −50 dB, there is no speech.</summary>
    private const double Quiet = 0.003;

    /// <summary>The minimum level of speech, about −34 dB.</summary>
    private const double Loud = 0.02;

    /// <summary>How much louder than the noise speech is: about 10 dB.</summary>
    private const double MinRatio = 3;

    /// <summary>The time in which the estimate of the noise doubles. It falls again in the pauses of speech, so that it does not reach the level of speech.</summary>
    private static readonly TimeSpan Doubling = TimeSpan.FromSeconds(4);

    private double _noise = Loud / MinRatio;

    /// <summary>Whether the last audio can be speech.</summary>
    public bool IsLoud { get; private set; }

    /// <summary>Whether the last audio cannot contain speech.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>Measures the next audio: whole samples, and their duration.</summary>
    public void Add(ReadOnlySpan<byte> audio, SampleFormat format, TimeSpan duration)
    {
        var level = LevelMeter.Measure(audio, format).Rms;
        var noise = Math.Min(1, _noise * Math.Pow(2, duration / Doubling));
        _noise = Math.Max(Loud / MinRatio, Math.Min(noise, level));
        (IsLoud, IsQuiet) = (level >= Loud && level >= noise * MinRatio, level < Quiet);
    }
}
