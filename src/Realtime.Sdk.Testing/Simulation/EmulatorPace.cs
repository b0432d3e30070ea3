using System.Globalization;

namespace Realtime.Sdk.Testing;

/// <summary>
/// The speed at which the emulator's model generates its output, as a multiple of the playback speed, by the clock of
/// <see cref="RealtimeEmulatorOptions.TimeProvider"/>. Text and arguments of calls take as long as if they were spoken. The pace applies only to
/// generation: in a call, the emulator plays audio in real time at any pace; over a WebSocket, the client plays it.
/// </summary>
public readonly record struct EmulatorPace
{
    private const double MinFactor = 0.01, MaxFactor = 1000;

    private readonly double _factor;

    private EmulatorPace(double factor) => _factor = factor;

    /// <summary>Everything is sent immediately. This is the default, and the best choice for most tests.</summary>
    public static EmulatorPace Instant => default;

    /// <summary>
    /// Four times as fast as speech, similar to the service: generation ends while the audio is still being played. Use it to test a client that plays audio
    /// and can be interrupted.
    /// </summary>
    public static EmulatorPace Service => new(4);

    /// <summary>As fast as speech: audio is sent no faster than it is played, so a response can be interrupted or canceled at any word.</summary>
    public static EmulatorPace Speech => new(1);

    /// <summary>The number of seconds of audio that are generated in a second; infinity for <see cref="Instant"/>.</summary>
    public double Factor => IsInstant ? double.PositiveInfinity : _factor;

    internal bool IsInstant => _factor == 0;

    /// <summary>Creates a pace.</summary>
    /// <param name="factor">The number of seconds of audio that are generated in a second, from 0.01 to 1,000. Below 1, playback has gaps.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not a number from 0.01 to 1,000.</exception>
    public static EmulatorPace AtFactor(double factor)
    {
        if (factor is not (>= MinFactor and <= MaxFactor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, $"The factor must be from {MinFactor} to {MaxFactor}.");
        return new(factor);
    }

    /// <summary>Returns the factor, for example <c>4x</c>, or <c>instant</c>.</summary>
    public override string ToString() => IsInstant ? "instant" : string.Create(CultureInfo.InvariantCulture, $"{_factor}x");

    /// <summary>Returns the time to generate audio with the duration <paramref name="played"/>.</summary>
    internal TimeSpan GetGenerationTime(TimeSpan played) => IsInstant ? TimeSpan.Zero : played / _factor;
}
