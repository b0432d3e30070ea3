namespace Realtime.Sdk.Internal;

/// <summary>What the service documents of its transcription models; models it does not know are left alone.</summary>
internal static class TranscriptionRules
{
    private const string Whisper = "gpt-realtime-whisper";

    private static readonly string[] Hinted = ["gpt-transcribe", "gpt-live-transcribe"];

    private static readonly string[] Known =
    [
        .. Hinted, Whisper, "whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15", "gpt-4o-transcribe-diarize",
    ];

    /// <summary>C17 to C20: which model takes which member.</summary>
    public static void CheckMembers(Constraints constraints, TranscriptionConfiguration transcription)
    {
        if (transcription.Model is not { } model || !Known.Contains(model))
            return;
        var hinted = Hinted.Contains(model);
        if (transcription.Languages is not null && !hinted)
            constraints.Warning("languages", null, $"is taken by {Hinted[0]} and {Hinted[1]} only");
        if (transcription.Keywords is not null && !hinted)
            constraints.Warning("keywords", null, $"is taken by {Hinted[0]} and {Hinted[1]} only");
        if (transcription.Prompt is not null && model is Whisper or "gpt-4o-transcribe-diarize")
            constraints.Warning("prompt", null, $"is not taken by {model}");
        if (transcription.Delay is not null && model != Whisper)
            constraints.Warning("delay", null, $"is taken by {Whisper} only");
    }

    /// <summary>C21 to C23: which model works with which turn detection in a transcription session.</summary>
    public static void CheckTurnDetection(Constraints constraints, AudioInputConfiguration input)
    {
        var model = (input.Transcription as TranscriptionConfiguration)?.Model;
        var off = input.TurnDetection == TurnDetection.Disabled;
        if (model == Whisper && !off)
            constraints.Error("turn_detection", input.TurnDetection?.Type, $"must be null with {Whisper}, sent explicitly (TurnDetection.Disabled)");
        if (model == "gpt-live-transcribe" && !off)
            constraints.Warning("turn_detection", input.TurnDetection?.Type, "is not supported by gpt-live-transcribe: send null (TurnDetection.Disabled)");
        WarnOfSemanticVad(constraints, input.TurnDetection);
    }

    /// <summary>C23.</summary>
    public static void WarnOfSemanticVad(Constraints constraints, TurnDetection? turnDetection)
    {
        if (turnDetection is SemanticVad)
            constraints.Warning("turn_detection.type", Constraints.Quote(turnDetection.Type), "only server_vad is documented for transcription sessions");
    }
}
