namespace Realtime.Sdk;

/// <summary>Cuts a stream of audio into packets of exactly one length, as telephone lines want them: 20 ms, whatever the chunks.</summary>
/// <remarks>
/// <code>
/// while (framer.TryTake(ref chunk, out var frame))
///     await line.SendAsync(frame);
/// </code>
/// What is left of a chunk is kept for the next one. One instance serves one stream and one thread at a time. After construction
/// nothing is allocated.
/// </remarks>
public sealed class AudioFramer
{
    private readonly byte[] _carry;
    private int _carried;

    /// <summary>A framer with nothing in it.</summary>
    /// <param name="format">What the stream is made of.</param>
    /// <param name="frameDuration">How long each frame sounds: a whole number of samples, for example 20 ms.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="frameDuration"/> is not positive, or beyond a minute.</exception>
    /// <exception cref="ArgumentException"><paramref name="frameDuration"/> is not a whole number of samples.</exception>
    public AudioFramer(SampleFormat format, TimeSpan frameDuration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(frameDuration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frameDuration, TimeSpan.FromMinutes(1));
        if (frameDuration.Ticks * format.Rate % TimeSpan.TicksPerSecond != 0)
            throw new ArgumentException($"{frameDuration} is not a whole number of samples at {format.Rate} Hz.", nameof(frameDuration));
        (Format, FrameDuration) = (format, frameDuration);
        _carry = new byte[format.BytesIn(frameDuration)];
    }

    /// <summary>What the stream is made of.</summary>
    public SampleFormat Format { get; }

    /// <summary>How long each frame sounds.</summary>
    public TimeSpan FrameDuration { get; }

    /// <summary>Bytes of each frame.</summary>
    public int FrameLength => _carry.Length;

    /// <summary>Takes the next frame, or keeps what there is of it until the next chunk.</summary>
    /// <param name="chunk">The next bytes of the stream, any number of them; what was taken is cut off.</param>
    /// <param name="frame">
    /// Exactly <see cref="FrameLength"/> bytes: of the chunk itself, or of the framer, and then good until the next call.
    /// </param>
    /// <returns>False when the chunk is used up, and more is needed for a frame.</returns>
    public bool TryTake(ref ReadOnlyMemory<byte> chunk, out ReadOnlyMemory<byte> frame)
    {
        if (_carried == 0 && chunk.Length >= FrameLength)
        {
            frame = chunk[..FrameLength];
            chunk = chunk[FrameLength..];
            return true;
        }

        var taken = Math.Min(chunk.Length, FrameLength - _carried);
        chunk[..taken].CopyTo(_carry.AsMemory(_carried));
        chunk = chunk[taken..];
        _carried += taken;
        return TryTakeCarry(FrameLength, out frame);
    }

    /// <summary>Ends the stream: takes the last, begun frame, filled up with silence.</summary>
    /// <param name="frame">Exactly <see cref="FrameLength"/> bytes, good until the next call.</param>
    /// <returns>False when no frame was begun.</returns>
    /// <exception cref="InvalidDataException">The stream ended in the middle of a sample; <see cref="Reset"/> forgets it.</exception>
    public bool TryFlush(out ReadOnlyMemory<byte> frame)
    {
        if (_carried % Format.BytesPerSample != 0)
            throw new InvalidDataException("The audio ends in the middle of a sample: one byte is left over.");
        _carry.AsSpan(_carried).Fill(Format.SilenceByte);
        return TryTakeCarry(1, out frame);
    }

    /// <summary>Forgets the stream so far, as if new.</summary>
    public void Reset() => _carried = 0;

    private bool TryTakeCarry(int atLeast, out ReadOnlyMemory<byte> frame)
    {
        var full = _carried >= atLeast;
        frame = full ? _carry : ReadOnlyMemory<byte>.Empty;
        if (full)
            _carried = 0;
        return full;
    }
}
