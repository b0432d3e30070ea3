namespace Realtime.Sdk.Internal;

/// <summary>Decodes a stream of bytes in blocks. If a chunk ends in the middle of a sample, the half sample is kept for the next chunk.</summary>
internal sealed class SampleDecoder(SampleFormat format, int block)
{
    private readonly int _size = format.BytesPerSample;
    private readonly short[] _samples = new short[block];
    private byte? _half;

    /// <summary>Whether the bytes so far end in the middle of a sample.</summary>
    public bool HasHalf => _half is not null;

    /// <summary>Returns the number of samples that this many more bytes complete.</summary>
    public int SamplesIn(int bytes) => (int)((bytes + (HasHalf ? 1L : 0)) / _size);

    /// <summary>Decodes at most one block and removes its bytes. Returns false if no complete sample is left.</summary>
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
