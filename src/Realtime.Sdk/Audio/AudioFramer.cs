namespace Realtime.Sdk;

/// <summary>Splits a stream of audio into frames of equal duration, for example the 20 ms that telephone lines require.</summary>
/// <remarks>
/// <code>
/// while (framer.TryTake(ref chunk, out var frame))
///     await line.SendAsync(frame);
/// </code>
/// The rest of a chunk is kept for the next one. Use one instance per stream; it is not thread-safe. It allocates only when it is created.
/// </remarks>
public sealed class AudioFramer
{
    private readonly byte[] _carry;
    private int _carried;

    /// <summary>Creates a framer.</summary>
    /// <param name="format">The format of the stream.</param>
    /// <param name="frameDuration">The duration of each frame: a whole number of samples, more than zero and at most one minute, for example 20 ms.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="frameDuration"/> is not positive or exceeds one minute.</exception>
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

    /// <summary>The format of the stream.</summary>
    public SampleFormat Format { get; }

    /// <summary>The duration of each frame.</summary>
    public TimeSpan FrameDuration { get; }

    /// <summary>The length of each frame in bytes.</summary>
    public int FrameLength => _carry.Length;

    /// <summary>Returns the next frame. If the chunk does not complete a frame, its rest is kept for the next chunk.</summary>
    /// <param name="chunk">The next bytes of the stream, of any length. The bytes that were used are removed from it.</param>
    /// <param name="frame">
    /// Exactly <see cref="FrameLength"/> bytes. They belong either to the chunk or to a buffer that is overwritten by the next call.
    /// </param>
    /// <returns><see langword="false"/> if the chunk is empty and another one is needed to complete a frame.</returns>
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

    /// <summary>Ends the stream: returns the last, incomplete frame, padded with silence.</summary>
    /// <param name="frame">Exactly <see cref="FrameLength"/> bytes, valid until the next call.</param>
    /// <returns><see langword="false"/> if there is no incomplete frame.</returns>
    /// <exception cref="InvalidDataException">The stream ended in the middle of a sample. <see cref="Reset"/> discards it.</exception>
    public bool TryFlush(out ReadOnlyMemory<byte> frame)
    {
        if (_carried % Format.BytesPerSample != 0)
            throw new InvalidDataException("The audio ends in the middle of a sample: one byte is left over.");
        _carry.AsSpan(_carried).Fill(Format.SilenceByte);
        return TryTakeCarry(1, out frame);
    }

    /// <summary>Discards all state, so that the framer can be used for a new stream.</summary>
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
