namespace Realtime.Sdk.Testing.Internal;

/// <summary>The models that the service knows, as of November 2026, and the dates of their shutdowns.</summary>
internal static class ServiceModels
{
    public const string Default = "gpt-realtime";

    private const string Successor = "gpt-realtime-2.1";

    /// <summary>Source: OpenAI's deprecations page.</summary>
    private static readonly DateOnly FirstGenerationEnd = new(2027, 1, 20), FirstTranscribersEnd = new(2027, 2, 26);

    /// <summary>Sources: the API reference, and OpenAI's deprecations page for the gpt-audio models.</summary>
    private static readonly string[] Realtime =
    [
        "gpt-realtime", "gpt-realtime-1.5", "gpt-realtime-2", "gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2025-08-28",
        "gpt-4o-realtime-preview", "gpt-4o-realtime-preview-2024-10-01", "gpt-4o-realtime-preview-2024-12-17", "gpt-4o-realtime-preview-2025-06-03",
        "gpt-4o-mini-realtime-preview", "gpt-4o-mini-realtime-preview-2024-12-17", "gpt-realtime-mini", "gpt-realtime-mini-2025-10-06",
        "gpt-realtime-mini-2025-12-15", "gpt-audio", "gpt-audio-1.5", "gpt-audio-mini", "gpt-audio-mini-2025-10-06", "gpt-audio-mini-2025-12-15",
    ];

    /// <summary>Source: OpenAI's deprecations page, as of November 2026.</summary>
    private static readonly Dictionary<string, DateOnly> Shutdowns = new()
    {
        ["gpt-realtime"] = FirstGenerationEnd,
        ["gpt-realtime-2025-08-28"] = FirstGenerationEnd,
        ["gpt-realtime-mini"] = FirstGenerationEnd,
        ["gpt-realtime-mini-2025-10-06"] = FirstGenerationEnd,
        ["gpt-realtime-mini-2025-12-15"] = FirstGenerationEnd,
        ["gpt-audio"] = FirstGenerationEnd,
        ["gpt-audio-mini"] = FirstGenerationEnd,
        ["gpt-audio-mini-2025-10-06"] = FirstGenerationEnd,
        ["gpt-audio-mini-2025-12-15"] = FirstGenerationEnd,
        ["whisper-1"] = FirstTranscribersEnd,
        ["gpt-4o-mini-transcribe"] = FirstTranscribersEnd,
        ["gpt-4o-mini-transcribe-2025-12-15"] = FirstTranscribersEnd,
        ["gpt-4o-transcribe"] = FirstTranscribersEnd,
        ["gpt-4o-transcribe-diarize"] = FirstTranscribersEnd,
    };

    private static readonly HashSet<string> RealtimeSet = [.. Realtime];

    /// <summary>The shutdown date of stored prompts. Source: OpenAI's deprecations page.</summary>
    public static DateOnly StoredPromptsEnd { get; } = new(2026, 11, 30);

    /// <summary>Source: the API reference.</summary>
    public static ValueSet Transcription { get; } = new(
        "whisper-1", "gpt-transcribe", "gpt-live-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15", "gpt-4o-transcribe",
        "gpt-4o-transcribe-diarize", "gpt-realtime-whisper");

    /// <summary>Source: the API reference.</summary>
    public static ValueSet Translation { get; } = new("gpt-realtime-translate");

    /// <summary>Observed for both: "Turn detection is not supported for this transcription model."</summary>
    public static ValueSet WithoutTurnDetection { get; } = new("gpt-live-transcribe", "gpt-realtime-whisper");

    /// <summary>Returns the default model: the service's default, or its successor after the shutdown of the default.</summary>
    public static string GetDefault(ServicePolicy policy) => IsRetired(Default, policy) ? Successor : Default;

    /// <summary>Whether a model has been shut down.</summary>
    public static bool IsRetired(string model, ServicePolicy policy) => Shutdowns.TryGetValue(model, out var day) && policy.IsShutDown(day);

    /// <summary>
    /// Refuses a model that is not available for a realtime session: a model of another kind with <c>invalid_model</c>, a model that is shut down or unknown
    /// with <c>model_not_found</c>. Both were observed from the service.
    /// </summary>
    public static void CheckRealtime(string model, ServicePolicy policy, string? param = null)
    {
        if (policy.ModelsAreDeployments)
            return;
        if (!IsOfAnotherKind(model))
            CheckKnown(model, RealtimeSet.Contains(model), policy, param);
        else if (!policy.AcceptsOtherModels && !policy.AcceptsUnknownValues)
            throw ServiceErrors.UnsupportedModel(model, param);
    }

    /// <summary>Refuses a model that is not available for a translation session.</summary>
    public static void CheckTranslation(string model, ServicePolicy policy, string? param = null) =>
        CheckKnown(model, Translation.Contains(model), policy, param);

    /// <summary>
    /// Whether a model exists, but not in this API. Observed for <c>gpt-live-1</c> and for transcription models in the URL of a realtime session.
    /// </summary>
    private static bool IsOfAnotherKind(string model) =>
        model.StartsWith("gpt-live-", StringComparison.Ordinal) || Transcription.Contains(model) || Translation.Contains(model);

    private static void CheckKnown(string model, bool isKnown, ServicePolicy policy, string? param)
    {
        if (policy.ModelsAreDeployments)
            return;
        if (IsRetired(model, policy) || !(isKnown || policy.AcceptsUnknownValues))
            throw ServiceErrors.ModelNotFound(model, param);
    }
}
