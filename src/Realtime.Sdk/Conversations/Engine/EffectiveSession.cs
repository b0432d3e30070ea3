namespace Realtime.Sdk.Internal;

/// <summary>The parts of the effective session that a conversation needs, as the server last reported them. Members that the server does not report have the values of the agent.</summary>
internal sealed record EffectiveSession
{
    public string? Instructions { get; private init; }

    public TurnDetection? TurnDetection { get; private init; }

    public SampleFormat InputFormat { get; private init; }

    public SampleFormat OutputFormat { get; private init; }

    public bool IsTranscribed { get; private init; }

    /// <summary>Whether the agent speaks, which is the server's default.</summary>
    public bool IsSpoken { get; private init; }

    /// <summary>The model of the transcription; null if the server does not report it.</summary>
    public string? TranscriptionModel { get; private init; }

    /// <summary>Whether turn detection is on.</summary>
    public bool DetectsTurns => TurnDetection != TurnDetection.Disabled;

    /// <summary>Whether the server answers the user's turns by itself, which is its default.</summary>
    public bool CreatesResponses => DetectsTurns && TurnDetection switch
    {
        ServerVad vad => vad.CreateResponse,
        SemanticVad vad => vad.CreateResponse,
        _ => null,
    } != false;

    /// <summary>Whether speech of the user interrupts the agent, which is the server's default.</summary>
    public bool IsInterruptedBySpeech => DetectsTurns && TurnDetection switch
    {
        ServerVad vad => vad.InterruptResponse,
        SemanticVad vad => vad.InterruptResponse,
        _ => null,
    } != false;

    public static EffectiveSession From(RealtimeSession? session, RealtimeAgent agent)
    {
        var (reported, requested) = (session?.Configuration as RealtimeSessionConfiguration, agent.ToSessionConfiguration());
        var (input, requestedInput) = (reported?.Audio?.Input, requested.Audio?.Input);
        return new()
        {
            Instructions = reported?.Instructions ?? requested.Instructions,
            TurnDetection = input?.TurnDetection ?? requestedInput?.TurnDetection,
            InputFormat = GetFormat(input?.Format ?? requestedInput?.Format),
            OutputFormat = GetFormat(reported?.Audio?.Output?.Format ?? requested.Audio?.Output?.Format),
            IsTranscribed = (input?.Transcription ?? requestedInput?.Transcription) is { } transcription && transcription != Transcription.Off,
            IsSpoken = (reported?.OutputModalities ?? requested.OutputModalities) is not { } modalities || modalities.Contains(OutputModality.Audio),
            TranscriptionModel = (input?.Transcription as TranscriptionConfiguration)?.Model,
        };
    }

    private static SampleFormat GetFormat(AudioFormat? format) => format switch
    {
        // A server can report any rate, even one that is not valid.
        null or UnknownAudioFormat or PcmAudioFormat { Rate: < 1 or > SampleFormat.MaxRate } => SampleFormat.Pcm(),
        _ => format.ToSampleFormat(),
    };
}
