namespace Realtime.Sdk.Testing.Internal;

/// <summary>Converts audio formats of the wire to sample formats.</summary>
internal static class AudioFormats
{
    /// <summary>Returns the sample format of a wire format; PCM at 24 kHz if there is none.</summary>
    public static SampleFormat ToSampleFormat(JsonNode? format) => format.Text("type") switch
    {
        "audio/pcmu" => SampleFormat.Pcmu(),
        "audio/pcma" => SampleFormat.Pcma(),
        _ => SampleFormat.Pcm(),
    };
}
