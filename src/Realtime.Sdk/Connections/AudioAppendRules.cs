namespace Realtime.Sdk.Internal;

/// <summary>What audio may be appended at once, and how a stream of it is cut.</summary>
internal static class AudioAppendRules
{
    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the exception for audio that no append may carry; null for all other.</summary>
    public static RealtimeValidationException? Refuse(ReadOnlySpan<byte> audio) => audio.Length switch
    {
        0 => new([new("audio", null, "is required", ConstraintSeverity.Error)]),
        > Limits.AppendBytes => new([new("audio", $"{audio.Length} bytes", $"must be at most {Limits.AppendBytes} bytes", ConstraintSeverity.Error)]),
        _ => null,
    };

    /// <summary>How the input audio of translation sessions is cut: the service likes 200 ms.</summary>
    public static (int SampleBytes, int ChunkBytes) TranslationChunking { get; } = (SampleFormat.Pcm().BytesPerSample, SampleFormat.Pcm().BytesIn(2 * Piece));

    /// <summary>How the session's input audio is cut: whole samples, about 100 ms.</summary>
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
        return (format is UnknownAudioFormat ? 1 : samples.BytesPerSample, samples.BytesIn(Piece));
    }
}
