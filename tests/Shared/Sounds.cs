using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Realtime.Sdk.Tests.Shared;

/// <summary>Audio of a user, as from a microphone.</summary>
internal static class Sounds
{
    /// <summary>Creates speech that is loud enough for turn detection, after half a second of silence and followed by a second of silence, which ends the turn.</summary>
    public static byte[] Turn(double seconds = 1, SampleFormat format = default) => [.. Silence(0.5, format), .. Speech(seconds, format), .. Silence(1, format)];

    /// <summary>Creates speech without a pause.</summary>
    public static byte[] Speech(double seconds, SampleFormat format = default)
    {
        var samples = new short[(int)(seconds * format.Rate)];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)(Math.Sin(i * Math.Tau * 180 / format.Rate) * 12_000);
        return AudioConverter.Convert(MemoryMarshal.AsBytes(samples.AsSpan()), SampleFormat.Pcm(format.Rate), format);
    }

    public static byte[] Silence(double seconds, SampleFormat format = default)
    {
        var audio = new byte[format.BytesIn(TimeSpan.FromSeconds(seconds))];
        Array.Fill(audio, format.SilenceByte);
        return audio;
    }

    /// <summary>Returns the peak level of 16-bit PCM, from 0 to 32,768.</summary>
    public static int Peak(ReadOnlySpan<byte> pcm)
    {
        var peak = 0;
        for (; pcm.Length >= sizeof(short); pcm = pcm[sizeof(short)..])
            peak = Math.Max(peak, Math.Abs((int)BinaryPrimitives.ReadInt16LittleEndian(pcm)));
        return peak;
    }
}
