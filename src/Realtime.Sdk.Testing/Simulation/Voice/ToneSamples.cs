using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The samples that a decoder still needs, numbered from the beginning of the audio.</summary>
internal sealed class ToneSamples(SampleFormat format)
{
    // Quieter windows are silence: about −50 dB of full scale, as a mean square.
    private const double Silence = 100.0 * 100.0;

    private readonly double[] _coefficients = [.. Enumerable.Range(0, ToneCode.Count).Select(tone => 2 * Math.Cos(Math.Tau * ToneCode.GetFrequency(tone) / format.Rate))];
    private readonly List<short> _samples = [];
    private byte? _half;

    /// <summary>The number of the first sample that is kept.</summary>
    public long Start { get; private set; }

    /// <summary>The number of samples so far.</summary>
    public long End => Start + _samples.Count;

    public void Add(ReadOnlySpan<byte> audio)
    {
        if (format.Encoding != SampleEncoding.Pcm)
        {
            AddPcm(AudioConverter.Convert(audio, format, SampleFormat.Pcm(format.Rate)));
            return;
        }
        if (_half is { } half && !audio.IsEmpty)
        {
            AddPcm([half, audio[0]]);
            _half = null;
            audio = audio[1..];
        }
        var whole = audio.Length & ~1;
        AddPcm(audio[..whole]);
        _half = whole < audio.Length ? audio[whole] : _half;
    }

    public void DropBefore(long sample)
    {
        var count = (int)Math.Clamp(sample - Start, 0, _samples.Count);
        _samples.RemoveRange(0, count);
        Start += count;
    }

    /// <summary>Returns the share of a tone in the energy of a window, from 0 to about 1 (Goertzel algorithm).</summary>
    public double ComputeShare(long from, long to, int tone)
    {
        var window = CollectionsMarshal.AsSpan(_samples)[(int)(from - Start)..(int)(to - Start)];
        var coefficient = _coefficients[tone];
        var (energy, first, second) = (0.0, 0.0, 0.0);
        foreach (var sample in window)
        {
            energy += (double)sample * sample;
            (second, first) = (first, sample + (coefficient * first) - second);
        }
        if (energy < Silence * window.Length)
            return 0;
        var power = (first * first) + (second * second) - (coefficient * first * second);
        return 2 * power / (window.Length * energy);
    }

    private void AddPcm(ReadOnlySpan<byte> pcm)
    {
        for (var at = 0; at < pcm.Length; at += sizeof(short))
            _samples.Add(BinaryPrimitives.ReadInt16LittleEndian(pcm[at..]));
    }
}
