using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Model;

/// <summary>Audio for tests.</summary>
internal static class Sounds
{
    public static byte[] Speech(double seconds, SampleFormat format = default)
    {
        var speech = new Speech(string.Concat(Enumerable.Repeat("heiho ", 100)), "alloy", 1, format);
        return speech.Render(TimeSpan.FromSeconds(seconds));
    }

    public static byte[] Silence(double seconds, SampleFormat format = default)
    {
        var audio = new byte[format.BytesIn(TimeSpan.FromSeconds(seconds))];
        Array.Fill(audio, format.SilenceByte);
        return audio;
    }

    /// <summary>Silence, speech, silence.</summary>
    public static byte[] Turn(double seconds, SampleFormat format = default) => [.. Silence(0.5, format), .. Speech(seconds, format), .. Silence(0.5, format)];
}
