namespace Realtime.Sdk.Extensions.AI.Internal;

/// <summary>The session that the server reports as session options.</summary>
internal static class SessionOptionsReader
{
    public static RealtimeSessionOptions Read(RealtimeSession session, ToolSet tools) => session.Configuration switch
    {
        RealtimeSessionConfiguration conversation => new()
        {
            SessionKind = RealtimeSessionKind.Conversation,
            Model = conversation.Model,
            Instructions = conversation.Instructions,
            MaxOutputTokens = FormatMapping.ReadLimit(conversation.MaxOutputTokens),
            OutputModalities = FormatMapping.ReadModalities(conversation.OutputModalities),
            Tools = conversation.Tools?.Select(tools.Find).ToList(),
            ToolMode = ToolMapping.ReadChoice(conversation.ToolChoice),
            InputAudioFormat = FormatMapping.ReadFormat(conversation.Audio?.Input?.Format),
            OutputAudioFormat = FormatMapping.ReadFormat(conversation.Audio?.Output?.Format),
            Voice = FormatMapping.ReadVoice(conversation.Audio?.Output?.Voice),
            TranscriptionOptions = ReadTranscription(conversation.Audio?.Input?.Transcription),
            VoiceActivityDetection = ReadTurnDetection(conversation.Audio?.Input?.TurnDetection),
            RawRepresentationFactory = session.ToConfiguration,
        },
        TranscriptionSessionConfiguration transcription => new()
        {
            SessionKind = RealtimeSessionKind.Transcription,
            InputAudioFormat = FormatMapping.ReadFormat(transcription.Audio?.Input?.Format),
            TranscriptionOptions = ReadTranscription(transcription.Audio?.Input?.Transcription),
            VoiceActivityDetection = ReadTurnDetection(transcription.Audio?.Input?.TurnDetection),
            RawRepresentationFactory = session.ToConfiguration,
        },
        // The flat session of the beta, and kinds that are newer than this package.
        LegacySessionConfiguration beta => new()
        {
            Model = beta.Model,
            Instructions = beta.Instructions,
            MaxOutputTokens = FormatMapping.ReadLimit(beta.MaxResponseOutputTokens),
            OutputModalities = FormatMapping.ReadModalities(beta.Modalities),
            Tools = beta.Tools?.Select(tools.Find).ToList(),
            ToolMode = ToolMapping.ReadChoice(beta.ToolChoice),
            InputAudioFormat = FormatMapping.ReadFormat(beta.InputAudioFormat),
            OutputAudioFormat = FormatMapping.ReadFormat(beta.OutputAudioFormat),
            Voice = FormatMapping.ReadVoice(beta.Voice),
            TranscriptionOptions = ReadTranscription(beta.InputAudioTranscription),
            VoiceActivityDetection = ReadTurnDetection(beta.TurnDetection),
            RawRepresentationFactory = session.ToConfiguration,
        },
        _ => new() { RawRepresentationFactory = session.ToConfiguration },
    };

    private static TranscriptionOptions? ReadTranscription(Transcription? transcription) => transcription is TranscriptionConfiguration given
        ? new() { ModelId = given.Model, SpeechLanguage = given.Language, Prompt = given.Prompt }
        : null;

    private static VoiceActivityDetectionOptions? ReadTurnDetection(TurnDetection? detection) => detection switch
    {
        null => null,
        // Both have this default at the service.
        ServerVad vad => new() { Enabled = true, AllowInterruption = vad.InterruptResponse ?? true },
        SemanticVad vad => new() { Enabled = true, AllowInterruption = vad.InterruptResponse ?? true },
        _ => new() { Enabled = detection != TurnDetection.Disabled },
    };
}
