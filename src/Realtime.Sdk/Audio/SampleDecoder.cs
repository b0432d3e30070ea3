namespace Realtime.Sdk.Internal;

/// <summary>Decodes a stream of bytes in blocks; half a sample waits for its other half.</summary>
internal sealed class SampleDecoder(SampleFormat format, int block)
{
    private readonly int _size = format.BytesPerSample;
    private readonly short[] _samples = new short[block];
    private byte? _half;

    /// <summary>Whether the bytes so far end in the middle of a sample.</summary>
    public bool HasHalf => _half is not null;

    /// <summary>How many samples so many more bytes complete.</summary>
    public int SamplesIn(int bytes) => (int)((bytes + (HasHalf ? 1L : 0)) / _size);

    /// <summary>Takes at most a block off the front; false when all is taken.</summary>
    public bool TryTake(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<short> samples)
    {
        samples = default;
        if (bytes.IsEmpty)
            return false;
        if (_half is { } first)
        {
            SampleCodec.Decode(format.Encoding, [first, bytes[0]], _samples);
            _half = null;
            bytes = bytes[1..];
            samples = _samples.AsSpan(0, 1);
            return true;
        }

        var count = Math.Min(_samples.Length, bytes.Length / _size);
        if (count == 0)
        {
            _half = bytes[0];
            bytes = default;
            return false;
        }
        SampleCodec.Decode(format.Encoding, bytes[..(count * _size)], _samples);
        bytes = bytes[(count * _size)..];
        samples = _samples.AsSpan(0, count);
        return true;
    }

    public void ThrowIfHalf()
    {
        if (HasHalf)
            throw new InvalidDataException("The audio ends in the middle of a sample: one byte is left over.");
    }

    public void Reset() => _half = null;
}
