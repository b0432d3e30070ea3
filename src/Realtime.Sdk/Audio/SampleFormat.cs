namespace Realtime.Sdk;

/// <summary>The encoding of audio samples.</summary>
public enum SampleEncoding
{
    /// <summary>16-bit signed little-endian samples, two bytes per sample. Wire: <c>audio/pcm</c>.</summary>
    Pcm,

    /// <summary>G.711 µ-law, one byte per sample. Wire: <c>audio/pcmu</c>.</summary>
    Pcmu,

    /// <summary>G.711 A-law, one byte per sample. Wire: <c>audio/pcma</c>.</summary>
    Pcma,
}

/// <summary>
/// The encoding and the sample rate of mono audio, with conversions between bytes, samples and durations. The API's <c>AudioFormat</c> records
/// convert to it implicitly; in contrast to them, any rate is allowed. The default value is PCM at 24 kHz.
/// </summary>
public readonly record struct SampleFormat
{
    /// <summary>The maximum rate in samples per second: 768,000.</summary>
    public const int MaxRate = 768_000;

    private const int DefaultRate = 24_000;

    // Stored relative to the default rate, so that default(SampleFormat) is valid.
    private readonly int _rateOffset;

    private SampleFormat(SampleEncoding encoding, int rate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, MaxRate);
        Encoding = encoding;
        _rateOffset = rate - DefaultRate;
    }

    /// <summary>The encoding of the samples.</summary>
    public SampleEncoding Encoding { get; }

    /// <summary>The rate in samples per second, 1 to <see cref="MaxRate"/>.</summary>
    public int Rate => _rateOffset + DefaultRate;

    /// <summary>The number of bytes per sample: 2 for PCM, 1 for G.711.</summary>
    public int BytesPerSample => Encoding == SampleEncoding.Pcm ? sizeof(short) : sizeof(byte);

    /// <summary>The number of bytes per second.</summary>
    public int BytesPerSecond => Rate * BytesPerSample;

    /// <summary>The value of each byte of silence: 0x00 for PCM, 0xFF for µ-law, 0xD5 for A-law.</summary>
    public byte SilenceByte => Encoding switch
    {
        SampleEncoding.Pcmu => 0xFF,
        SampleEncoding.Pcma => 0xD5,
        _ => 0,
    };

    /// <summary>Creates a format of 16-bit signed little-endian samples.</summary>
    /// <param name="rate">The rate in samples per second, 1 to <see cref="MaxRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is out of range.</exception>
    public static SampleFormat Pcm(int rate = DefaultRate) => new(SampleEncoding.Pcm, rate);

    /// <summary>Creates a format of G.711 µ-law samples.</summary>
    /// <inheritdoc cref="Pcm"/>
    public static SampleFormat Pcmu(int rate = 8_000) => new(SampleEncoding.Pcmu, rate);

    /// <summary>Creates a format of G.711 A-law samples.</summary>
    /// <inheritdoc cref="Pcm"/>
    public static SampleFormat Pcma(int rate = 8_000) => new(SampleEncoding.Pcma, rate);

    /// <summary>Returns the number of samples in a number of bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> ends in the middle of a sample.</exception>
    public long SamplesIn(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes % BytesPerSample != 0)
            throw new ArgumentException($"{bytes} bytes are not a whole number of {BytesPerSample}-byte samples.", nameof(bytes));
        return bytes / BytesPerSample;
    }

    /// <summary>Returns the number of samples in a duration, rounded to the nearest integer.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative.</exception>
    public long SamplesIn(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return checked((long)DivideRounding(duration.Ticks, Rate, TimeSpan.TicksPerSecond));
    }

    /// <summary>Returns the number of bytes in a duration, rounded to the nearest whole sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is negative, or requires more bytes than an array can hold.</exception>
    public int BytesIn(TimeSpan duration)
    {
        var samples = SamplesIn(duration);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, Array.MaxLength / BytesPerSample, nameof(duration));
        return (int)samples * BytesPerSample;
    }

    /// <summary>Returns the duration of a number of bytes, rounded to the nearest tick. <see cref="BytesIn"/> returns the original number.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> ends in the middle of a sample.</exception>
    /// <exception cref="OverflowException">The duration exceeds <see cref="TimeSpan.MaxValue"/>.</exception>
    public TimeSpan DurationOf(long bytes) =>
        TimeSpan.FromTicks(checked((long)DivideRounding(SamplesIn(bytes), TimeSpan.TicksPerSecond, Rate)));

    /// <summary>Returns the format as text, for example <c>audio/pcm, 24000 Hz</c>.</summary>
    public override string ToString() => Encoding switch
    {
        SampleEncoding.Pcmu => $"audio/pcmu, {Rate} Hz",
        SampleEncoding.Pcma => $"audio/pcma, {Rate} Hz",
        _ => $"audio/pcm, {Rate} Hz",
    };

    internal static SampleFormat Create(SampleEncoding encoding, int rate) => new(encoding, rate);

    private static Int128 DivideRounding(long value, long numerator, long denominator) =>
        (((Int128)value * numerator) + (denominator / 2)) / denominator;
}
