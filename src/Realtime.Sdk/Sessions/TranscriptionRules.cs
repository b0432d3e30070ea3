namespace Realtime.Sdk.Internal;

/// <summary>Rules for transcription models that the service documents. Unrecognized models are not checked.</summary>
internal static class TranscriptionRules
{
    private const string Whisper = "gpt-realtime-whisper";

    private static readonly string[] ModelsWithHints = ["gpt-transcribe", "gpt-live-transcribe"];

    private static readonly string[] Known =
    [
        .. ModelsWithHints, Whisper, "whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15", "gpt-4o-transcribe-diarize",
    ];

    /// <summary>Checks that the model accepts the members that are set.</summary>
    public static void CheckMembers(Constraints constraints, TranscriptionConfiguration transcription)
    {
        if (transcription.Model is not { } model || !Known.Contains(model))
            return;
        var supportsHints = ModelsWithHints.Contains(model);
        if (transcription.Languages is not null && !supportsHints)
            constraints.Warning("languages", null, $"should be sent only with {ModelsWithHints[0]} and {ModelsWithHints[1]}");
        if (transcription.Keywords is not null && !supportsHints)
            constraints.Warning("keywords", null, $"should be sent only with {ModelsWithHints[0]} and {ModelsWithHints[1]}");
        if (transcription.Prompt is not null && model is Whisper or "gpt-4o-transcribe-diarize")
            constraints.Warning("prompt", null, $"should not be sent with {model}");
        if (transcription.Delay is not null && model != Whisper)
            constraints.Warning("delay", null, $"should be sent only with {Whisper}");
    }

    /// <summary>Checks that the model supports the turn detection of a transcription session.</summary>
    public static void CheckTurnDetection(Constraints constraints, AudioInputConfiguration input)
    {
        var model = (input.Transcription as TranscriptionConfiguration)?.Model;
        var off = input.TurnDetection == TurnDetection.Disabled;
        var given = input.TurnDetection is { } turnDetection ? Constraints.Quote(turnDetection.Type) : null;
        if (model == Whisper && !off)
            constraints.Error("turn_detection", given, $"must be sent as null with {Whisper}: use TurnDetection.Disabled");
        if (model == "gpt-live-transcribe" && !off)
            constraints.Warning("turn_detection", given, "should be sent as null with gpt-live-transcribe: use TurnDetection.Disabled");
        WarnOfSemanticVad(constraints, input.TurnDetection);
    }

    /// <summary>Warns of semantic turn detection in transcription sessions, for which it is not documented.</summary>
    public static void WarnOfSemanticVad(Constraints constraints, TurnDetection? turnDetection)
    {
        if (turnDetection is SemanticVad)
            constraints.Warning("turn_detection.type", Constraints.Quote(turnDetection.Type), "should be server_vad in transcription sessions: no other type is documented for them");
    }
}
