namespace Realtime.Sdk.Testing.Internal;

/// <summary>From the wire's audio formats to samples.</summary>
internal static class AudioFormats
{
    /// <summary>The format named; PCM at 24 kHz when none is.</summary>
    public static SampleFormat Of(JsonNode? format) => format.Text("type") switch
    {
        "audio/pcmu" => SampleFormat.Pcmu(),
        "audio/pcma" => SampleFormat.Pcma(),
        _ => SampleFormat.Pcm(),
    };
}
