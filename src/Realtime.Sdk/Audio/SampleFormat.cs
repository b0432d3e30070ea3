namespace Realtime.Sdk;

/// <summary>How one sample is written in bytes.</summary>
public enum SampleEncoding
{
    /// <summary>16-bit signed little-endian samples, two bytes each. Wire: <c>audio/pcm</c>.</summary>
    Pcm,

    /// <summary>G.711 µ-law, one byte each. Wire: <c>audio/pcmu</c>.</summary>
    Pcmu,

    /// <summary>G.711 A-law, one byte each. Wire: <c>audio/pcma</c>.</summary>
    Pcma,
}

/// <summary>
/// The encoding and the rate of mono audio, and the arithmetic between its bytes, samples and durations. The service's
/// <c>AudioFormat</c> records convert to it; unlike them it may have any rate. The default value is PCM at 24 kHz.
/// </summary>
public readonly record struct SampleFormat
{
    /// <summary>The highest rate there is, in samples per second.</summary>
    public const int MaxRate = 768_000;

    private const int DefaultRate = 24_000;

    // The distance from the default, so that default(SampleFormat) is a format too.
    private readonly int _rateOffset;

    private SampleFormat(SampleEncoding encoding, int rate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, MaxRate);
        Encoding = encoding;
        _rateOffset = rate - DefaultRate;
    }

    /// <summary>How one sample is written in bytes.</summary>
    public SampleEncoding Encoding { get; }

    /// <summary>Samples per second, 1 to <see cref="MaxRate"/>.</summary>
    public int Rate => _rateOffset + DefaultRate;

    /// <summary>2 for PCM, 1 for G.711.</summary>
    public int BytesPerSample => Encoding == SampleEncoding.Pcm ? sizeof(short) : sizeof(byte);

    /// <summary>Bytes of one second of audio.</summary>
    public int BytesPerSecond => Rate * BytesPerSample;

    /// <summary>The byte that silence is made of: 0x00 for PCM, 0xFF for µ-law, 0xD5 for A-law.</summary>
    public byte SilenceByte => Encoding switch
    {
        SampleEncoding.Pcmu => 0xFF,
        SampleEncoding.Pcma => 0xD5,
        _ => 0,
    };

    /// <summary>16-bit signed little-endian samples.</summary>
    /// <param name="rate">Samples per second, 1 to <see cref="MaxRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is out of range.</exception>
    public static SampleFormat Pcm(int rate = DefaultRate) => new(SampleEncoding.Pcm, rate);

    /// <summary>G.711 µ-law samples.</summary>
    /// <inheritdoc cref="Pcm"/>
    public static SampleFormat Pcmu(int rate = 8_000) => new(SampleEncoding.Pcmu, rate);

    /// <summary>G.711 A-law samples.</summary>
    /// <inheritdoc cref="Pcm"/>
    public static SampleFormat Pcma(int rate = 8_000) => new(SampleEncoding.Pcma, rate);

    /// <summary>The number of samples in so many bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> ends in the middle of a sample.</exception>
    public long SamplesIn(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes % BytesPerSample != 0)
            throw new ArgumentException($"{bytes} bytes are not a whole number of {BytesPerSample}-byte samples.", nameof(bytes));
        return bytes / BytesPerSample;
    }

    /// <summary>The number of samples in a duration, rounded to the nearest.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative.</exception>
    public long SamplesIn(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return checked((long)RoundedRatio(duration.Ticks, Rate, TimeSpan.TicksPerSecond));
    }

    /// <summary>The bytes of a duration, in whole samples, rounded to the nearest: the length of an array that holds it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative, or longer than an array of bytes can hold.</exception>
    public int BytesIn(TimeSpan duration)
    {
        var samples = SamplesIn(duration);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, Array.MaxLength / BytesPerSample, nameof(duration));
        return (int)samples * BytesPerSample;
    }

    /// <summary>How long so many bytes sound, to the nearest tick; <see cref="BytesIn"/> gives the same bytes back.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> ends in the middle of a sample.</exception>
    /// <exception cref="OverflowException">The duration is longer than <see cref="TimeSpan.MaxValue"/>.</exception>
    public TimeSpan DurationOf(long bytes) =>
        TimeSpan.FromTicks(checked((long)RoundedRatio(SamplesIn(bytes), TimeSpan.TicksPerSecond, Rate)));

    /// <summary>For example <c>audio/pcm, 24000 Hz</c>.</summary>
    public override string ToString() => Encoding switch
    {
        SampleEncoding.Pcmu => $"audio/pcmu, {Rate} Hz",
        SampleEncoding.Pcma => $"audio/pcma, {Rate} Hz",
        _ => $"audio/pcm, {Rate} Hz",
    };

    internal static SampleFormat Of(SampleEncoding encoding, int rate) => new(encoding, rate);

    private static Int128 RoundedRatio(long value, long numerator, long denominator) =>
        (((Int128)value * numerator) + (denominator / 2)) / denominator;
}
