using System.Globalization;

namespace Realtime.Sdk.Testing;

/// <summary>
/// How fast the emulator's model generates its output, as a multiple of how fast that output plays. Text and the arguments of calls are generated as
/// fast as if they were spoken. It is the pace of generation only: in a call the emulator plays audio in real time whatever the pace, and over a
/// WebSocket the client plays it. Time passes by <see cref="RealtimeEmulatorOptions.TimeProvider"/>.
/// </summary>
public readonly record struct EmulatorPace
{
    private const double MinFactor = 0.01, MaxFactor = 1000;

    private readonly double _factor;

    private EmulatorPace(double factor) => _factor = factor;

    /// <summary>The whole answer leaves at once, and nothing else takes time. The default, and right for most tests.</summary>
    public static EmulatorPace Instant => default;

    /// <summary>
    /// Four times as fast as speech, about as the service does it: generation ends while the audio still plays. What a client needs to be tested
    /// with when it plays audio and can be interrupted.
    /// </summary>
    public static EmulatorPace Service => new(4);

    /// <summary>As fast as speech: audio leaves no faster than it plays, so that a response can be interrupted or canceled at any word.</summary>
    public static EmulatorPace Speech => new(1);

    /// <summary>How many seconds of audio are generated in a second; infinity for <see cref="Instant"/>.</summary>
    public double Factor => IsInstant ? double.PositiveInfinity : _factor;

    internal bool IsInstant => _factor == 0;

    /// <summary>Any other pace.</summary>
    /// <param name="factor">How many seconds of audio are generated in a second, from 0.01 to 1,000. Below 1 playback runs dry.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not a number from 0.01 to 1,000.</exception>
    public static EmulatorPace AtFactor(double factor)
    {
        if (factor is not (>= MinFactor and <= MaxFactor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, $"The factor must be from {MinFactor} to {MaxFactor}.");
        return new(factor);
    }

    /// <summary>The factor, such as <c>4x</c>, or <c>instant</c>.</summary>
    public override string ToString() => IsInstant ? "instant" : string.Create(CultureInfo.InvariantCulture, $"{_factor}x");

    /// <summary>How long it takes to generate what takes so long to play.</summary>
    internal TimeSpan Generates(TimeSpan played) => IsInstant ? TimeSpan.Zero : played / _factor;
}
