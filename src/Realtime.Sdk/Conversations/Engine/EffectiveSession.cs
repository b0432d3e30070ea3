namespace Realtime.Sdk.Internal;

/// <summary>What a conversation needs to know of its session, as the server last showed it; what the server does not show is what the agent asked for.</summary>
internal sealed record EffectiveSession
{
    public string? Instructions { get; private init; }

    public TurnDetection? TurnDetection { get; private init; }

    public SampleFormat InputFormat { get; private init; }

    public SampleFormat OutputFormat { get; private init; }

    public bool IsTranscribed { get; private init; }

    /// <summary>Whether the server finds the user's turns.</summary>
    public bool DetectsTurns => TurnDetection != TurnDetection.Disabled;

    /// <summary>Whether the server answers the user's turns by itself. Its default is yes.</summary>
    public bool CreatesResponses => DetectsTurns && TurnDetection switch
    {
        ServerVad vad => vad.CreateResponse,
        SemanticVad vad => vad.CreateResponse,
        _ => null,
    } != false;

    /// <summary>Whether speech of the user interrupts the agent. The server's default is yes.</summary>
    public bool IsInterruptedBySpeech => DetectsTurns && TurnDetection switch
    {
        ServerVad vad => vad.InterruptResponse,
        SemanticVad vad => vad.InterruptResponse,
        _ => null,
    } != false;

    public static EffectiveSession Of(RealtimeSession? session, RealtimeAgent agent)
    {
        var (shown, asked) = (session?.Configuration as RealtimeSessionConfiguration, agent.ToSessionConfiguration());
        var (input, askedInput) = (shown?.Audio?.Input, asked.Audio?.Input);
        return new()
        {
            Instructions = shown?.Instructions ?? asked.Instructions,
            TurnDetection = input?.TurnDetection ?? askedInput?.TurnDetection,
            InputFormat = FormatOf(input?.Format ?? askedInput?.Format),
            OutputFormat = FormatOf(shown?.Audio?.Output?.Format ?? asked.Audio?.Output?.Format),
            IsTranscribed = (input?.Transcription ?? askedInput?.Transcription) is { } transcription && transcription != Transcription.Off,
        };
    }

    private static SampleFormat FormatOf(AudioFormat? format) => format switch
    {
        // Rates that no audio has are a server's to write.
        null or UnknownAudioFormat or PcmAudioFormat { Rate: < 1 or > SampleFormat.MaxRate } => SampleFormat.Pcm(),
        _ => format.ToSampleFormat(),
    };
}
