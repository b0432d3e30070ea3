namespace Realtime.Sdk.Internal;

/// <summary>The limits of one append event, and the size of the chunks in which a stream of audio is sent.</summary>
internal static class AudioAppendRules
{
    private static readonly TimeSpan ChunkDuration = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the exception for audio that cannot be appended in one event, or null if it can.</summary>
    public static RealtimeValidationException? FindError(ReadOnlySpan<byte> audio) => audio.Length switch
    {
        0 => new([new("audio", null, "is required", ConstraintSeverity.Error)]),
        > Limits.AppendBytes => new([new("audio", $"{audio.Length} bytes", $"must be at most {Limits.AppendBytes} bytes", ConstraintSeverity.Error)]),
        _ => null,
    };

    /// <summary>The size of a sample and of a chunk in translation sessions. The service recommends chunks of 200 ms.</summary>
    public static (int SampleBytes, int ChunkBytes) TranslationChunking { get; } = (SampleFormat.Pcm().BytesPerSample, SampleFormat.Pcm().BytesIn(2 * ChunkDuration));

    /// <summary>Returns the size of a sample and of a chunk for the input format of the session. A chunk has about 100 ms.</summary>
    public static (int SampleBytes, int ChunkBytes) GetChunking(RealtimeSession? session)
    {
        var format = session?.Configuration switch
        {
            RealtimeSessionConfiguration realtime => realtime.Audio?.Input?.Format,
            TranscriptionSessionConfiguration transcription => transcription.Audio?.Input?.Format,
            LegacySessionConfiguration legacy => legacy.InputAudioFormat,
            LegacyTranscriptionSessionConfiguration legacy => legacy.InputAudioFormat,
            _ => null,
        };
        var samples = format is null or UnknownAudioFormat ? SampleFormat.Pcm() : format.ToSampleFormat();
        // The size of a sample of an unknown format is not known, so its audio may be split at any byte.
        return (format is UnknownAudioFormat ? 1 : samples.BytesPerSample, samples.BytesIn(ChunkDuration));
    }
}
