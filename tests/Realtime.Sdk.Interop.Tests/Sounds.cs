using System.Buffers.Binary;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>What a user says, as a microphone gives it: PCM of 16 bits at 24 kHz.</summary>
internal static class Sounds
{
    private const int Rate = 24_000;

    /// <summary>Speech that turn detection takes for a whole turn: a loud second, and silence after it.</summary>
    public static byte[] Turn { get; } = [.. Silence(0.3), .. Voice(1), .. Silence(1)];

    /// <summary>Speech alone, for a client that says itself when the turn ends.</summary>
    public static byte[] Voice(double seconds) => Samples(seconds, i => Math.Sin(i * Math.Tau * 180 / Rate) * 12_000);

    /// <summary>The loudest sample, from 0 to 32,768.</summary>
    public static int Peak(ReadOnlySpan<byte> pcm)
    {
        var peak = 0;
        for (; pcm.Length >= sizeof(short); pcm = pcm[sizeof(short)..])
            peak = Math.Max(peak, Math.Abs((int)BinaryPrimitives.ReadInt16LittleEndian(pcm)));
        return peak;
    }

    private static byte[] Silence(double seconds) => Samples(seconds, _ => 0);

    private static byte[] Samples(double seconds, Func<int, double> at)
    {
        var pcm = new byte[(int)(seconds * Rate) * sizeof(short)];
        for (var i = 0; i < pcm.Length / sizeof(short); i++)
            BinaryPrimitives.WriteInt16LittleEndian(pcm.AsSpan(i * sizeof(short)), (short)at(i));
        return pcm;
    }
}
